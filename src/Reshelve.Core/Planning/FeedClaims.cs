using Reshelve.Ledgers;

namespace Reshelve.Planning;

/// <summary>
/// Which record speaks for which id, over the whole feed. Where an id came several times, the last record wins; the others are
/// <see cref="Losers"/>. A rejected record speaks for nobody, but keeps its id's last document from being removed.
/// </summary>
internal sealed class FeedClaims
{
    private readonly Ledger _ledger;
    private readonly IReadOnlyList<OutcomeLog> _logs;
    private readonly EntrySet _claimed;

    public FeedClaims(Ledger ledger, FeedRuns runs, IReadOnlyList<OutcomeLog> logs)
    {
        _ledger = ledger;
        _logs = logs;
        _claimed = new EntrySet(ledger.EntryLimit);
        Runs = runs;
        ClaimEntries();
        ClaimNewIds();
        KeepRejected();
    }

    /// <summary>The unchanged records, in feed order.</summary>
    public FeedRuns Runs { get; }

    /// <summary>How many unchanged records there are, losers among them.</summary>
    public long Unchanged { get; private set; }

    /// <summary>Numbers of records whose id came again later.</summary>
    public HashSet<uint> Losers { get; } = [];

    /// <summary>Records of rejected records that stand for the last good document of their id.</summary>
    public HashSet<uint> Keepers { get; } = [];

    /// <summary>Whether a record speaks for an entry.</summary>
    public bool IsClaimed(uint entry) => _claimed.Contains(entry);

    /// <summary>The live entries that no record speaks for, in feed order of the ledger.</summary>
    public IEnumerable<LedgerRun> Missing()
    {
        foreach (var run in _ledger.Order.ToArray())
        {
            for (var entry = _claimed.Next(run.First, run.End, contained: false); entry < run.End;)
            {
                var end = _claimed.Next(entry, run.End, contained: true);
                yield return new LedgerRun(entry, end - entry);
                entry = _claimed.Next(end, run.End, contained: false);
            }
        }
    }

    private void ClaimEntries()
    {
        var twice = new List<uint>();
        foreach (var run in Runs)
        {
            Unchanged += run.Length;
            _claimed.AddRange(run.Entry, run.Length, twice);
        }

        foreach (var log in _logs)
        {
            for (var segment = 0; segment < log.Segments; segment++)
            {
                foreach (ref readonly var outcome in log.Segment(segment))
                {
                    if (outcome.Entry != Ledger.None && outcome.Kind != OutcomeKind.Kept && !_claimed.Add(outcome.Entry))
                        twice.Add(outcome.Entry);
                }
            }
        }

        if (twice.Count > 0)
            JudgeEntries([.. twice.Distinct().Order()]);
    }

    /// <summary>Finds for entries that were claimed more than once the last record, and makes the others losers.</summary>
    private void JudgeEntries(uint[] entries)
    {
        var last = new Dictionary<uint, uint>(entries.Length);
        void Claim(uint entry, uint record)
        {
            if (!last.TryGetValue(entry, out var before))
            {
                last[entry] = record;
                return;
            }

            Losers.Add(Math.Min(before, record));
            last[entry] = Math.Max(before, record);
        }

        foreach (var run in Runs)
        {
            var index = Array.BinarySearch(entries, run.Entry);
            for (index = index < 0 ? ~index : index; index < entries.Length && entries[index] - run.Entry < run.Length; index++)
                Claim(entries[index], run.Record + (entries[index] - run.Entry));
        }

        var judged = entries.ToHashSet();
        foreach (var outcome in Outcomes())
        {
            if (outcome.Entry != Ledger.None && outcome.Kind != OutcomeKind.Kept && judged.Contains(outcome.Entry))
                Claim(outcome.Entry, outcome.Record);
        }
    }

    private void ClaimNewIds()
    {
        var newIds = new NewIds(_logs);
        foreach (var loser in newIds.FindLosers())
            Losers.Add(loser);
    }

    private void KeepRejected()
    {
        if (_logs.All(log => log.CountOf(OutcomeKind.Kept) == 0))
            return;
        foreach (var outcome in Outcomes())
        {
            if (outcome.Kind == OutcomeKind.Kept && _claimed.Add(outcome.Entry))
                Keepers.Add(outcome.Record);
        }
    }

    private IEnumerable<Outcome> Outcomes()
    {
        foreach (var log in _logs)
        {
            for (var i = 0; i < log.Count; i++)
                yield return log[i];
        }
    }
}
