using Reshelve.Applying;
using Reshelve.Events;
using Reshelve.Feeds;
using Reshelve.Ledgers;
using Reshelve.Planning;

namespace Reshelve.Running;

/// <summary>Applies what someone approved. From the moment that applying begins, a crash leaves it to the next sync to finish.</summary>
internal sealed class HeldApproval(RunServices services, CatalogFolder folder, Approval approval, IProgress<RunProgress>? progress)
{
    /// <summary>Applies it.</summary>
    /// <exception cref="ReshelveException">Nothing waits, or what waits can no longer be applied.</exception>
    public async Task<RunReport> RunAsync(RunReport report, CancellationToken cancellationToken)
    {
        var held = Require(folder, report.Catalog, approval.Run);
        var plan = PlanManifest.Load(folder.PlanOf(held.Run));
        if (held.Part == HeldPart.Removals && !approval.Removals)
        {
            throw new ReshelveException(
                $"of run {held.Run} of catalog '{report.Catalog}' only the removal of {VerdictText.Count(plan.Counts.RemovalsHeld, "document")} waits: " +
                $"approve that with `reshelve approve {report.Catalog} --removals`");
        }

        if (held.Part == HeldPart.Plan)
        {
            report = await ApplyPlanAsync(plan, report, cancellationToken);
            if (plan.HeldRemovals.Count == 0)
                return report;
            if (!approval.Removals)
            {
                var waiting = plan.Held.Where(verdict => verdict.Part != HeldPart.Plan);
                return report with { RemovalsHeld = plan.Counts.RemovalsHeld, HeldReasons = [.. waiting.Select(verdict => verdict.Text)] };
            }
        }

        return await RemoveAsync(plan, report, cancellationToken);
    }

    /// <summary>What waits.</summary>
    /// <exception cref="ReshelveException">Nothing does, or not what was asked for, or something else must be finished first.</exception>
    public static HeldNote Require(CatalogFolder folder, string catalog, long? run)
    {
        if (folder.ReadApplying() is { } applying)
        {
            throw new ReshelveException(
                $"run {applying} of catalog '{catalog}' was interrupted while its plan was applied; sync the catalog first, which finishes it");
        }

        if (folder.ReadHeld() is not { } held)
            throw new ReshelveException($"nothing of catalog '{catalog}' waits for approval");
        return run is null || run == held.Run ? held : throw new ReshelveException(
            $"what waits of catalog '{catalog}' is no longer that of run {run} but of run {held.Run}: look at it with `reshelve held {catalog}`");
    }

    /// <summary>Changes the report of an earlier run, if it is still kept.</summary>
    public static void NoteOn(IRunStore runs, string catalog, long run, Func<RunReport, RunReport> change)
    {
        if (runs.List(catalog, int.MaxValue).FirstOrDefault(candidate => candidate.Run == run) is { } report)
            runs.Save(change(report));
    }

    private async Task<RunReport> ApplyPlanAsync(PlanManifest plan, RunReport report, CancellationToken cancellationToken)
    {
        await EnsureCurrentAsync(plan, cancellationToken);
        var result = await Execution(plan).RunAsync(plan, folder.PlanOf(plan.Run), isBegun: false, cancellationToken);
        KeepRejected(plan, report.Run);
        NoteOn(services.Runs, plan.Catalog, plan.Run, planned => RunReports.Applied(planned, plan, result) with
        {
            Notes = [.. planned.Notes, $"held, and approved by run {report.Run}"],
        });
        return RunReports.Applied(report, plan, result) with
        {
            HeldReasons = [], Verdicts = [], RemovalsHeld = 0, Notes = [.. report.Notes, $"the plan of run {plan.Run} was applied as it was made"],
        };
    }

    /// <summary>This run is the one that applied the feed: whoever asks it what was rejected, or tries that again, finds the records with it.</summary>
    private void KeepRejected(PlanManifest plan, long run)
    {
        using var kept = services.Runs.OpenRejected(plan.Catalog, run);
        foreach (var record in services.Runs.ReadRejected(plan.Catalog, plan.Run))
            kept.Write(record);
    }

    private async Task<RunReport> RemoveAsync(PlanManifest held, RunReport report, CancellationToken cancellationToken)
    {
        await EnsureLiveAsync(held, held.Index, cancellationToken);
        var store = folder.LedgersOf(held.Index);
        await FoldEventsAsync(store, report, cancellationToken);
        var planFolder = folder.CreatePlan(report.Run);
        PlanManifest plan;
        try
        {
            plan = new RemovalPlan(held, folder.PlanOf(held.Run), store).Make(report.Run, planFolder);
        }
        catch
        {
            CatalogFolder.DeletePlan(planFolder);
            throw;
        }

        var result = await Execution(plan).RunAsync(plan, planFolder, isBegun: false, cancellationToken);
        NoteOn(services.Runs, held.Catalog, held.Run, planned => planned with
        {
            HeldReasons = [], RemovalsHeld = 0, Notes = [.. planned.Notes, $"its removals were approved by run {report.Run}"],
        });
        var stayed = held.Counts.RemovalsHeld - plan.Counts.Removed;
        return report with
        {
            State = RunState.Done,
            Removed = report.Removed + (result?.Of(ChangeKind.Remove) ?? plan.Counts.Removed),
            Rejected = report.Rejected + (result?.Refused.Count ?? 0),
            Notes =
            [
                .. report.Notes, $"what run {held.Run} held was removed",
                .. stayed > 0 ? new[] { $"{VerdictText.Count(stayed, "document")} stayed, as they were written or removed since" } : [],
            ],
        };
    }

    /// <summary>What was put since the plan was made is newer than its removals, and stays.</summary>
    private async Task FoldEventsAsync(LedgerStore store, RunReport report, CancellationToken cancellationToken)
    {
        using var turn = await services.Runs.TakeEventTurnAsync(report.Catalog, cancellationToken);
        EventFolding.Fold(store, report.Run);
    }

    private PlanExecution Execution(PlanManifest plan) => new(services, folder, plan.Catalog, progress);

    /// <summary>A plan is right only for what it was made against.</summary>
    private async Task EnsureCurrentAsync(PlanManifest plan, CancellationToken cancellationToken)
    {
        await EnsureLiveAsync(plan, plan.LiveIndex, cancellationToken);
        var ledger = plan.LiveIndex is { } live ? folder.LedgersOf(live).Current : null;
        if (ledger != plan.LiveLedger)
        {
            throw new ReshelveException(
                $"the plan of run {plan.Run} of catalog '{plan.Catalog}' can no longer be applied: the index was changed since (its ledger is " +
                $"{ledger ?? "gone"} and was {plan.LiveLedger ?? "none"}). Sync the catalog: the feed is then judged anew");
        }
    }

    private async Task EnsureLiveAsync(PlanManifest plan, string? expected, CancellationToken cancellationToken)
    {
        var live = (await services.Index.ListAsync(plan.Catalog, cancellationToken)).SingleOrDefault(index => index.Live)?.Name;
        if (live != expected)
        {
            throw new ReshelveException(
                $"the plan of run {plan.Run} of catalog '{plan.Catalog}' can no longer be applied: it was made for the index {expected ?? "still to be made"}, and " +
                $"{live ?? "none"} is live now. Sync the catalog: the feed is then judged anew");
        }
    }
}
