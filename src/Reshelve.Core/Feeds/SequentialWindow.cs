namespace Reshelve.Feeds;

/// <summary>
/// The window of a text that comes from its beginning to its end. What a chunk cannot hold, because its record is not complete, is
/// carried over to the next.
/// </summary>
internal sealed class SequentialWindow : SliceWindow
{
    private readonly ByteSource _source;
    private byte[] _carried = [];
    private int _carriedLength;

    public SequentialWindow(ByteSource source, FeedPartOptions options, long startOffset)
        : base(options)
    {
        _source = source;
        Offset = startOffset;
    }

    /// <summary>Begins to fill a chunk with what was carried over and as much again as a chunk should have.</summary>
    public void Attach(FeedChunk chunk, CancellationToken cancellationToken)
    {
        Clear(chunk);
        var wanted = Math.Max(Options.ChunkBytes, _carriedLength + (Options.ChunkBytes / 2));
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
        if (EndTooLarge())
            return false;
        var keep = KeepFrom;
        Buffer.AsSpan(keep, End - keep).CopyTo(Buffer);
        Rebase(keep);
        EnsureKeepable(path);
        var wanted = (int)Math.Min(MostKept, Math.Max(Options.ChunkBytes, 2L * End));
        Grow(wanted);
        Fill(wanted, cancellationToken);
        return true;
    }

    /// <summary>Lets the chunk go and keeps what the next one needs.</summary>
    public override void Detach(RecordContext context)
    {
        base.Detach(context);
        var keep = KeepFrom;
        _carriedLength = End - keep;
        if (_carried.Length < _carriedLength)
            _carried = new byte[Math.Max(_carriedLength, Math.Min(Options.ChunkBytes, 2 * _carried.Length))];
        Buffer.AsSpan(keep, _carriedLength).CopyTo(_carried);
        Rebase(keep);
    }

    private void Fill(int wanted, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (End < wanted && !IsLast)
        {
            var read = _source.Read(Buffer.AsSpan(End, wanted - End), cancellationToken);
            IsLast = read == 0;
            End += read;
        }
    }
}
