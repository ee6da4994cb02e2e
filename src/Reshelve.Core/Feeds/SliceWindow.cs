namespace Reshelve.Feeds;

/// <summary>
/// The piece of a text that a slicer is looking at: it lies in the buffer of the chunk that is being filled. What a chunk cannot
/// hold, because its record is not complete, is carried over to the next.
/// </summary>
internal sealed class SliceWindow(ByteSource source, FeedPartOptions options, long startOffset)
{
    private readonly int _recordBytes = options.Limits.RecordBytes;
    private FeedChunk _chunk = new();
    private long _offset = startOffset;
    private byte[] _carried = [];
    private int _carriedLength;

    /// <summary>The text; valid up to <see cref="End"/>.</summary>
    public byte[] Buffer => _chunk.Buffer;

    /// <summary>How far the slicer has come. It need not look at bytes before it again.</summary>
    public int At { get; set; }

    public int End { get; private set; }

    /// <summary>Nothing comes after <see cref="End"/>.</summary>
    public bool IsLast { get; private set; }

    /// <summary>Where the open record begins, or -1. From here on the bytes are kept.</summary>
    public int RecordStart { get; private set; } = -1;

    /// <summary>The open record is over the limit: its bytes are let go.</summary>
    public bool IsSkipping { get; private set; }

    /// <summary>The chunk takes no more records; the slicer returns.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Records found so far, in all chunks.</summary>
    public long Records { get; private set; }

    /// <summary>Place of a byte of the buffer in the text, for messages.</summary>
    public long Position(int at) => _offset + at;

    public bool HasRecords => _chunk.Count > 0;

    public void Begin(int start)
    {
        RecordStart = start;
        IsSkipping = false;
    }

    /// <summary>Ends the open record without making one: there was nothing in it.</summary>
    public void Drop()
    {
        RecordStart = -1;
        IsSkipping = false;
    }

    /// <summary>Moves the beginning of the open record over the whitespace before it, so that no amount of it is kept.</summary>
    public void SkipBlank()
    {
        if (RecordStart >= 0)
            RecordStart = BlankTrimming.Skip(Buffer, RecordStart, At);
    }

    /// <summary>The open record, whose bytes are these. False: the slicer must return.</summary>
    public bool EndRecord(RecordSlice slice)
    {
        if (IsSkipping)
        {
            IsSkipping = false;
            return true;
        }

        RecordStart = -1;
        Records++;
        IsClosed = !_chunk.Add(slice, _recordBytes);
        return !IsClosed;
    }

    /// <summary>Begins to fill a chunk with what was carried over and as much again as a chunk should have.</summary>
    public void Attach(FeedChunk chunk, CancellationToken cancellationToken)
    {
        _chunk = chunk;
        chunk.Count = 0;
        chunk.TooLarge = -1;
        IsClosed = false;
        var wanted = Math.Max(options.ChunkBytes, _carriedLength + (options.ChunkBytes / 2));
        if (Buffer.Length < wanted)
            chunk.Buffer = new byte[wanted];
        _carried.AsSpan(0, _carriedLength).CopyTo(Buffer);
        End = _carriedLength;
        Fill(wanted, cancellationToken);
    }

    /// <summary>Gets more text when what there is makes no record.</summary>
    /// <returns>False: the open record is over the limit, which is noted in the chunk; the chunk is to be handed out.</returns>
    public bool TryExtend(string path, CancellationToken cancellationToken)
    {
        // Two more than a record may have: its line end does not count.
        if (RecordStart >= 0 && At - RecordStart > _recordBytes + 2L)
        {
            _chunk.AddTooLarge(RecordStart, At - RecordStart);
            Records++;
            RecordStart = -1;
            IsSkipping = true;
            return false;
        }

        var keep = KeepFrom;
        Buffer.AsSpan(keep, End - keep).CopyTo(Buffer);
        Rebase(keep);
        var most = Math.Min(Array.MaxLength, _recordBytes + 2L + (2L * Math.Max(options.ChunkBytes, 64)));
        if (End >= most)
        {
            throw new FeedRefusedException(
                $"{path}: what begins at byte {Position(At):N0}, outside of the records, is longer than the limit of "
                + $"{_recordBytes:N0} bytes for a record. Check the definition's format.");
        }

        var wanted = (int)Math.Min(most, Math.Max(options.ChunkBytes, 2L * End));
        if (Buffer.Length < wanted)
        {
            var larger = new byte[wanted];
            Buffer.AsSpan(0, End).CopyTo(larger);
            _chunk.Buffer = larger;
        }

        Fill(wanted, cancellationToken);
        return true;
    }

    /// <summary>Lets the chunk go and keeps what the next one needs.</summary>
    public void Detach(RecordContext context)
    {
        var keep = KeepFrom;
        _chunk.Offset = _offset;
        _chunk.Context = context;
        _carriedLength = End - keep;
        if (_carried.Length < _carriedLength)
            _carried = new byte[Math.Max(_carriedLength, Math.Min(options.ChunkBytes, 2 * _carried.Length))];
        Buffer.AsSpan(keep, _carriedLength).CopyTo(_carried);
        Rebase(keep);
    }

    private int KeepFrom => RecordStart >= 0 ? RecordStart : At;

    private void Rebase(int keep)
    {
        _offset += keep;
        At -= keep;
        End -= keep;
        if (RecordStart >= 0)
            RecordStart -= keep;
    }

    private void Fill(int wanted, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (End < wanted && !IsLast)
        {
            var read = source.Read(Buffer.AsSpan(End, wanted - End), cancellationToken);
            IsLast = read == 0;
            End += read;
        }
    }
}
