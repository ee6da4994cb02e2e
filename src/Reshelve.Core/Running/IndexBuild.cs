using Reshelve.Indexing;
using Reshelve.Ledgers;
using Reshelve.Planning;

namespace Reshelve.Running;

/// <summary>
/// What surrounds the filling of a new index: it is registered before it is made, verified when it is filled, and then promoted; or it
/// is dropped, and searches go on in the one that is live.
/// </summary>
internal sealed class IndexBuild(RunServices services, CatalogFolder folder, PlanManifest plan)
{
    private readonly BackingIndexes _indexes = new(services, folder, plan.Catalog);

    /// <summary>Makes the index, unless an interrupted run did.</summary>
    public async Task CreateAsync(LedgerStore store, CancellationToken cancellationToken)
    {
        await _indexes.RegisterAsync(plan, cancellationToken);
        var inventory = await _indexes.ReadAsync(cancellationToken);
        if (inventory.Lists(plan.Index))
            return;
        using var held = folder.Hold();
        // What a journal says was written into an index that is not there was not written.
        store.Delete();
        await services.Index.CreateAsync(plan.Index, plan.Catalog, PlanField.SchemaOf(plan.Fields), cancellationToken);
    }

    /// <summary>Verifies the filled index, and promotes it unless the plan says that it waits.</summary>
    public async Task FinishAsync(LedgerStore store, CancellationToken cancellationToken)
    {
        var inventory = await _indexes.ReadAsync(cancellationToken);
        if (inventory.Find(plan.Index) is null or { State: IndexState.Building })
        {
            // Also a plan whose ledger was committed before a crash comes here first.
            await _indexes.RegisterAsync(plan, cancellationToken);
            await new IndexVerification(services.Index, plan, store).RunAsync(cancellationToken);
            await _indexes.SetReadyAsync(plan.Index, plan.Run, cancellationToken);
        }

        if (plan.StaysAside)
        {
            folder.EndFilling(plan.Run);
            return;
        }

        if (inventory.Live is { } live && live.Name != plan.Index && folder.ReadApplyingPlan()?.Interrupted is { } interrupted)
            await _indexes.SetDisagreementAsync(live.Name, UnfinishedBy(interrupted), cancellationToken);
        await _indexes.PromoteAsync(plan.Index, plan.Run, plan.EventsAfter, cancellationToken);
    }

    /// <summary>
    /// After an error: drops the new index, so that the next run begins where this one did. Without a live index it stays, and the next
    /// run carries on from what was acknowledged; unless it was refused for what it is.
    /// </summary>
    /// <returns>The index that searches go on in; null when the new one was kept.</returns>
    public async Task<string?> AbandonAsync(string planFolder, Exception error)
    {
        var inventory = await _indexes.ReadAsync(CancellationToken.None);
        var live = inventory.Live?.Name;
        if (live == plan.Index || (live is null && error is not IndexVerificationException))
            return null;
        // The note first: if it ends here, the index is an orphan, and nobody goes on filling it.
        folder.EndFilling(plan.Run);
        if (inventory.Find(plan.Index) is not null)
            await _indexes.DropAsync(plan.Index, CancellationToken.None);
        if (Directory.Exists(planFolder))
            CatalogFolder.DeletePlan(planFolder);
        return live ?? "";
    }

    /// <summary>Why an index and its ledger disagree after a plan that will not be finished.</summary>
    public static string UnfinishedBy(long run) => run > 0
        ? $"run {run} was interrupted while it was changed, and never finished"
        : "a run was interrupted while it was changed, and never finished";
}
