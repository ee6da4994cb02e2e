using Reshelve.Catalogs;
using Reshelve.Ledgers;
using Reshelve.Planning;

namespace Reshelve.Running;

/// <summary>What waits for approval while a run goes on: what it stands in the way of, and what takes its place.</summary>
internal sealed class WaitingPlan(RunServices services, CatalogDefinition definition, SyncOptions options, RunContext context)
{
    private readonly CatalogFolder _folder = new(services.DataFolder, definition.Name, services.Lease);

    /// <summary>Since when plans of a feed are held: the same feed may be planned again and again before someone approves it.</summary>
    public DateTimeOffset Since(string? feedIdentity)
    {
        if (feedIdentity is not null && _folder.ReadHeld() is { } held && PlanManifest.TryLoad(_folder.PlanOf(held.Run))?.FeedIdentity == feedIdentity)
            return held.Since;
        return services.Time.GetUtcNow();
    }

    /// <summary>A new plan takes the place of one that waits, whether or not it waits itself.</summary>
    public void Replace(PlanManifest plan)
    {
        if (_folder.ReadHeld() is { } before)
            context.Notes.Add($"what was held of run {before.Run} is replaced by this run's plan");
        if (plan.IsHeld)
            _folder.WriteHeld(new HeldNote(context.Number, HeldPart.Plan, plan.HeldSince!.Value));
        else if (definition.Feed == FeedKind.Full || plan.HeldRemovals.Count == 0)
            _folder.DeleteHeld();
        // Removals that were carried over are told nowhere else: they wait under their former run until this plan is applied.
    }

    /// <summary>
    /// The report of a run that must not begin: an incremental feed builds on the one before, so that while that one's plan is held, taking its
    /// place would lose it. Null when nothing stands in the way.
    /// </summary>
    public RunReport? Blocked(RunReport report)
    {
        if (definition.Feed != FeedKind.Incremental || options.PlanOnly || _folder.ReadHeld() is not { Part: HeldPart.Plan } held ||
            PlanManifest.TryLoad(_folder.PlanOf(held.Run)) is not { } plan)
        {
            return null;
        }

        context.Notes.Add(
            $"the plan of run {held.Run} is held, and an incremental feed builds on it: no other feed is taken until it is approved or discarded");
        return report with { State = RunState.Held, HeldReasons = [.. plan.Held.Select(verdict => verdict.Text)], Verdicts = plan.Verdicts };
    }

    /// <summary>Removals of an incremental feed that wait are told once: the plan of the next one takes them with it.</summary>
    public PlanManifest CarryRemovals(PlanManifest plan, PlanContent content, Ledger ledger, string planFolder) =>
        definition.Feed == FeedKind.Incremental && _folder.ReadHeld() is { Part: HeldPart.Removals } waiting &&
        PlanManifest.TryLoad(_folder.PlanOf(waiting.Run)) is { } earlier && earlier.Index == plan.Index
            ? CarriedRemovals.Add(plan, content, ledger, planFolder, earlier, _folder.PlanOf(waiting.Run))
            : plan;
}
