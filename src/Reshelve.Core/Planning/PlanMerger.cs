using System.Runtime.InteropServices;
using Reshelve.Catalogs;
using Reshelve.Feeds;
using Reshelve.Ledgers;

namespace Reshelve.Planning;

/// <summary>
/// Puts together what the threads of a plan found: decides repeated ids, finds what is missing, lets the safety checks judge,
/// and writes
/// the removals and the next ledger.
/// </summary>
internal sealed class PlanMerger(PlanInput input, IReadOnlyList<PlanWorker> workers)
{
    private readonly OutcomeLog[] _logs = [.. workers.Select(worker => worker.Resolver.Outcomes)];
    private readonly Dictionary<int, List<int>> _superseded = [];

    /// <summary>Makes the rest of the plan.</summary>
    public PlanContent Merge()
    {
        var claims = new FeedClaims(input.Ledger, MergeRuns(), _logs);
        var counts = Count(claims);
        using var removals = new PlanRemovals(input);
        if (input.Definition.Feed == FeedKind.Full)
            counts = counts with { Kept = removals.CountKept(claims) };
        var verdicts = new SafetyChecks(input.Definition, counts, input.Ledger.Count, input.Circumstances).Judge();
        removals.Hold(verdicts);
        // Also if the whole plan is held: it is what will be approved.
        var changesLedger = WriteRest(claims, removals);
        var (removing, held) = removals.Finish();
        return new PlanContent(
            counts with { Removed = removals.Count, RemovalsHeld = removals.HeldCount }, verdicts, [.. Batches(), .. removing], held, changesLedger);
    }

    /// <summary>The unchanged records of all threads in feed order, neighbours joined.</summary>
    private List<FeedRun> MergeRuns()
    {
        var runs = new List<FeedRun>();
        foreach (var worker in workers)
        {
            foreach (var (chunk, run) in worker.Runs)
                runs.Add(new FeedRun(RecordNumbers.Checked(input.Numbers.First(chunk) + run.Record), run.Entry, (uint)run.Length));
            foreach (var (record, entry) in worker.Resolver.Found)
                runs.Add(new FeedRun(record, entry, 1));
        }

        SortByRecord(CollectionsMarshal.AsSpan(runs));
        var joined = new List<FeedRun>(Math.Min(runs.Count, 1 << 16));
        foreach (var run in runs)
        {
            if (joined.Count > 0 && joined[^1] is var last && last.Record + last.Length == run.Record && last.Entry + last.Length == run.Entry)
                joined[^1] = last with { Length = last.Length + run.Length };
            else
                joined.Add(run);
        }

        return joined;
    }

    /// <summary>
    /// By keys of their own: a shuffled feed has as many runs as records, and comparing them through a delegate took a tenth of its whole
    /// plan (the benchmark's case "shuffled").
    /// </summary>
    private static void SortByRecord(Span<FeedRun> runs)
    {
        var keys = new uint[runs.Length];
        for (var i = 0; i < runs.Length; i++)
            keys[i] = runs[i].Record;
        keys.AsSpan().Sort(runs);
    }

    private PlanCounts Count(FeedClaims claims)
    {
        long added = 0, replaced = 0, patched = 0, removed = 0;
        var unchanged = claims.Runs.Sum(run => (long)run.Length);
        var respelledOrGone = 0L;
        var losingOutcomes = 0L;
        foreach (var log in _logs)
        {
            for (var i = 0; i < log.Count; i++)
            {
                var outcome = log[i];
                if (claims.Losers.Contains(outcome.Record))
                {
                    losingOutcomes++;
                    Supersede(outcome);
                    continue;
                }

                added += outcome.Kind == OutcomeKind.Add ? 1 : 0;
                replaced += outcome.Kind == OutcomeKind.Replace ? 1 : 0;
                patched += outcome.Kind == OutcomeKind.Patch ? 1 : 0;
                removed += outcome.Kind == OutcomeKind.Remove ? 1 : 0;
                respelledOrGone += outcome.Kind is OutcomeKind.Respelled or OutcomeKind.Gone ? 1 : 0;
            }
        }

        return new PlanCounts
        {
            Records = input.Numbers.Total,
            Bytes = input.Reader.BytesRead,
            Added = added,
            Replaced = replaced,
            Patched = patched,
            Removed = removed,
            Unchanged = unchanged - (claims.Losers.Count - losingOutcomes) + respelledOrGone,
            Rejected = workers.Sum(worker => worker.Resolver.Rejected),
            RejectedWithoutId = workers.Sum(worker => worker.Resolver.RejectedWithoutId),
            Duplicates = claims.Losers.Count,
            Parsed = workers.Sum(worker => worker.Resolver.Parsed),
            Missing = input.Definition.Feed == FeedKind.Full ? claims.Missing().Sum(run => (long)run.Length) : 0,
        };
    }

