namespace Reshelve.OpenSearch.Connection;

/// <summary>Waits between tries: from a second, doubled each time, to a minute.</summary>
internal static class GrowingWait
{
    public static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    /// <summary>The wait after so many failures in a row, from 1, before chance has its share.</summary>
    public static TimeSpan After(int failures)
    {
        var seconds = First.TotalSeconds * Math.Pow(2, Math.Clamp(failures - 1, 0, 16));
        return TimeSpan.FromSeconds(Math.Min(seconds, Longest.TotalSeconds));
    }

    /// <summary>Waits for at least so long: <see cref="Task.Delay(TimeSpan)"/> leaves fractions of a millisecond out, and who then looks at the clock finds that it is too early.</summary>
    public static Task ForAsync(TimeSpan wait, TimeProvider time, CancellationToken cancellationToken) =>
        Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)), time, cancellationToken);
}
