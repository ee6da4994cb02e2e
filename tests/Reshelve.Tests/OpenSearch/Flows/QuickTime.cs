namespace Reshelve.Tests.OpenSearch.Flows;

/// <summary>A clock that runs three hundred times as fast: waits are over soon, in their right order and proportion.</summary>
internal sealed class QuickTime : TimeProvider
{
    private const int Factor = 300;
    private readonly DateTimeOffset _start = System.GetUtcNow();
    private readonly long _begun = System.GetTimestamp();

    public override long TimestampFrequency => System.TimestampFrequency;

    public override long GetTimestamp() => (System.GetTimestamp() - _begun) * Factor;

    public override DateTimeOffset GetUtcNow() => _start + (System.GetElapsedTime(_begun) * Factor);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(callback, state, Shorten(dueTime), Shorten(period));

    // Rounded up: a timer of no milliseconds would fire before its time.
    private static TimeSpan Shorten(TimeSpan time) =>
        time <= TimeSpan.Zero ? time : TimeSpan.FromMilliseconds(Math.Ceiling(time.TotalMilliseconds / Factor));
}
