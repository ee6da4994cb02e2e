using Reshelve.Applying;
using Reshelve.Planning;

namespace Reshelve.Running;

/// <summary>Turns what a run found and did into its report.</summary>
internal static class RunReports
{
    /// <summary>What a plan would do.</summary>
    public static RunReport Planned(RunReport report, PlanCounts counts, IReadOnlyList<HeldReason> held) => report with
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
        HeldReasons = [.. held.Select(reason => reason.Reason)],
    };

    /// <summary>What was done of a plan.</summary>
    public static RunReport Applied(RunReport report, PlanManifest plan, ApplyResult result)
    {
        var planned = Planned(report, plan.Counts, plan.Held);
        return planned with
        {
            State = RunState.Done,
            Error = null,
            // Counts of an apply that had been finished before (its ledger was committed) are those of the plan.
            Added = result.Acknowledged.Count == 0 && result.Refused.Count == 0 ? planned.Added : result.Of(ChangeKind.Add),
            Replaced = result.Acknowledged.Count == 0 && result.Refused.Count == 0 ? planned.Replaced : result.Of(ChangeKind.Replace),
            Patched = result.Acknowledged.Count == 0 && result.Refused.Count == 0 ? planned.Patched : result.Of(ChangeKind.Patch),
            Removed = result.Acknowledged.Count == 0 && result.Refused.Count == 0 ? planned.Removed : result.Of(ChangeKind.Remove),
            Rejected = planned.Rejected + result.Refused.Count,
        };
    }
}
