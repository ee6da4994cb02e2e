namespace Reshelve.Feeds;

/// <summary>One record inside a chunk's buffer.</summary>
/// <param name="Start">Its first byte in <see cref="FeedChunk.Buffer"/>.</param>
/// <param name="Length">Its length in bytes, without separators and line ends.</param>
public readonly record struct RecordSlice(int Start, int Length);

/// <summary>
/// Some consecutive whole records of a feed, with the bytes they lie in. Owned by the thread that reads and reused by it:
/// everything in it is valid until the next read into it.
/// </summary>
public sealed class FeedChunk
{
    /// <summary>The bytes; more of them than are used may be allocated.</summary>
    public byte[] Buffer { get; set; } = [];

    /// <summary>The records, in feed order; the first <see cref="Count"/> are valid.</summary>
    public RecordSlice[] Records { get; set; } = [];

    /// <summary>How many records it holds; may be zero (nothing but blank lines).</summary>
    public int Count { get; set; }

    /// <summary>0, 1, 2 … in feed order, without gaps.</summary>
    public int Sequence { get; set; }

    /// <summary>Where <see cref="Buffer"/> begins in its file's expanded UTF-8 text, in bytes.</summary>
    public long Offset { get; set; }

    /// <summary>What gives the records their meaning from outside; the same object for all chunks of a file.</summary>
    public RecordContext Context { get; set; } = RecordContext.None;

    /// <summary>
    /// Index of a record that is longer than the limit, or -1. Of such a record only the first bytes are in the buffer; it is
    /// always the last record of its chunk.
    /// </summary>
    public int TooLarge { get; set; } = -1;

    /// <summary>The bytes of a record.</summary>
    public ReadOnlySpan<byte> this[int index] => Buffer.AsSpan(Records[index].Start, Records[index].Length);
}

/// <summary>What gives record slices their meaning from outside: the file they are in, and the CSV header.</summary>
/// <param name="File">The file, for messages.</param>
/// <param name="Columns">The CSV column names, in order; empty for other formats.</param>
public sealed record RecordContext(string File, IReadOnlyList<string> Columns)
{
    /// <summary>No context.</summary>
    public static RecordContext None { get; } = new("", []);
}
