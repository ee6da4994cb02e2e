using Reshelve.Applying;
using Reshelve.Catalogs;
using Reshelve.Feeds;
using Reshelve.Indexing;
using Reshelve.Planning;

namespace Reshelve.Running;

/// <summary>Finishes the plans of runs that were interrupted while they were applied, before a run turns to its own feed.</summary>
internal sealed class InterruptedRuns(
    RunServices services, CatalogDefinition definition, SyncOptions options, RunContext context, IProgress<RunProgress>? progress)
{
    private readonly CatalogFolder _folder = new(services.DataFolder, definition.Name, services.Lease);

    /// <summary>Finishes what there is. A new index that stays aside leaves an older plan of the live one, which is next.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        var tookNumbers = false;
        // A rebuild that is only planned looks at the live index as it is; and one that took the catalog from a process that is only stopped does not
        // wait for what that process has locked: it takes the plan's place.
        var passesOver = options.Rebuild && (options.PlanOnly || context.Lease.TakenFrom is not null);
        while (!passesOver && _folder.HasApplying)
        {
            try
            {
                tookNumbers |= await FinishNextAsync(cancellationToken);
            }
            catch (Exception error) when (options.Rebuild && IsObstacle(error))
            {
                // It is the way out of a damaged plan, ledger or index, and takes the plan's place once its own is whole: it may yet fail, or be held.
                context.Notes.Add($"what had been interrupted could not be finished first, and the new index is to take its place: {error.Message}");
                break;
            }
        }

        if (!tookNumbers)
            return;
        // What was put by hand and written once more has those numbers. This run's feed is newer, and must not be fenced out by them.
        using var turn = await services.Runs.TakeEventTurnAsync(definition.Name, cancellationToken);
        context.Number = turn.NextSequence();
    }

    private static bool IsObstacle(Exception error) =>
        error is ReshelveException or IOException or UnauthorizedAccessException && error is not LeaseLostException;

    /// <summary>Finishes a plan.</summary>
    /// <returns>Whether sequence numbers may have been taken for it.</returns>
    private async Task<bool> FinishNextAsync(CancellationToken cancellationToken)
    {
        if (_folder.ReadApplying() is not { } interrupted)
            return false;
        if (options.PlanOnly)
        {
            throw new ReshelveException(
                $"run {interrupted} of catalog '{definition.Name}' was interrupted while its plan was applied; " +
                "sync the catalog first, which finishes it");
        }

        var planFolder = _folder.PlanOf(interrupted);
        var plan = PlanManifest.Load(planFolder);
        if (await IsGoneAsync(plan, planFolder, cancellationToken))
            return false;
        ApplyResult? result;
        try
        {
            result = await new PlanExecution(services, _folder, definition.Name, progress, context.Notes)
                .RunAsync(plan, planFolder, isBegun: true, cancellationToken);
        }
        catch (Exception error) when (error is ReshelveException or IOException && plan.CreatesIndex && _folder.TryReadApplying() != interrupted)
        {
            // It was dropped, perhaps not for the first time: the run that began with that may have been cut short in it.
            context.Notes.Add($"run {interrupted} had been interrupted while it filled a new index, and came to nothing: {error.Message}");
            return false;
        }

        HeldApproval.NoteOn(services.Runs, definition.Name, interrupted, report => RunReports.Applied(report, plan, result) with
        {
            Notes = [.. report.Notes, $"interrupted, and finished by run {context.Number}"],
        });
        context.Notes.Add($"run {interrupted} had been interrupted and was finished first");
        if (plan.CreatesIndex)
            await new CatalogSweep(services, _folder, definition.Name, SweepPolicy.Of(definition)).AfterRebuildAsync(context.Notes, cancellationToken);
        return plan.CreatesIndex || plan.EventsAfter < plan.Run;
    }

    /// <summary>
    /// An index that was deleted while it was changed leaves nothing to finish: the plan is given up, and this run goes on as with any index that is gone. Should it turn up again, nobody knows what it holds.
    /// </summary>
    private async Task<bool> IsGoneAsync(PlanManifest plan, string planFolder, CancellationToken cancellationToken)
    {
        var indexes = new BackingIndexes(services, _folder, definition.Name);
        // A new index that is gone is filled once more; unless its ledger was committed already, which the plan then no longer has.
        if ((plan.CreatesIndex && File.Exists(Path.Combine(planFolder, PlanManifest.LedgerName))) || (await indexes.ReadAsync(cancellationToken)).Lists(plan.Index))
            return false;
        await indexes.SetDisagreementAsync(plan.Index, IndexBuild.UnfinishedBy(plan.Run), cancellationToken);
        _folder.DeleteApplying();
        if (_folder.ReadHeld()?.Run == plan.Run)
            _folder.EndHeld();
        CatalogFolder.DeletePlan(planFolder);
        context.Notes.Add($"run {plan.Run} had been interrupted while it changed the index {plan.Index}, which is gone: nothing of it was left to finish");
        return true;
    }
}
