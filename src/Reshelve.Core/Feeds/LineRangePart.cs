namespace Reshelve.Feeds;

/// <summary>
/// Lines of a plain UTF-8 file. The file is divided into ranges that threads claim and read without a lock; a line belongs to the
/// range that its first byte is in.
/// </summary>
internal sealed class LineRangePart : FeedPart
{
    /// <summary>Read beyond a range in the same call: the rest of the last line, for lines of ordinary length.</summary>
    private const int Beyond = 4 << 10;

    private readonly RecordContext _context;
    private readonly long _start;
    private readonly int _rangeBytes;
    private readonly int _recordBytes;
    private int _claimed;
    private int _finished;
    private volatile bool _settled;

    public LineRangePart(FeedFile file, int start, FeedPartOptions options)
        : base(file)
    {
        _context = new RecordContext(file.Path, []);
        _start = start;
        _rangeBytes = options.ChunkBytes;
        _recordBytes = options.Limits.RecordBytes;
        Chunks = checked((int)((file.Length - start + _rangeBytes - 1) / _rangeBytes));
        file.CountRead(start);
        _settled = Chunks == 0;
    }

    public override int Chunks { get; }

    public override bool IsParallel => true;

    public override bool IsSettled => _settled;

    public override bool TryRead(FeedChunk chunk, CancellationToken cancellationToken)
    {
        // Read first, so that the counter cannot overflow however often the end is asked for.
        if (Volatile.Read(ref _claimed) >= Chunks || Interlocked.Increment(ref _claimed) - 1 is var range && range >= Chunks)
            return false;
        var from = _start + ((long)range * _rangeBytes);
        var to = Math.Min(from + _rangeBytes, File.Length);
        chunk.Sequence = range;
        chunk.Context = _context;
        chunk.Count = 0;
        chunk.TooLarge = -1;
        ReadRange(chunk, from, to, cancellationToken);
        File.CountRead(to - from);
        Finish();
        return true;
    }

    /// <summary>
    /// Takes one byte before the range along: it tells whether a line begins at the range's first byte.
    /// </summary>
    private void ReadRange(FeedChunk chunk, long from, long to, CancellationToken cancellationToken)
    {
        var before = from > _start ? 1 : 0;
        chunk.Offset = from - before;
        var wanted = (int)Math.Min(to - from + before + Beyond, File.Length - chunk.Offset);
        if (chunk.Buffer.Length < wanted)
            chunk.Buffer = new byte[_rangeBytes + 1 + Beyond];
        var end = File.Read(chunk.Offset, chunk.Buffer.AsSpan(0, wanted));
        var rangeEnd = (int)(to - chunk.Offset);
        var at = 0;
        if (before == 1)
        {
            var first = chunk.Buffer.AsSpan(0, rangeEnd).IndexOf((byte)'\n');
            at = first < 0 ? rangeEnd : first + 1;
        }

        while (at < rangeEnd)
        {
            var length = chunk.Buffer.AsSpan(at, end - at).IndexOf((byte)'\n');
            if (length < 0)
            {
                ReadLongLine(chunk, at, end, cancellationToken);
                return;
            }

            AddLine(chunk, at, length);
            at += length + 1;
        }
    }

    /// <summary>
    /// The last line of a range, which ends beyond what was read; or at the end of the file, where no line end is needed.
    /// </summary>
    private void ReadLongLine(FeedChunk chunk, int start, int end, CancellationToken cancellationToken)
    {
        // Two more than a record may have: its line end does not count.
        var mostBytes = _recordBytes + 2L;
        while (chunk.Offset + end < File.Length)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (end - start >= mostBytes)
            {
                start = Math.Min(BlankTrimming.Skip(chunk.Buffer, start, end), end - 1);
                chunk.AddTooLarge(start, end - start);
                return;
            }

            Grow(chunk, end, end + Beyond, start + mostBytes + Beyond);
            var more = (int)Math.Min(chunk.Buffer.Length - end, mostBytes - (end - start));
            var read = File.Read(chunk.Offset + end, chunk.Buffer.AsSpan(end, more));
            var length = chunk.Buffer.AsSpan(end, read).IndexOf((byte)'\n');
            if (length >= 0)
            {
                AddLine(chunk, start, end + length - start);
                return;
            }

            end += read;
        }

        AddLine(chunk, start, end - start);
    }

    private static void Grow(FeedChunk chunk, int used, int wanted, long most)
    {
        if (chunk.Buffer.Length >= wanted)
            return;
        var larger = new byte[Math.Min(Array.MaxLength, Math.Max(wanted, Math.Min(2L * chunk.Buffer.Length, most)))];
        chunk.Buffer.AsSpan(0, used).CopyTo(larger);
        chunk.Buffer = larger;
    }

    private void AddLine(FeedChunk chunk, int start, int length)
    {
        var line = BlankTrimming.Trim(chunk.Buffer, start, start + length);
        if (line.Length > 0)
            chunk.Add(line, _recordBytes);
    }

    /// <summary>Whoever is through last looks whether the file is still the one that was opened.</summary>
    private void Finish()
    {
        if (Interlocked.Increment(ref _finished) != Chunks)
            return;
        File.EnsureUnchanged();
        File.Dispose();
        _settled = true;
    }
}
