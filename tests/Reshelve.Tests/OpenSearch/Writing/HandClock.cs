namespace Reshelve.Tests.OpenSearch.Writing;

/// <summary>A clock that only a test moves, and that tells who waits for it.</summary>
internal sealed class HandClock : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<Timer> _pending = [];
    private DateTimeOffset _now = new(2026, 1, 10, 12, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
            return _now;
    }

    /// <summary>How many wait for no longer than that: longer ones are timeouts.</summary>
    public int CountWaits(TimeSpan atMost)
    {
        lock (_lock)
            return _pending.Count(timer => timer.Wait <= atMost);
    }

    /// <summary>Lets as much time pass as whoever waits least still waits for.</summary>
    public void AdvanceToNext()
    {
        TimeSpan by;
        lock (_lock)
            by = _pending.Min(timer => timer.Due) - _now;
        Advance(by);
    }

    public void Advance(TimeSpan by)
    {
        List<Timer> due;
        lock (_lock)
        {
            _now += by;
            due = [.. _pending.Where(timer => timer.Due <= _now)];
            _pending.RemoveAll(due.Contains);
        }

        foreach (var timer in due)
            timer.Fire();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private void Arm(Timer timer, TimeSpan wait)
    {
        lock (_lock)
        {
            _pending.Remove(timer);
            if (wait == Timeout.InfiniteTimeSpan)
                return;
            timer.Wait = wait;
            timer.Due = _now + wait;
            _pending.Add(timer);
        }
    }

    private sealed class Timer(HandClock clock, TimerCallback callback, object? state) : ITimer
    {
        public TimeSpan Wait { get; set; }

        public DateTimeOffset Due { get; set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            clock.Arm(this, dueTime);
            return true;
        }

        public void Dispose() => clock.Arm(this, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
