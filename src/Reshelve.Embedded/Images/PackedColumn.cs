using Reshelve.Embedded.Sqlite;

namespace Reshelve.Embedded.Images;

/// <summary>Values of several parts in one column. A row that cannot be what was written is damage that SQLite does not see.</summary>
internal static class PackedColumn
{
    public static SqliteException Damaged(string what) => new((int)SqliteError.Corrupt, $"{what} cannot be read");

    /// <summary>Reads what <paramref name="what"/> was packed into.</summary>
    public static T Unpack<T>(ReadOnlySpan<byte> packed, string what, Func<BinaryReader, T> read)
    {
        try
        {
            using var reader = new BinaryReader(new MemoryStream(packed.ToArray(), writable: false));
            return read(reader);
        }
        catch (Exception exception) when (exception is IOException or FormatException or ArgumentException or OverflowException)
        {
            throw Damaged(what);
        }
    }

    public static byte[] Pack(Action<BinaryWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var writer = new BinaryWriter(bytes))
            write(writer);
        return bytes.ToArray();
    }
}
