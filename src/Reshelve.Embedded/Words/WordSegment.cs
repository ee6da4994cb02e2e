namespace Reshelve.Embedded.Words;

/// <summary>One sorted part of the full text table's index; the table's structure record lists them.</summary>
internal readonly record struct WordSegment(long Id, int FirstPage, int LastPage)
{
    private const int PageBits = 31 + 5 + 1;

    /// <summary>The row in <c>words_data</c> that holds one of its pages.</summary>
    public long RowOf(int page) => (Id << PageBits) + page;
}

/// <summary>Reads SQLite's variable-length integers (https://sqlite.org/fileformat2.html#varint).</summary>
internal static class Varint
{
    private const int LongestBytes = 9;

    public static long Read(ReadOnlySpan<byte> from, ref int at)
    {
        var first = from[at];
        if (first < 0x80)
        {
            at++;
            return first;
        }

        ulong value = 0;
        for (var i = 0; i < LongestBytes - 1; i++)
        {
            var b = from[at++];
            value = (value << 7) | (b & 0x7Fu);
            if (b < 0x80)
                return (long)value;
        }

        return (long)((value << 8) | from[at++]);
    }
}
