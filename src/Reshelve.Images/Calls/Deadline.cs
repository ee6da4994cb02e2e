namespace Reshelve.Images.Calls;

/// <summary>A time that only runs while it is told to: waiting in a queue of our own is not the server's fault.</summary>
internal sealed class Deadline : IDisposable
{
    private readonly TimeProvider _time;
    private readonly CancellationToken _outer;
    private readonly CancellationTokenSource _clock;
    private readonly CancellationTokenSource _both;
    private TimeSpan _left;
    private long? _begun;

    public Deadline(TimeSpan limit, TimeProvider time, CancellationToken outer)
    {
        _time = time;
        _outer = outer;
        _left = limit;
        _clock = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _both = CancellationTokenSource.CreateLinkedTokenSource(outer, _clock.Token);
    }

    /// <summary>Cancelled when the time is up, or from outside.</summary>
    public CancellationToken Token => _both.Token;

    /// <summary>Whether the time was up before anything from outside came.</summary>
    public bool IsOver => _clock.IsCancellationRequested && !_outer.IsCancellationRequested;

    /// <summary>What is left.</summary>
    public TimeSpan Left => _begun is { } begun ? _left - _time.GetElapsedTime(begun) : _left;

    /// <summary>Lets the time run.</summary>
    public void Begin()
    {
        if (_begun is not null)
            return;
        _begun = _time.GetTimestamp();
        _clock.CancelAfter(_left > TimeSpan.Zero ? _left : TimeSpan.Zero);
    }

    /// <summary>Stops it.</summary>
    public void Pause()
    {
        if (_begun is null)
            return;
        _left = Left;
        _begun = null;
        _clock.CancelAfter(Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _both.Dispose();
        _clock.Dispose();
    }
}
