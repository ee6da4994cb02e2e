namespace Reshelve.OpenSearch.Writing;

/// <summary>So many units per second. Who comes is told how long to wait, and what it takes counts from then on; guarded by its owner's lock.</summary>
/// <param name="perSecond">Units per second; null: no limit.</param>
internal sealed class RateLimit(long? perSecond)
{
    private TimeSpan _freeAt;

    /// <summary>Takes units.</summary>
    /// <param name="now">The time, from any origin.</param>
    /// <param name="units">How many.</param>
    /// <returns>How long to wait before they may be used.</returns>
    public TimeSpan Take(TimeSpan now, long units)
    {
        if (perSecond is not { } rate)
            return TimeSpan.Zero;
        var start = _freeAt > now ? _freeAt : now;
        _freeAt = start + TimeSpan.FromSeconds(units / (double)Math.Max(1, rate));
        return start - now;
    }
}
