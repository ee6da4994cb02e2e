using Reshelve.Catalogs;

namespace Reshelve.Planning;

/// <summary>The rules that can hold a plan, or its removals.</summary>
internal static class SafetyChecks
{
    /// <summary>Judges a plan by its counts; empty when nothing is held.</summary>
    /// <param name="definition">The catalog.</param>
    /// <param name="counts">What the plan would do, removals included.</param>
    /// <param name="known">Documents that the index holds now.</param>
    public static IReadOnlyList<HeldReason> Judge(CatalogDefinition definition, PlanCounts counts, long known)
    {
        var held = new List<HeldReason>();
        if (definition.Feed == FeedKind.Full && counts.Records == 0)
        {
            held.Add(new HeldReason(
                "empty feed",
                HeldPart.Plan,
                $"the feed is empty, and the index holds {Count(known, "document", "documents")}: nothing was " +
                "changed. Check the source; the next feed with records is applied as usual."));
        }

        if (definition.Feed == FeedKind.Full && definition.Removals == RemovalPolicy.WhenClean &&
            counts.RejectedWithoutId > 0 && counts.Missing > 0)
        {
            held.Add(new HeldReason(
                "unreadable ids",
                HeldPart.Removals,
                $"{Count(counts.Missing, "document is", "documents are")} missing in the feed, and {Count(counts.RejectedWithoutId, "record was", "records were")} " +
                "rejected whose ids could not be read, so they may be the same: nothing was removed. Mend the " +
                "records, or set `removals: always`."));
        }

        return held;
    }

    private static string Count(long count, string one, string many) => $"{count:N0} {(count == 1 ? one : many)}";
}
