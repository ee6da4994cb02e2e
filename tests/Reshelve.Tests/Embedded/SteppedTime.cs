namespace Reshelve.Tests.Embedded;

/// <summary>A clock that moves when told to, with timers that go off while it does; unless it is suspended with its process.</summary>
internal sealed class SteppedTime : TimeProvider
{
    private readonly List<Timer> _timers = [];
    private DateTimeOffset _now = new(2026, 11, 20, 8, 0, 0, TimeSpan.Zero);

    /// <summary>Whether its timers do not go off.</summary>
    public bool IsSuspended { get; set; }

    public override DateTimeOffset GetUtcNow() => _now;

    public void Advance(TimeSpan by)
    {
        for (var end = _now + by; _now < end;)
        {
            _now += TimeSpan.FromSeconds(1);
            foreach (var timer in _timers.Where(timer => !IsSuspended && timer.Due <= _now).ToList())
                timer.GoOff();
        }
    }

    /// <summary>Lets the timers go off that should have while it was suspended.</summary>
    public void Resume()
    {
        IsSuspended = false;
        foreach (var timer in _timers.Where(timer => timer.Due <= _now).ToList())
            timer.GoOff();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        _timers.Add(timer);
        return timer;
    }

    private sealed class Timer(SteppedTime time, Action callback) : ITimer
    {
        public DateTimeOffset Due { get; private set; }

        public void GoOff()
        {
            Due = DateTimeOffset.MaxValue;
            callback();
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Due = time.GetUtcNow() + dueTime;
            return true;
        }

        public void Dispose() => time._timers.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
