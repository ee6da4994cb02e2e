namespace Reshelve.Feeds;

/// <summary>A file that is cut into records from its beginning to its end, by one thread at a time.</summary>
internal sealed class SequentialPart : FeedPart
{
    private readonly ByteSource _source;
    private readonly FeedPartOptions _options;
    private readonly SequentialWindow _window;
    private readonly RecordSlicer _slicer;
    private volatile bool _settled;
    private int _chunks;

    public SequentialPart(FeedFile file, ByteSource source, int offset, FeedPartOptions options)
        : base(file)
    {
        _source = source;
        _options = options;
        _window = new SequentialWindow(source, options, offset);
        _slicer = RecordSlicer.Create(file.Path, options);
    }

    public override int Chunks => _chunks;

    public override bool IsParallel => false;

    public override bool IsSettled => _settled;

    public override bool TryRead(FeedChunk chunk, CancellationToken cancellationToken)
    {
        if (_settled)
            return false;
        _window.Attach(chunk, cancellationToken);
        do
        {
            _slicer.Scan(_window);
            if (_window.IsClosed)
                break;
            if (_window.IsLast)
            {
                Finish();
                break;
            }
        }
        while (!_window.HasRecords && _window.TryExtend(File.Path, cancellationToken));

        _window.Detach(_slicer.Context);
        chunk.Sequence = _chunks++;
        return true;
    }

    public override void Dispose()
    {
        _source.Dispose();
        base.Dispose();
    }

    private void Finish()
    {
        if (_options.EndsInLines && (_window.RecordStart >= 0 || _window.IsSkipping))
            _options.Ends.Note(_window.IsSkipping ? "…"u8 : _window.Buffer.AsSpan(_window.RecordStart.._window.End));
        _slicer.Complete(_window);
        File.EnsureUnchanged();
        Dispose();
        _settled = true;
    }
}
