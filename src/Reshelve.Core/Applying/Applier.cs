using System.Runtime.CompilerServices;
using Reshelve.Enriching;
using Reshelve.Indexing;
using Reshelve.Ledgers;
using Reshelve.Planning;
using Reshelve.Running;

namespace Reshelve.Applying;

/// <summary>What applying a plan came to.</summary>
/// <param name="Acknowledged">Writes that the index confirmed, by kind.</param>
/// <param name="Refused">Ids whose writes the index refused.</param>
internal sealed record ApplyResult(IReadOnlyDictionary<ChangeKind, long> Acknowledged, IReadOnlySet<string> Refused)
{
    /// <summary>There was nothing to apply.</summary>
    public static ApplyResult Nothing { get; } = new(new Dictionary<ChangeKind, long>(), new HashSet<string>());

    public long Of(ChangeKind kind) => Acknowledged.GetValueOrDefault(kind);
}

/// <summary>
/// Writes a plan's batches to the index, removals last, as many at a time as the engine wants, and journals each when it is acknowledged, while others are written.
/// Batches that the journal names already are passed over, so a plan that was interrupted can simply be applied again.
/// </summary>
/// <param name="index">The engine.</param>
/// <param name="plan">The plan.</param>
/// <param name="folder">Its folder.</param>
/// <param name="rejected">Takes what the index refuses.</param>
/// <param name="newer">Ids of documents that are newer than the plan: its writes to them are without effect, and not counted.</param>
internal sealed class Applier(IIndexEngine index, PlanManifest plan, string folder, IRejectedWriter rejected, IReadOnlySet<string> newer)
{
    private readonly Dictionary<ChangeKind, long> _acknowledged = [];
    private readonly HashSet<string> _refused = [];

    /// <summary>Applies what is not yet applied.</summary>
    /// <param name="journal">The journal of the ledger that the plan was made against.</param>
    /// <param name="progress">Told the changes handled so far.</param>
    /// <param name="cancellationToken">Honoured between batches.</param>
    public async Task<ApplyResult> RunAsync(Journal journal, Action<long>? progress, CancellationToken cancellationToken)
    {
        long handled = 0;
        await using var writes = new BatchWrites(index.WritesAtOnce, (batch, changes, results) =>
        {
            var entry = EntryOf(batch, changes, results);
            Report(changes.Count);
            return entry;
        }, journal);
        await foreach (var (batch, changes, documents) in ReadAsync(journal, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (journal.Find(plan.Run, batch.Number) is { } known)
            {
                Recall(changes, known);
                Report(changes.Count);
            }
            else if (changes.Count > 0)
            {
                // Whatever is added or changed is there before anything goes.
                if (changes.Any(change => change.Change.Kind == ChangeKind.Remove))
                    await writes.FinishAsync();
                await writes.BeginAsync(batch, changes, () =>
                {
                    // An index remembers what was removed, and under which number, only for so long.
                    journal.EnsureHeld();
                    return index.WriteAsync(plan.Index, documents, plan.Run, cancellationToken);
                });
            }
        }

        await writes.FinishAsync();
        return new ApplyResult(_acknowledged, _refused);

        void Report(int changes)
        {
            handled += changes;
            progress?.Invoke(handled);
        }
    }

    /// <summary>The batches; while one is written, the next is read, which takes a fifth as long, and its pictures are looked at.</summary>
    private async IAsyncEnumerable<(PlanBatch Batch, IReadOnlyList<PlannedChange> Changes, IReadOnlyList<Change> Writes)> ReadAsync(
        Journal journal, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Task<(IReadOnlyList<PlannedChange> Changes, IReadOnlyList<Change> Writes)>? next = null;
        try
        {
            for (var i = 0; i < plan.Batches.Count; i++)
            {
                var (changes, writes) = await (next ?? Read(plan.Batches[i]));
                next = i + 1 < plan.Batches.Count ? Read(plan.Batches[i + 1]) : null;
                yield return (plan.Batches[i], changes, writes);
            }
        }
        finally
        {
            // Whoever stops early deletes the files next.
            if (next is not null)
                await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        Task<(IReadOnlyList<PlannedChange>, IReadOnlyList<Change>)> Read(PlanBatch batch)
        {
            var isDone = journal.Find(plan.Run, batch.Number) is not null;
            return Task.Run(() => PrepareAsync(batch, isDone, cancellationToken), CancellationToken.None);
        }
    }

    private async Task<(IReadOnlyList<PlannedChange> Changes, IReadOnlyList<Change> Writes)> PrepareAsync(
        PlanBatch batch, bool isDone, CancellationToken cancellationToken)
    {
        var changes = ChangeBatchReader.Read(folder, batch);
        if (isDone)
            return (changes, []);
        IReadOnlyList<Change> writes = [.. changes.Select(change => change.Change)];
        return (changes, index is EnrichedIndex enriched ? await enriched.PrepareAsync(writes, cancellationToken) : writes);
    }

    /// <summary>Tells what the index acknowledged from what it refused.</summary>
    private JournalEntry EntryOf(PlanBatch batch, IReadOnlyList<PlannedChange> changes, IReadOnlyList<ItemResult> results)
    {
        var items = new List<JournalItem>(changes.Count);
        for (var i = 0; i < changes.Count; i++)
        {
            var (change, fingerprint) = changes[i];
            if (results[i].Error is { } error)
                Refuse(change, $"the index refused it: {error}");
            else
                items.Add(new JournalItem(change.Kind, change.Id, fingerprint));
        }

        foreach (var item in items)
            Acknowledge(item.Kind, item.Id);
        return new JournalEntry(plan.Run, batch.Number, items);
    }

    /// <summary>Takes over what an earlier attempt at this plan did.</summary>
    private void Recall(IReadOnlyList<PlannedChange> changes, JournalEntry entry)
    {
        var acknowledged = entry.Items.Select(item => item.Id).ToHashSet();
        foreach (var (change, _) in changes)
        {
            if (acknowledged.Contains(change.Id))
                Acknowledge(change.Kind, change.Id);
            else
                Refuse(change, "the index refused it before the run was interrupted");
        }
    }

    private void Acknowledge(ChangeKind kind, string id)
    {
        if (!newer.Contains(id))
            _acknowledged[kind] = _acknowledged.GetValueOrDefault(kind) + 1;
    }

    private void Refuse(Change change, string reason)
    {
        if (_refused.Add(change.Id))
            rejected.Write(new RejectedRecord(0, "", -1, change.Id, null, reason, change.Document.ToArray()));
    }
}
