using System.Security.Cryptography;
using System.Text;
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
    private string? _searched;
    private bool _isMoving;

    /// <summary>Makes the index, unless an interrupted run did and it is still there.</summary>
    public async Task CreateAsync(LedgerStore store, CancellationToken cancellationToken)
    {
        await _indexes.RegisterAsync(plan, cancellationToken);
        var inventory = await _indexes.ReadAsync(cancellationToken);
        _searched = inventory.Live?.Name;
        if (inventory.Lists(plan.Index))
            return;
        using var held = folder.Hold();
        // What a ledger or journal says of an index that is not there is not so.
        store.Delete();
        if (inventory.Find(plan.Index) is { State: not IndexState.Building })
            await _indexes.SetStateAsync(plan.Index, IndexState.Building, plan.Run, cancellationToken);
        var origin = new IndexOrigin(plan.Run, HashOf(plan.Definition), plan.Batches.Sum(batch => batch.Bytes));
        await services.Index.CreateAsync(plan.Index, plan.Catalog, PlanField.SchemaOf(plan.Fields), origin, cancellationToken);
    }

    /// <summary>Verifies the filled index, and promotes it unless the plan says that it waits.</summary>
    public async Task FinishAsync(LedgerStore store, CancellationToken cancellationToken)
    {
        var inventory = await _indexes.ReadAsync(cancellationToken);
        if (inventory.Find(plan.Index)?.State is not (IndexState.Ready or IndexState.Live))
        {
            await new IndexVerification(services.Index, plan, store).RunAsync(cancellationToken);
            await _indexes.SetStateAsync(plan.Index, IndexState.Ready, plan.Run, cancellationToken);
        }

        if (plan.StaysAside)
        {
            folder.EndFilling(plan.Run);
            return;
        }

        if (inventory.Live is { } live && live.Name != plan.Index && folder.ReadApplyingPlan()?.Interrupted is { } interrupted)
            await _indexes.SetDisagreementAsync(live.Name, UnfinishedBy(interrupted), cancellationToken);
        _isMoving = true;
        await _indexes.PromoteAsync(plan.Index, plan.Run, plan.EventsAfter, cancellationToken);
    }

    /// <summary>
    /// After an error: drops the new index, so that the next run begins where this one did. Without a live index it stays, and the next
    /// run carries on from what was acknowledged; unless it was refused for what it is.
    /// </summary>
    /// <returns>The index that searches go on in; null when the new one was kept.</returns>
    public async Task<string?> AbandonAsync(string planFolder, Exception error)
    {
        // On a full disk not even a list can be had: what the plan takes goes first, where it is certain that nobody needs it. A run
        // killed behind this finds the plan unreadable, and comes here again.
        if (!_isMoving && _searched is not null && _searched != plan.Index)
            CatalogFolder.DeleteBatches(planFolder);
        var inventory = await _indexes.ReadAsync(CancellationToken.None);
        var live = inventory.Live?.Name;
        if (live == plan.Index || (live is null && error is not IndexVerificationException))
            return null;
        // Then the index, and only then the note, whose writing may need the space.
        if (inventory.Find(plan.Index) is not null)
            await _indexes.DropAsync(plan.Index, CancellationToken.None);
        folder.EndFilling(plan.Run);
        // A held plan that was approved waits no longer either: it is gone.
        if (folder.ReadHeld()?.Run == plan.Run)
            folder.EndHeld();
        if (Directory.Exists(planFolder))
            CatalogFolder.DeletePlan(planFolder);
        return live ?? "";
    }

    private static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>What becomes of an index that is not promoted.</summary>
    public static string IsReady(PlanManifest plan) =>
        $"index {plan.Index} is filled and verified; 'reshelve promote {plan.Catalog} {plan.Index}' moves searches to it";

    /// <summary>Why an index and its ledger disagree after a plan that will not be finished.</summary>
    public static string UnfinishedBy(long run) => run > 0
        ? $"run {run} was interrupted while it was changed, and never finished"
        : "a run was interrupted while it was changed, and never finished";
}
