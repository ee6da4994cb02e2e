namespace Reshelve.Feeds;

/// <summary>Cancels when nothing happens for a while; each sign of life begins the while anew.</summary>
internal sealed class Patience : IDisposable
{
    private readonly TimeSpan _limit;
    private readonly CancellationToken _outer;
    private readonly CancellationTokenSource _clock;
    private readonly CancellationTokenSource _both;

    public Patience(TimeSpan limit, TimeProvider time, CancellationToken outer)
    {
        _limit = limit;
        _outer = outer;
        _clock = new CancellationTokenSource(limit, time);
        _both = CancellationTokenSource.CreateLinkedTokenSource(outer, _clock.Token);
    }

    /// <summary>Cancelled when the while is over, or from outside.</summary>
    public CancellationToken Token => _both.Token;

    /// <summary>Whether the while was over before anything from outside came.</summary>
    public bool IsOver => _clock.IsCancellationRequested && !_outer.IsCancellationRequested;

    /// <summary>Begins the while anew.</summary>
    public void Begin() => _clock.CancelAfter(_limit);

    /// <summary>Stops the clock: what comes now is not the server's to do.</summary>
    public void Pause() => _clock.CancelAfter(Timeout.InfiniteTimeSpan);

    /// <inheritdoc/>
    public void Dispose()
    {
        _both.Dispose();
        _clock.Dispose();
    }
}
