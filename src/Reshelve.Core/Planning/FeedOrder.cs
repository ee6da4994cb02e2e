using Reshelve.Ledgers;

namespace Reshelve.Planning;

/// <summary>
/// Whether the next ledger takes over the order of a full feed. A feed that follows the ledger's order but for a few records is matched
/// quickest by its own order, and that is a small delta. Where a good part of the records moved one by one, the order could only be
/// written whole, with the work of a first feed, and it is wasted if the next feed is shuffled anew: so it is left as it is, and
/// only a sample of the feed's order is kept. When a later feed shows that order again, it is here to stay, and taken over.
/// </summary>
/// <param name="IsTaken">Whether it is.</param>
/// <param name="Sample">The sample to keep, if it is not.</param>
internal sealed record FeedOrder(bool IsTaken, IReadOnlyList<EntryPair> Sample)
{
    private const int SampleSize = 256;

    /// <summary>So few records (one in so many) moved that the order's new runs are a small part of the ledger.</summary>
    private const int FewShare = 32;

    /// <summary>
    /// So few moved that looking them up costs less than a new order would save: 0.1 µs each against 0.5 µs for every entry of the
    /// ledger.
    /// </summary>
    private const int TolerableShare = 4;

    /// <summary>The feed's order is taken over.</summary>
    public static FeedOrder Taken { get; } = new(true, []);

    /// <summary>The order is left as it is, and so is the sample.</summary>
    public static FeedOrder Ignored(Ledger ledger) => new(false, ledger.OrderSample);

    /// <summary>Judges the order of a full feed.</summary>
    /// <param name="ledger">The ledger it was compared with.</param>
    /// <param name="runs">The unchanged records in feed order.</param>
    /// <param name="moved">How many of them were not where the ledger's order has them.</param>
    public static FeedOrder Of(Ledger ledger, IEnumerable<FeedRun> runs, long moved)
    {
        if (moved <= (ledger.Count / FewShare) + 64)
            return Taken;
        return moved <= ledger.Count / TolerableShare ? Ignored(ledger) : Compare(ledger, runs);
    }

    private static FeedOrder Compare(Ledger ledger, IEnumerable<FeedRun> runs)
    {
        // Only the base's entries keep their numbers from delta to delta.
        var baseCount = ledger.BaseCount;
        var known = ledger.OrderSample.Where(pair => pair.First < baseCount)
            .DistinctBy(pair => pair.First)
            .ToDictionary(pair => pair.First, pair => pair.Second);
        var isKnown = new EntrySet(baseCount);
        foreach (var first in known.Keys)
            isKnown.Add(first);
        var sample = new List<EntryPair>(SampleSize);
        var (held, index, step) = (0, 0u, (ledger.Count / SampleSize) + 1);
        foreach (var (first, second) in Neighbours(runs, baseCount))
        {
            if (isKnown.Contains(first) && known[first] == second)
                held++;
            if (index++ % step == 0)
                sample.Add(new EntryPair(first, second));
        }

        return known.Count > 0 && held * 2 >= known.Count ? Taken : new FeedOrder(false, sample);
    }

    /// <summary>The entries, of those below a number, whose records follow one another.</summary>
    private static IEnumerable<(uint First, uint Second)> Neighbours(IEnumerable<FeedRun> runs, uint limit)
    {
        var (previous, next) = (Ledger.None, 0u);
        foreach (var run in runs)
        {
            if (run.Record != next)
                previous = Ledger.None;
            for (uint i = 0; i < run.Length; i++)
            {
                var entry = run.Entry + i;
                if (previous < limit && entry < limit)
                    yield return (previous, entry);
                previous = entry;
            }

            next = run.Record + run.Length;
        }
    }
}
