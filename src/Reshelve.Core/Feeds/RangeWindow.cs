namespace Reshelve.Feeds;

/// <summary>How far a file has been cut: where the slicer goes on, and what it was in the middle of.</summary>
/// <param name="At">Where it goes on, as a place in the file.</param>
/// <param name="RecordStart">Where the open record begins in the file, or -1.</param>
/// <param name="IsSkipping">The open record is over the limit and was handed out already.</param>
/// <param name="Records">Records found so far.</param>
internal readonly record struct SlicePlace(long At, long RecordStart, bool IsSkipping, long Records)
{
    /// <summary>Nothing is open here but, at most, a record that begins right here.</summary>
    public bool IsClean => !IsSkipping && (RecordStart < 0 || RecordStart == At);
}

/// <summary>
/// The window of one range of a plain file. A record belongs to the range that the end of the record before it is in; so the window
/// closes behind the first record that ends at or after the range's end, and holds as much text as that takes.
/// </summary>
internal sealed class RangeWindow : SliceWindow
{
    /// <summary>Read beyond a range in the same call: the rest of the last record, for records of ordinary length.</summary>
    private const int MostBeyond = 4 << 10;

    private readonly FeedFile _file;
    private readonly int _beyond;

    /// <summary>Reads a range of a file into a chunk, from a place in or before the range.</summary>
    public RangeWindow(FeedFile file, FeedPartOptions options, FeedChunk chunk, long readFrom, long to)
        : base(options)
    {
        _file = file;
        To = to;
        ClosePosition = to;
        _beyond = Math.Min(MostBeyond, options.ChunkBytes);
        Clear(chunk);
        Load(readFrom, to + _beyond);
    }

    /// <summary>The end of the range, as a place in the file.</summary>
    public long To { get; }

    public ReadOnlySpan<byte> Text => Buffer.AsSpan(0, End);

    public SlicePlace Place => new(Position(At), RecordStart < 0 ? -1 : Position(RecordStart), IsSkipping, Records);

    /// <summary>The range is through, and nothing is open that would have to be kept: who has the next range can go on.</summary>
    public bool IsThrough => Position(At) >= To && (RecordStart < 0 || RecordStart == At);

    /// <summary>The place in the buffer of a place in the file.</summary>
    public int IndexOf(long position) => (int)(position - Offset);

    /// <summary>The last record of the chunk.</summary>
    public RecordSlice LastRecord => Chunk.Records[Chunk.Count - 1];

    /// <summary>Goes on from a place, without the records that were found before.</summary>
    public void MoveTo(SlicePlace place)
    {
        Clear(Chunk);
        var keep = place.RecordStart >= 0 ? place.RecordStart : place.At;
        if (keep < Offset || place.At > Offset + End)
            Load(keep, Math.Max(place.At, To + _beyond));
        At = IndexOf(place.At);
        RecordStart = place.RecordStart >= 0 ? IndexOf(place.RecordStart) : -1;
        IsSkipping = place.IsSkipping;
        Records = place.Records;
    }

    /// <summary>Hands out no records.</summary>
    public void Empty() => Clear(Chunk);

    /// <summary>Gets more text, to the end of the open record or to the next one.</summary>
    /// <returns>False: the open record is over the limit, which is noted in the chunk; the chunk is to be handed out.</returns>
    public bool TryExtend(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (EndTooLarge())
            return false;
        if (!HasRecords)
        {
            var keep = KeepFrom;
            Buffer.AsSpan(keep, End - keep).CopyTo(Buffer);
            Rebase(keep);
        }

        EnsureKeepable(_file.Path);
        var more = Math.Max(HasRecords ? _beyond : Options.ChunkBytes, End - KeepFrom);
        var wanted = (int)Math.Min(Math.Min(Array.MaxLength, KeepFrom + MostKept), (long)End + more);
        Grow(wanted);
        Fill(wanted);
        return true;
    }

    private void Load(long from, long to)
    {
        var wanted = (int)(Math.Min(to, _file.Length) - from);
        if (Buffer.Length < wanted)
            Chunk.Buffer = new byte[Math.Max(wanted, Options.ChunkBytes + _beyond + RecordRangePart.Before)];
        Offset = from;
        End = At = 0;
        RecordStart = -1;
        Fill(wanted);
    }

    private void Fill(int wanted)
    {
        End += _file.Read(Offset + End, Buffer.AsSpan(End, wanted - End));
        IsLast = Offset + End == _file.Length;
    }
}
