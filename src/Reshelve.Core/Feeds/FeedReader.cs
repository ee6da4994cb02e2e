using System.Runtime.ExceptionServices;

namespace Reshelve.Feeds;

/// <summary>
/// Reads the files of a feed one after the other. Plain UTF-8 files are read by all threads at once; others (compressed, transcoded) by
/// one thread at a time, while the rest are busy with what they got. Whatever error one of them meets, a cancellation too, ends the
/// reading for all.
/// </summary>
internal sealed class FeedReader : IFeedReader
{
    private readonly IReadOnlyList<string> _files;
    private readonly FeedFormat _format;
    private readonly FeedPartOptions _options;
    private readonly List<FeedPart> _parts = [];
    private readonly object _gate = new();
    private readonly Lock _reading = new();
    private volatile OpenPart? _current;
    private volatile ExceptionDispatchInfo? _failure;
    private volatile bool _ended;
    private bool _disposed;

    public FeedReader(IReadOnlyList<string> files, FeedFormat format, FeedLimits limits, int chunkBytes)
    {
        var expansion = new ExpansionLimit(limits);
        foreach (var file in files)
        {
            var length = FeedFile.LengthOf(file);
            BytesTotal += length;
            if (BytesTotal > limits.FeedBytes)
                expansion.AddStored(file, BytesTotal);
        }

        _files = files;
        _format = format;
        _options = new FeedPartOptions(format, limits, chunkBytes, expansion, new XmlNamespaces());
        OpenNext(previous: null);
    }

    public long BytesTotal { get; }

    public bool EndsOpen => _options.Ends.AreOpen;

    public long BytesRead
    {
        get
        {
            lock (_gate)
                return _parts.Sum(part => part.BytesRead);
        }
    }

    public IRecordConverter CreateConverter() => _format.Kind switch
    {
        FeedFormatKind.Csv => new CsvRecordConverter(_format.Delimiter),
        FeedFormatKind.Xml => new XmlRecordConverter(_options.Namespaces, _options.Limits.Values),
        _ => new JsonRecordConverter(),
    };

    public bool TryReadChunk(FeedChunk chunk, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(chunk);
        try
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                _failure?.Throw();
                if (_current is not { } current)
                    return AwaitOthers(cancellationToken);
                if (TryRead(current, chunk, cancellationToken))
                    return true;
                OpenNext(current);
            }
        }
        catch (Exception exception)
        {
            Fail(exception);
            throw;
        }
    }

    public void Dispose()
    {
        // The thread that is slicing, if any, has to be through with the file first.
        lock (_reading)
        lock (_gate)
        {
            _disposed = true;
            _failure ??= ExceptionDispatchInfo.Capture(new ObjectDisposedException(nameof(FeedReader)));
            foreach (var part in _parts)
                part.Dispose();
            Monitor.PulseAll(_gate);
        }
    }

    private bool TryRead(OpenPart current, FeedChunk chunk, CancellationToken cancellationToken)
    {
        if (current.Part.IsParallel)
        {
            if (!current.Part.TryRead(chunk, cancellationToken))
                return false;
            if (current.Part.IsSettled)
                Announce();
        }
        else
        {
            lock (_reading)
            {
                _failure?.Throw();
                try
                {
                    if (!ReferenceEquals(_current, current) || !current.Part.TryRead(chunk, cancellationToken))
                        return false;
                }
                catch (Exception exception)
                {
                    // Before the lock is left: whoever waits for it must not go on reading from the middle of something.
                    Fail(exception);
                    throw;
                }
            }
        }

        chunk.Sequence += current.FirstSequence;
        return true;
    }

    /// <summary>Whoever finds a file at its end opens the next; the others find it opened.</summary>
    private void OpenNext(OpenPart? previous)
    {
        lock (_gate)
        {
            if (!ReferenceEquals(_current, previous) || _ended || _disposed)
                return;
            if (_parts.Count == _files.Count)
            {
                _ended = true;
                _current = null;
                return;
            }

            var part = FeedPart.Open(_files[_parts.Count], _options);
            _parts.Add(part);
            _current = new OpenPart(part, previous is null ? 0 : previous.FirstSequence + previous.Part.Chunks);
        }
    }

    /// <summary>"At its end" is said only when no other thread can still find that the feed is broken.</summary>
    private bool AwaitOthers(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            while (_failure is null && !_parts.TrueForAll(part => part.IsSettled))
            {
                Monitor.Wait(_gate, millisecondsTimeout: 100);
                cancellationToken.ThrowIfCancellationRequested();
            }
        }

        _failure?.Throw();
        return false;
    }

    private void Announce()
    {
        lock (_gate)
            Monitor.PulseAll(_gate);
    }

    private void Fail(Exception exception)
    {
        lock (_gate)
        {
            _failure ??= ExceptionDispatchInfo.Capture(exception);
            Monitor.PulseAll(_gate);
        }
    }

    private sealed record OpenPart(FeedPart Part, int FirstSequence);
}