    private void Supersede(Outcome outcome)
    {
        if (outcome.Batch == 0)
            return;
        if (!_superseded.TryGetValue(outcome.Batch, out var lines))
            _superseded[outcome.Batch] = lines = [];
        lines.Add(outcome.Line);
    }

    private bool WriteRest(FeedClaims claims, PlanRemovals removals)
    {
        var next = new NextLedger(input.Ledger, input.IdHash);
        if (input.Definition.Feed == FeedKind.Full)
            OrderByFeed(claims, next, removals);
        else
            OrderByLedger(claims, next, removals);
        var missingChanged = removals.WriteMissing();
        if (next.IsUnchanged() && !missingChanged)
            return false;
        next.Write(Path.Combine(input.Folder, PlanManifest.LedgerName), NewEntries(claims));
        return true;
    }

    /// <summary>
    /// A full feed: the order is the feed's; what is missing is removed, or, if it stays, comes at the end.
    /// </summary>
    private void OrderByFeed(FeedClaims claims, NextLedger next, PlanRemovals removals)
    {
        var outcomes = new OutcomeMerge(_logs);
        var more = outcomes.MoveNext();
        foreach (var run in claims.Runs)
        {
            for (; more && outcomes.Current!.Current.Record < run.Record; more = outcomes.MoveNext())
                Order(outcomes.Current, claims, next, removals);
            KeepWinners(run, claims, next);
        }

        for (; more; more = outcomes.MoveNext())
            Order(outcomes.Current!, claims, next, removals);
        foreach (var run in claims.Missing())
        {
            for (var entry = run.First; entry < run.End; entry++)
                removals.AddMissing(entry, next);
        }
    }

    private static void Order(OutcomeLog.OutcomeReader outcome, FeedClaims claims, NextLedger next, PlanRemovals removals)
    {
        var current = outcome.Current;
        if (claims.Losers.Contains(current.Record))
            return;
        if (current.Kind == OutcomeKind.Remove)
            next.Keep(current.Entry, removals.AddMarked(current.Entry) ? 0u : 1);
        else if (IsNewEntry(current.Kind))
            next.Add(current.IdLength);
        else if (claims.Keepers.Contains(current.Record))
            next.Keep(current.Entry, 1);
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

    /// <summary>An incremental feed: the order stays, less what was replaced or removed; new entries come at the end.</summary>
    private void OrderByLedger(FeedClaims claims, NextLedger next, PlanRemovals removals)
    {
        var gone = new EntrySet(input.Ledger.EntryLimit);
        var idLengths = new List<int>();
        var outcomes = new OutcomeMerge(_logs);
        while (outcomes.MoveNext())
        {
            var current = outcomes.Current!.Current;
            if (claims.Losers.Contains(current.Record))
                continue;
            if (current.Kind == OutcomeKind.Remove && !removals.AddMarked(current.Entry))
                continue;
            if (IsNewEntry(current.Kind))
                idLengths.Add(current.IdLength);
            if (current.Entry != Ledger.None && current.Kind != OutcomeKind.Kept)
                gone.Add(current.Entry);
        }

        foreach (var run in input.Ledger.Order)
        {
            for (var entry = gone.Next(run.First, run.End, contained: false); entry < run.End;)
            {
                var end = gone.Next(entry, run.End, contained: true);
                next.Keep(entry, end - entry);
                entry = gone.Next(end, run.End, contained: false);
            }
        }

        foreach (var length in idLengths)
            next.Add(length);
    }

    private IEnumerable<(Fingerprint Fingerprint, ReadOnlyMemory<byte> Id)> NewEntries(FeedClaims claims)
    {
        var id = new byte[FeedLimits.IdBytes];
        var outcomes = new OutcomeMerge(_logs);
        while (outcomes.MoveNext())
        {
            var reader = outcomes.Current!;
            if (!IsNewEntry(reader.Current.Kind) || claims.Losers.Contains(reader.Current.Record))
                continue;
            reader.Id.CopyTo(id);
            yield return (reader.Fingerprint, id.AsMemory(0, reader.Current.IdLength));
        }
    }

    private static bool IsNewEntry(OutcomeKind kind) =>
        kind is OutcomeKind.Add or OutcomeKind.Replace or OutcomeKind.Patch or OutcomeKind.Respelled;

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
    bool ChangesLedger);
