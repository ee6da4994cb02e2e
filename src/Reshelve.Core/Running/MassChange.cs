using System.Globalization;
using Reshelve.Catalogs;
using Reshelve.Planning;

namespace Reshelve.Running;

/// <summary>Tells when filling a new index is cheaper than changing most of the live one.</summary>
internal static class MassChange
{
    /// <summary>Why a new index is filled instead of carrying out this plan of the live one; null: it is carried out.</summary>
    /// <param name="definition">The catalog.</param>
    /// <param name="plan">The plan.</param>
    public static string? Reason(CatalogDefinition definition, PlanManifest plan)
    {
        var policy = definition.Rebuilds;
        var counts = plan.Counts;
        var documents = counts.Unchanged + counts.Replaced + counts.Patched + counts.Missing;
        // Patches touch no text: changing every price in place takes two thirds of what filling takes.
        var changed = counts.Added + counts.Replaced;
        var after = changed + counts.Patched + counts.Unchanged;
        if (after == 0 || plan.CreatesIndex || definition.Feed != FeedKind.Full || documents < policy.Least || policy.Above is not { } above || changed < above * after)
            return null;
        // A new index has only what the feed has: nothing may be lost by it that the plan would have left in the live one.
        if (plan.Held.Count > 0 || counts.Rejected > 0 || counts.Removed < counts.Missing)
            return null;
        var share = Percent((decimal)changed / after);
        var limit = Percent(above);
        return $"{Count(changed)} of {Count(after)} documents are new or replaced, {share}, and from {limit} on (`rebuilds.above`) filling " +
            "a new index is quicker than changing the live one: a new index is filled";
    }

    private static string Percent(decimal share) => (share * 100).ToString("0.#", CultureInfo.InvariantCulture) + " %";

    private static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
