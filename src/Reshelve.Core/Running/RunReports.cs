using Reshelve.Applying;
using Reshelve.Planning;

namespace Reshelve.Running;

/// <summary>Turns what a run found and did into its report.</summary>
internal static class RunReports
{
    /// <summary>What a plan would do.</summary>
    public static RunReport Planned(RunReport report, PlanCounts counts, IReadOnlyList<PlanVerdict> verdicts) => report with
    {
        Feed = new FeedTotals(counts.Records, counts.Bytes),
        Added = counts.Added,
        Replaced = counts.Replaced,
        Patched = counts.Patched,
        Removed = counts.Removed,
        Unchanged = counts.Unchanged,
        Rejected = counts.Rejected,
        Duplicates = counts.Duplicates,
        Parsed = counts.Parsed,
        RemovalsHeld = counts.RemovalsHeld,
        Kept = counts.Kept,
        Verdicts = verdicts,
        HeldReasons = [.. verdicts.Where(verdict => verdict.IsHeld).Select(verdict => verdict.Text)],
    };

    /// <summary>What was done of a plan; all of it, as far as is known, when its result is lost.</summary>
    public static RunReport Applied(RunReport report, PlanManifest plan, ApplyResult? result)
    {
        var done = Planned(report, plan.Counts, plan.Verdicts) with
        {
            State = RunState.Done,
            Error = null,
            // What held the plan holds it no longer; its removals may still wait.
            HeldReasons = [.. plan.Held.Where(verdict => verdict.Part != HeldPart.Plan).Select(verdict => verdict.Text)],
        };
        return result is null ? done : done with
        {
            Added = result.Of(ChangeKind.Add),
            Replaced = result.Of(ChangeKind.Replace),
            Patched = result.Of(ChangeKind.Patch),
            Removed = result.Of(ChangeKind.Remove),
            Rejected = done.Rejected + result.Refused.Count,
        };
    }
}
