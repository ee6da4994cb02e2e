using Reshelve.Catalogs;
using Reshelve.Feeds;
using Reshelve.Ledgers;

namespace Reshelve.Planning;

/// <summary>
/// Puts together what the threads of a plan found: decides repeated ids, finds what is missing, lets the safety checks judge, and
/// writes the removals and the next ledger.
/// </summary>
internal sealed class PlanMerger(PlanInput input, IReadOnlyList<PlanWorker> workers)
{
    private readonly OutcomeLog[] _logs = [.. workers.SelectMany(worker => new[] { worker.Resolver.Outcomes, worker.Resolver.LateOutcomes })];
    private readonly Dictionary<int, List<int>> _superseded = [];

    /// <summary>Makes the rest of the plan.</summary>
    public PlanContent Merge()
    {
        var claims = new FeedClaims(input.Ledger, new FeedRuns(workers.Select(worker => worker.Matches), input.Numbers), _logs);
        var counts = Count(claims);
        using var removals = new PlanRemovals(input);
        if (input.Definition.Feed == FeedKind.Full)
            counts = counts with { Kept = removals.CountKept(claims) };
        var verdicts = new SafetyChecks(input.Definition, counts, input.Ledger.Count, input.Circumstances, input.Reader.EndsOpen).Judge();
        removals.Hold(verdicts);
        // Also if the whole plan is held: it is what will be approved.
        var changesLedger = WriteRest(claims, removals);
        var (removing, held) = removals.Finish();
        return new PlanContent(
            counts with { Removed = removals.Count, RemovalsHeld = removals.HeldCount }, verdicts, [.. Batches(), .. removing], held, changesLedger)
        {
            IsTold = claims.IsClaimed,
            EndsOpen = input.Reader.EndsOpen,
        };
    }

    private PlanCounts Count(FeedClaims claims)
    {
        var losing = Supersede(claims.Losers);
        long Of(OutcomeKind kind) => _logs.Sum(log => log.CountOf(kind)) - losing[(int)kind];
        return new PlanCounts
        {
            Records = input.Numbers.Total,
            Bytes = input.Reader.BytesRead,
            Added = Of(OutcomeKind.Add),
            Replaced = Of(OutcomeKind.Replace),
            Patched = Of(OutcomeKind.Patch),
            Removed = Of(OutcomeKind.Remove),
            Unchanged = claims.Unchanged - (claims.Losers.Count - Sum(losing))
                + Of(OutcomeKind.Respelled) + Of(OutcomeKind.Moved) + Of(OutcomeKind.Gone),
            Rejected = workers.Sum(worker => worker.Resolver.Rejected),
            RejectedWithoutId = workers.Sum(worker => worker.Resolver.RejectedWithoutId),
            Duplicates = claims.Losers.Count,
            Parsed = workers.Sum(worker => worker.Resolver.Parsed),
            Missing = input.Definition.Feed == FeedKind.Full ? CountMissing(claims) : 0,
        };
    }

    // Loops: LINQ that sums numbers and structs is compiled anew by every process.
    private static long Sum(long[] counts)
    {
        long sum = 0;
        foreach (var count in counts)
            sum += count;
        return sum;
    }

    private static long CountMissing(FeedClaims claims)
    {
        long count = 0;
        foreach (var run in claims.Missing())
            count += run.Length;
        return count;
    }

    /// <summary>Notes the changes that do not count, as their ids came again; gives how many outcomes of each kind do not.</summary>
    private long[] Supersede(HashSet<uint> losers)
    {
        var losing = new long[Enum.GetValues<OutcomeKind>().Length];
        foreach (var log in losers.Count > 0 ? _logs : [])
        {
            for (var i = 0; i < log.Count; i++)
            {
                var outcome = log[i];
                if (!losers.Contains(outcome.Record))
                    continue;
                losing[(int)outcome.Kind]++;
                if (outcome.Batch == 0)
                    continue;
                if (!_superseded.TryGetValue(outcome.Batch, out var lines))
                    _superseded[outcome.Batch] = lines = [];
                lines.Add(outcome.Line);
            }
        }

        return losing;
    }

    private bool WriteRest(FeedClaims claims, PlanRemovals removals)
    {
        var removed = Remove(claims, removals);
        var order = input.Definition.Feed == FeedKind.Full
            ? FeedOrder.Of(input.Ledger, claims.Runs, workers.Sum(worker => worker.Moved))
            : FeedOrder.Ignored(input.Ledger);
        var next = Order(claims, removed, order.IsTaken);
        if (!order.IsTaken && !next.IsDelta && input.Definition.Feed == FeedKind.Full)
        {
            // All of it is written anyway, so the latest order costs nothing more.
            order = FeedOrder.Taken;
            next = Order(claims, removed, byFeed: true);
        }

        // A sample of an order that went by does no harm, so dropping it is no reason to write.
        var missingChanged = removals.WriteMissing(claims);
        if (next.IsUnchanged() && !missingChanged && (order.IsTaken || order.Sample.SequenceEqual(input.Ledger.OrderSample)))
            return false;
        next.Write(Path.Combine(input.Folder, PlanManifest.LedgerName), new NewEntries(_logs, claims.Losers).Next, order.Sample);
        return true;
    }

