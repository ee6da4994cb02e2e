namespace Reshelve.Feeds;

/// <summary>
/// Guesses, in the middle of a text of which nothing before is known, where the next record ends. Wrong guesses cost time and
/// nothing else: who cut the text before knows the truth.
/// </summary>
internal abstract class CutFinder
{
    /// <summary>
    /// The place behind the first record end, of which the last byte is at this place or later; -1 if none is seen.
    /// </summary>
    public abstract int Find(ReadOnlySpan<byte> text, int from);
}

/// <summary>
/// Records end where the same bytes stand as between two records that were seen: <c>},{"id"</c>, <c>&lt;/item&gt;</c>.
/// </summary>
/// <param name="pattern">The bytes.</param>
/// <param name="cutAt">How many of them belong to the record end.</param>
internal sealed class PatternCutFinder(byte[] pattern, int cutAt) : CutFinder
{
    public override int Find(ReadOnlySpan<byte> text, int from)
    {
        var start = Math.Max(0, from - cutAt + 1);
        if (start >= text.Length)
            return -1;
        var length = text[start..].IndexOf(pattern);
        return length < 0 ? -1 : start + length + cutAt;
    }
}

/// <summary>
/// CSV rows end at a line feed behind which comes a row of as many fields as there are columns: behind one that is inside of quotes
/// comes hardly ever such a row.
/// </summary>
internal sealed class RowCutFinder(byte delimiter, int columns) : CutFinder
{
    /// <summary>More lines than any text in a field has; behind them the first line feed is taken.</summary>
    private const int Attempts = 32;

    public override int Find(ReadOnlySpan<byte> text, int from)
    {
        var first = -1;
        var at = from;
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var length = text[at..].IndexOf((byte)'\n');
            if (length < 0)
                break;
            at += length + 1;
            if (first < 0)
                first = at;
            if (CountFields(text[at..]) == columns)
                return at;
        }

        return first;
    }

    /// <summary>The fields of the row that the text begins with; 0 if its end is not in the text.</summary>
    private int CountFields(ReadOnlySpan<byte> text)
    {
        var fields = 1;
        var at = 0;
        var beginsField = true;
        while (at < text.Length)
        {
            if (beginsField && text[at] == (byte)'"')
            {
                at = EndOfQuotes(text, at + 1);
                beginsField = false;
                continue;
            }

            var length = text[at..].IndexOfAny(delimiter, (byte)'\n');
            if (length < 0)
                return 0;
            at += length + 1;
            if (text[at - 1] == (byte)'\n')
                return fields;
            fields++;
            beginsField = true;
        }

        return 0;
    }

    /// <summary>The place behind the quote that closes a field, or the end of the text.</summary>
    private static int EndOfQuotes(ReadOnlySpan<byte> text, int at)
    {
        while (true)
        {
            var length = text[at..].IndexOf((byte)'"');
            if (length < 0)
                return text.Length;
            at += length + 1;
            if (at == text.Length || text[at] != (byte)'"')
                return at;
            at++;
        }
    }
}
