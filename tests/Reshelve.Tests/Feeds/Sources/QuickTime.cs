namespace Reshelve.Tests.Feeds.Sources;

/// <summary>
/// A clock that stands still but for waits, and waits cost nothing: each is noted and over at once. Only timers of the length of
/// <paramref name="real"/> run in real time: they watch over a real server.
/// </summary>
internal sealed class QuickTime(TimeSpan real) : TimeProvider
{
    public static readonly DateTimeOffset Start = new(2026, 1, 10, 12, 0, 0, TimeSpan.Zero);

    private readonly List<TimeSpan> _waits = [];
    private DateTimeOffset _now = Start;

    public IReadOnlyList<TimeSpan> Waits => _waits;

    /// <summary>Called at each wait, before it is over.</summary>
    public Action? OnWait { get; set; }

    public void Advance(TimeSpan by) => _now += by;

    public override DateTimeOffset GetUtcNow() => _now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime == real || dueTime == Timeout.InfiniteTimeSpan)
            return System.CreateTimer(callback, state, dueTime, period);
        _waits.Add(dueTime);
        Advance(dueTime);
        OnWait?.Invoke();
        return System.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}
