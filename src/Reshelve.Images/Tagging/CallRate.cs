namespace Reshelve.Images.Tagging;

/// <summary>Spaces calls evenly, so that there are never more in a second than allowed.</summary>
/// <param name="perSecond">Calls per second; null: no limit.</param>
/// <param name="time">The clock.</param>
internal sealed class CallRate(double? perSecond, TimeProvider time)
{
    private readonly Lock _lock = new();
    private DateTimeOffset _next;

    /// <summary>Waits for the next call's turn.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        if (perSecond is not > 0)
            return;
        TimeSpan wait;
        lock (_lock)
        {
            var now = time.GetUtcNow();
            var turn = _next > now ? _next : now;
            _next = turn + TimeSpan.FromSeconds(1 / perSecond.Value);
            wait = turn - now;
        }

        if (wait > TimeSpan.Zero)
            await Task.Delay(wait, time, cancellationToken);
    }
}
