namespace Reshelve.OpenSearch.Writing;

/// <summary>Whether an index's searches are slow, by its counters.</summary>
/// <param name="limit">The mean time from which on they are; null: twice what was usual before, at least 100 ms.</param>
internal sealed class SearchLatency(TimeSpan? limit)
{
    // Of an index that nobody searched before, what is usual is known only after so many.
    private const int Enough = 100;
    private static readonly TimeSpan LeastLimit = TimeSpan.FromMilliseconds(100);

    private TimeSpan? _limit = limit;
    private bool _hasLooked;
    private long? _searches;
    private TimeSpan _took;

    /// <summary>Compares with the last look; with none, nothing is slow.</summary>
    /// <param name="searches">Searches so far.</param>
    /// <param name="took">What they took, all together.</param>
    public bool IsSlow(long searches, TimeSpan took)
    {
        // From the first look on, writing has its share in what is usual.
        if (_limit is null && searches >= (_hasLooked ? Enough : 1))
            _limit = 2 * took / searches > LeastLimit ? 2 * took / searches : LeastLimit;
        _hasLooked = true;
        var isSlow = _searches is { } before && searches > before && (took - _took) / (searches - before) >= (_limit ?? LeastLimit);
        (_searches, _took) = (searches, took);
        return isSlow;
    }

    /// <summary>The next look compares with nothing.</summary>
    public void Forget() => _searches = null;
}