    /// <summary>Writes the removals; gives the entries that go by them. What does not go keeps its entry.</summary>
    private EntrySet Remove(FeedClaims claims, PlanRemovals removals)
    {
        var removed = new EntrySet(input.Ledger.EntryLimit);
        var outcomes = new OutcomeMerge(_logs.Where(log => log.CountOf(OutcomeKind.Remove) > 0));
        while (outcomes.MoveNext())
        {
            var outcome = outcomes.Current!.Current;
            if (outcome.Kind == OutcomeKind.Remove && !claims.Losers.Contains(outcome.Record) && removals.AddMarked(outcome.Entry))
                removed.Add(outcome.Entry);
        }

        foreach (var run in input.Definition.Feed == FeedKind.Full ? claims.Missing() : [])
        {
            for (var entry = run.First; entry < run.End; entry++)
            {
                if (removals.AddMissing(entry))
                    removed.Add(entry);
            }
        }

        return removed;
    }

    private NextLedger Order(FeedClaims claims, EntrySet removed, bool byFeed)
    {
        var next = new NextLedger(input.Ledger);
        if (byFeed)
            OrderByFeed(claims, removed, next);
        else
            OrderByLedger(claims, removed, next);
        return next;
    }

    /// <summary>The order is the feed's; what is missing and not removed comes at the end.</summary>
    private void OrderByFeed(FeedClaims claims, EntrySet removed, NextLedger next)
    {
        var outcomes = new OutcomeMerge(_logs);
        var more = outcomes.MoveNext();
        foreach (var run in claims.Runs)
        {
            for (; more && outcomes.Current!.Current.Record < run.Record; more = outcomes.MoveNext())
                Order(outcomes.Current.Current, claims, removed, next);
            KeepWinners(run, claims, next);
        }

        for (; more; more = outcomes.MoveNext())
            Order(outcomes.Current!.Current, claims, removed, next);
        foreach (var run in claims.Missing())
            KeepRest(run, removed, next);
    }

    /// <summary>Keeps those of some entries that are not gone.</summary>
    private static void KeepRest(LedgerRun run, EntrySet gone, NextLedger next)
    {
        for (var entry = gone.Next(run.First, run.End, contained: false); entry < run.End;)
        {
            var end = gone.Next(entry, run.End, contained: true);
            next.Keep(entry, end - entry);
            entry = gone.Next(end, run.End, contained: false);
        }
    }

    private static void Order(Outcome outcome, FeedClaims claims, EntrySet removed, NextLedger next)
    {
        if (claims.Losers.Contains(outcome.Record))
            return;
        if (NewEntries.Has(outcome.Kind))
            next.Add(outcome.IdLength);
        else if (outcome.Kind == OutcomeKind.Remove)
            KeepRest(new LedgerRun(outcome.Entry, 1), removed, next);
        else if (outcome.Kind == OutcomeKind.Moved || claims.Keepers.Contains(outcome.Record))
            next.Keep(outcome.Entry, 1);
    }

    private static void KeepWinners(FeedRun run, FeedClaims claims, NextLedger next)
    {
        if (claims.Losers.Count == 0)
        {
            next.Keep(run.Entry, run.Length);
            return;
        }

        for (uint i = 0; i < run.Length; i++)
        {
            if (!claims.Losers.Contains(run.Record + i))
                next.Keep(run.Entry + i, 1);
        }
    }

    /// <summary>The order stays, less what was replaced or removed; new entries come at the end.</summary>
    private void OrderByLedger(FeedClaims claims, EntrySet removed, NextLedger next)
    {
        var gone = new EntrySet(removed);
        var idLengths = new List<ushort>();
        var outcomes = new OutcomeMerge(_logs);
        while (outcomes.MoveNext())
        {
            var current = outcomes.Current!.Current;
            if (!NewEntries.Has(current.Kind) || claims.Losers.Contains(current.Record))
                continue;
            idLengths.Add(current.IdLength);
            if (current.Entry != Ledger.None)
                gone.Add(current.Entry);
        }

        foreach (var run in input.Ledger.Order)
            KeepRest(run, gone, next);
        foreach (var length in idLengths)
            next.Add(length);
    }

    private IReadOnlyList<PlanBatch> Batches() =>
    [
        .. workers.SelectMany(worker => worker.Resolver.FinishBatches())
            .OrderBy(batch => batch.Number)
            .Select(batch => _superseded.TryGetValue(batch.Number, out var lines) ? batch with { Superseded = lines } : batch),
    ];
}

/// <summary>What a plan holds beside its frame.</summary>
internal sealed record PlanContent(
    PlanCounts Counts,
    IReadOnlyList<PlanVerdict> Verdicts,
    IReadOnlyList<PlanBatch> Batches,
    IReadOnlyList<PlanBatch> HeldRemovals,
    bool ChangesLedger)
{
    /// <summary>Whether the feed ends without a line break.</summary>
    public bool EndsOpen { get; init; }

    /// <summary>Whether the feed says anything of an entry's id.</summary>
    public Func<uint, bool> IsTold { get; init; } = _ => false;
}
