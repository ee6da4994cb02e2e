using Reshelve.Applying;
using Reshelve.Events;
using Reshelve.Feeds;
using Reshelve.Files;
using Reshelve.Indexing;
using Reshelve.Ledgers;
using Reshelve.Planning;

namespace Reshelve.Running;

/// <summary>
/// Applies a plan: writes its changes to the index, commits its ledger, promotes a new index. Everything in it can be repeated
/// after a crash.
/// </summary>
internal sealed class PlanExecution(RunServices services, CatalogFolder folder, string catalog, IProgress<RunProgress>? progress)
{
    /// <summary>
    /// Writes the changes to the index, commits the ledger, and promotes a new index. Can be repeated after a crash anywhere in
    /// it.
    /// </summary>
    /// <param name="plan">The plan.</param>
    /// <param name="planFolder">Its folder.</param>
    /// <param name="isBegun">Whether it is noted already that the plan must be finished.</param>
    /// <param name="cancellationToken">Honoured between batches.</param>
    /// <returns>Null when the ledger was committed before a crash: whether the index refused something is then not known.</returns>
    public async Task<ApplyResult?> RunAsync(PlanManifest plan, string planFolder, bool isBegun, CancellationToken cancellationToken)
    {
        ApplyResult? result = ApplyResult.Nothing;
        if (plan.Batches.Count > 0 || plan.ChangesLedger || plan.CreatesIndex)
        {
            if (!isBegun)
                Begin(plan, planFolder);
            var store = folder.LedgersOf(plan.Index);
            var isCommitted = store.Current == LedgerStore.NameOf(plan.Run);
            result = isCommitted ? null : await WriteAsync(plan, planFolder, store, cancellationToken);
            if (plan.CreatesIndex)
                await PromoteAsync(plan, cancellationToken);
        }

        await PruneEventsAsync(plan, cancellationToken);

        var complete = result is { Refused.Count: 0 } && plan.Counts.Rejected == 0 && plan.Held.Count == 0;
        if (complete && plan.FeedIdentity is not null)
        {
            folder.WriteApplied(new AppliedFeed(
                plan.Index, plan.FeedIdentity, plan.Definition, plan.Counts.Records, plan.Counts.Bytes, plan.Counts.Duplicates));
        }

        folder.DeleteApplying();
        CatalogFolder.DeleteBatches(planFolder);
        return result;
    }

    /// <summary>From here on the plan must be finished: it is flushed to the disk, and the next run will find it.</summary>
    private void Begin(PlanManifest plan, string planFolder)
    {
        foreach (var path in Directory.EnumerateFiles(planFolder))
            DurableFile.Flush(path);
        DurableFile.FlushFolder(Path.GetDirectoryName(planFolder)!);
        folder.DeleteApplied();
        folder.WriteApplying(plan.Run);
    }

    private async Task<ApplyResult> WriteAsync(
        PlanManifest plan, string planFolder, LedgerStore store, CancellationToken cancellationToken)
    {
        if (store.Current != plan.BasedOn)
        {
            throw new ReshelveException(
                $"the plan of run {plan.Run} of catalog '{catalog}' was made against the ledger {plan.BasedOn ?? "of an empty index"}, " +
                $"and {store.Current ?? "none"} is there now (was a folder of ledgers deleted or restored?). " +
                "Run the sync with --rebuild to fill a new index and ledger from the feed.");
        }

        var indexes = await services.Index.ListAsync(catalog, cancellationToken);
        if (plan.CreatesIndex && indexes.All(index => index.Name != plan.Index))
            await services.Index.CreateAsync(plan.Index, catalog, PlanField.SchemaOf(plan.Fields), cancellationToken);
        using var rejected = services.Runs.OpenRejected(catalog, plan.Run);
        ApplyResult result;
        using (var journal = store.OpenJournal())
        {
            var total = plan.Batches.Sum(batch => (long)batch.Changes - batch.Superseded.Count);
            result = await new Applier(services.Index, plan, planFolder, rejected).RunAsync(
                journal,
                written => progress?.Report(new RunProgress(catalog, RunStage.Apply, written, total, written)),
                cancellationToken);
        }

        await services.Index.RefreshAsync(plan.Index, cancellationToken);
        LedgerCommit.Run(store, plan, planFolder, result.Refused);
        return result;
    }

    /// <summary>Moves the alias, and drops what neither it nor the index before it needs.</summary>
    private async Task PromoteAsync(PlanManifest plan, CancellationToken cancellationToken)
    {
        var index = plan.Index;
        var indexes = await services.Index.ListAsync(catalog, cancellationToken);
        var before = indexes.SingleOrDefault(i => i.Live)?.Name;
        if (before != index)
            await PromoteWithEventsAsync(plan, before, cancellationToken);
        else
            // Promoted before a crash: the one before is the newest that was ever completed.
            before = indexes.LastOrDefault(i => !i.Live && folder.LedgersOf(i.Name).Current is not null)?.Name;
        foreach (var old in await services.Index.ListAsync(catalog, cancellationToken))
        {
            if (!old.Live && old.Name != before)
                await services.Index.DropAsync(old.Name, cancellationToken);
        }

        var remaining = (await services.Index.ListAsync(catalog, cancellationToken)).Select(i => i.Name).ToHashSet();
        foreach (var name in folder.IndexesWithLedgers().Where(name => !remaining.Contains(name)).ToList())
            folder.LedgersOf(name).Delete();
    }

    /// <summary>
    /// Moves the alias while nobody can put a document into the old index only: what was put there since the feed was received
    /// goes along.
    /// </summary>
    private async Task PromoteWithEventsAsync(PlanManifest plan, string? before, CancellationToken cancellationToken)
    {
        using var turn = await services.Runs.TakeEventTurnAsync(catalog, cancellationToken);
        if (before is not null)
        {
            await EventCarrying.RunAsync(
                services.Index, folder.LedgersOf(before), folder.LedgersOf(plan.Index), plan.Index, plan.Run, turn, cancellationToken);
        }

        await services.Index.PromoteAsync(catalog, plan.Index, cancellationToken);
    }

    /// <summary>The plan's feed is newer than what was put before its run began.</summary>
    private async Task PruneEventsAsync(PlanManifest plan, CancellationToken cancellationToken)
    {
        var events = folder.LedgersOf(plan.Index).EventsPath;
        if (!File.Exists(events))
            return;
        using var turn = await services.Runs.TakeEventTurnAsync(catalog, cancellationToken);
        EventJournal.Prune(events, plan.Run);
    }
}
