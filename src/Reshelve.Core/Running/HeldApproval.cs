using Reshelve.Applying;
using Reshelve.Events;
using Reshelve.Feeds;
using Reshelve.Indexing;
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
        if (ProblemOf(report.Catalog, held.Run, held.Part, plan.Counts.RemovalsHeld, approval) is { } problem)
            throw new ReshelveException(problem);
        if (held.Part != HeldPart.Plan)
            return await RemoveAsync(plan, report, cancellationToken);
        report = await ApplyPlanAsync(plan, report, cancellationToken);
        if (plan.HeldRemovals.Count == 0)
            return report;
        var waiting = plan.Held.Where(verdict => verdict.Part != HeldPart.Plan);
        return report with { RemovalsHeld = plan.Counts.RemovalsHeld, HeldReasons = [.. waiting.Select(verdict => verdict.Text)] };
    }

    /// <summary>Why what waits cannot be approved in a certain way; null when it can.</summary>
    public static string? ProblemOf(string catalog, long run, HeldPart part, long removalsHeld, Approval approval) => approval switch
    {
        { Run: { } asked } when asked != run => OfAnother(catalog, asked, run),
        { Removals: false } when part != HeldPart.Plan =>
            $"of run {run} of catalog '{catalog}' only the removal of {VerdictText.Count(removalsHeld, "document")} waits: " +
            $"approve that with `reshelve approve {catalog} --removals`",
        // Whoever approves removals has looked at those of another plan, and would approve more than that.
        { Removals: true } when part == HeldPart.Plan =>
            $"the whole plan of run {run} of catalog '{catalog}' waits, not its removals alone: look at it with `reshelve held {catalog}`, and approve it " +
            $"with `reshelve approve {catalog}`" + (removalsHeld > 0 ? ", and then what it holds of its removals with --removals" : ""),
        _ => null,
    };

    private static string OfAnother(string catalog, long asked, long run) =>
        $"what waits of catalog '{catalog}' is no longer that of run {asked} but of run {run}: look at it with `reshelve held {catalog}`";

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
        return run is null || run == held.Run ? held : throw new ReshelveException(OfAnother(catalog, run.Value, held.Run));
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
        var notes = new List<string> { $"the plan of run {plan.Run} was applied as it was made" };
        if (plan.StaysAside)
            notes.Add(IndexBuild.IsReady(plan));
        if (plan is { CreatesIndex: true, RetainsIndexes: { } indexes, KeepsFeeds: { } feeds })
            await new CatalogSweep(services, folder, plan.Catalog, new SweepPolicy(indexes, feeds)).AfterRebuildAsync(notes, cancellationToken);
        return RunReports.Applied(report, plan, result) with { HeldReasons = [], Verdicts = [], RemovalsHeld = 0, Notes = [.. report.Notes, .. notes] };
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
        var newer = await FoldEventsAsync(held, store, report, cancellationToken);
        var planFolder = folder.CreatePlan(report.Run);
        PlanManifest plan;
        try
        {
            plan = new RemovalPlan(held, folder.PlanOf(held.Run), store, newer).Make(report.Run, planFolder);
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

    /// <summary>What was put since the plan's feed was received is newer than its removals, also where the plan knew of it as the feed came again.</summary>
    /// <returns>The ids of that.</returns>
    private async Task<IReadOnlySet<string>> FoldEventsAsync(PlanManifest held, LedgerStore store, RunReport report, CancellationToken cancellationToken)
    {
        using var turn = await services.Runs.TakeEventTurnAsync(report.Catalog, cancellationToken);
        EventFolding.Fold(store, report.Run);
        return EventJournal.IdsSince(store.EventsPath, held.EventsAfter);
    }

    private PlanExecution Execution(PlanManifest plan) => new(services, folder, plan.Catalog, progress);

    /// <summary>A plan is right only for what it was made against.</summary>
    private async Task EnsureCurrentAsync(PlanManifest plan, CancellationToken cancellationToken)
    {
        await EnsureLiveAsync(plan, plan.LiveIndex, cancellationToken);
        var ledger = plan.LiveIndex is { } live ? folder.LedgersOf(live).Current : null;
        if (ledger != plan.LiveLedger)
            throw TooLate(plan, $"the index was changed since (its ledger is {ledger ?? "gone"} and was {plan.LiveLedger ?? "none"})", "");
    }

    private async Task EnsureLiveAsync(PlanManifest plan, string? expected, CancellationToken cancellationToken)
    {
        var live = (await services.Index.ListAsync(plan.Catalog, cancellationToken)).SingleOrDefault(index => index.Live)?.Name;
        if (live != expected)
        {
            var back = expected is null ? "" : $"Move searches back with `reshelve promote {plan.Catalog} {expected}` and approve it then, or ";
            throw TooLate(plan, $"it was made for the index {expected ?? "still to be made"}, and {live ?? "none"} is live now", back);
        }
    }

    /// <summary>An incremental feed is not told again: no other is taken while its plan waits, so a sync is no way out.</summary>
    private static ReshelveException TooLate(PlanManifest plan, string why, string back)
    {
        var isTold = plan.Background is { Records: null };
        var wayOut = !isTold ? "Sync the catalog: the feed is then judged anew"
            : $"{(back.Length > 0 ? back : "L")}{(back.Length > 0 ? "l" : "")}et go of it with `reshelve discard {plan.Catalog}`: the next feed is taken then, and what this one " +
              "told is to be delivered again";
        return new ReshelveException($"the plan of run {plan.Run} of catalog '{plan.Catalog}' can no longer be applied: {why}. {wayOut}");
    }
}
