namespace Reshelve.Feeds;

/// <summary>
/// The piece of a text that a slicer is looking at: it lies in the buffer of the chunk that is being filled.
/// </summary>
internal abstract class SliceWindow(FeedPartOptions options)
{
    private readonly int _recordBytes = options.Limits.RecordBytes;

    /// <summary>The text; valid up to <see cref="End"/>.</summary>
    public byte[] Buffer => Chunk.Buffer;

    /// <summary>How far the slicer has come. It need not look at bytes before it again.</summary>
    public int At { get; set; }

    public int End { get; protected set; }

    /// <summary>Nothing comes after <see cref="End"/>.</summary>
    public bool IsLast { get; protected set; }

    /// <summary>Where the open record begins, or -1. From here on the bytes are kept.</summary>
    public int RecordStart { get; protected set; } = -1;

    /// <summary>The open record is over the limit: its bytes are let go.</summary>
    public bool IsSkipping { get; protected set; }

    /// <summary>The chunk takes no more records; the slicer returns.</summary>
    public bool IsClosed { get; protected set; }

    /// <summary>Records found so far, in all chunks.</summary>
    public long Records { get; protected set; }

    public bool HasRecords => Chunk.Count > 0;

    protected FeedPartOptions Options { get; } = options;

    protected FeedChunk Chunk { get; private set; } = new();

    /// <summary>Place of the buffer's first byte in the text.</summary>
    protected long Offset { get; set; }

    /// <summary>A record that ends behind this place of the text closes the window.</summary>
    protected long ClosePosition { get; init; } = long.MaxValue;

    protected int KeepFrom => RecordStart >= 0 ? RecordStart : At;

    /// <summary>No more than this is kept of what makes no record: the longest record, its line end, and some text around it.</summary>
    protected long MostKept => Math.Min(Array.MaxLength, _recordBytes + 2L + (2L * Math.Max(Options.ChunkBytes, 64)));

    /// <summary>Place of a byte of the buffer in the text, for messages.</summary>
    public long Position(int at) => Offset + at;

    public void Begin(int start)
    {
        RecordStart = start;
        IsSkipping = false;
    }

    /// <summary>Ends the open record without making one: there was nothing in it. False: the slicer must return.</summary>
    public bool Drop()
    {
        RecordStart = -1;
        IsSkipping = false;
        IsClosed = Position(At) > ClosePosition;
        return !IsClosed;
    }

    /// <summary>Moves the beginning of the open record over the whitespace before it, so that no amount of it is kept.</summary>
    public void SkipBlank()
    {
        if (RecordStart >= 0)
            RecordStart = BlankTrimming.Skip(Buffer, RecordStart, At);
    }

    /// <summary>
    /// The open record, whose bytes are these; <see cref="At"/> is behind it already. False: the slicer must return.
    /// </summary>
    public bool EndRecord(RecordSlice slice)
    {
        var isSkipped = IsSkipping;
        IsSkipping = false;
        RecordStart = -1;
        IsClosed = Position(At) > ClosePosition;
        if (isSkipped)
            return !IsClosed;
        Records++;
        IsClosed |= !Chunk.Add(slice, _recordBytes);
        return !IsClosed;
    }

    /// <summary>Lets the chunk go; what it holds is final.</summary>
    public virtual void Detach(RecordContext context)
    {
        Chunk.Offset = Offset;
        Chunk.Context = context;
    }

    protected void Clear(FeedChunk chunk)
    {
        Chunk = chunk;
        chunk.Count = 0;
        chunk.TooLarge = -1;
        IsClosed = false;
    }

    /// <summary>Whether the open record is over the limit, which is then noted in the chunk; the chunk is to be handed out.</summary>
    protected bool EndTooLarge()
    {
        // Two more than a record may have: its line end does not count.
        if (RecordStart < 0 || At - RecordStart <= _recordBytes + 2L)
            return false;
        Chunk.AddTooLarge(RecordStart, At - RecordStart);
        Records++;
        RecordStart = -1;
        IsSkipping = true;
        return true;
    }

    protected void EnsureKeepable(string path)
    {
        if (End - KeepFrom < MostKept)
            return;
        throw new FeedRefusedException(
            $"{path}: what begins at byte {Position(At):N0}, outside of the records, is longer than the limit of "
            + $"{_recordBytes:N0} bytes for a record. Check the definition's format.");
    }

    /// <summary>Makes the buffer hold so many bytes.</summary>
    protected void Grow(int wanted)
    {
        if (Buffer.Length >= wanted)
            return;
        var larger = new byte[wanted];
        Buffer.AsSpan(0, End).CopyTo(larger);
        Chunk.Buffer = larger;
    }

    /// <summary>The bytes before this place of the buffer are no longer in it.</summary>
    protected void Rebase(int keep)
    {
        Offset += keep;
        At -= keep;
        End -= keep;
        if (RecordStart >= 0)
            RecordStart -= keep;
    }
}
