namespace Reshelve.Planning;

/// <summary>
/// Takes the removals that an earlier plan held over into a plan of an incremental feed. A full feed tells anew what is missing; a
/// tombstone comes once, and must not be lost because the next feed came before anyone approved it.
/// </summary>
internal static class CarriedRemovals
{
    /// <summary>The plan with the removals of both; those that it names itself count once.</summary>
    /// <param name="plan">The new plan.</param>
    /// <param name="folder">Its folder.</param>
    /// <param name="earlier">The plan whose removals wait.</param>
    /// <param name="earlierFolder">Its folder.</param>
    public static PlanManifest Add(PlanManifest plan, string folder, PlanManifest earlier, string earlierFolder)
    {
        var known = plan.HeldRemovals.SelectMany(batch => ChangeBatchReader.Read(folder, batch)).Select(planned => planned.Change.Id)
            .ToHashSet(StringComparer.Ordinal);
        var last = plan.Batches.Concat(plan.HeldRemovals).Select(batch => batch.Number).DefaultIfEmpty(0).Max();
        using var writer = new ChangeBatchWriter(folder, PlanManifest.HeldRemovalsPrefix, new BatchNumbers(last));
        long carried = 0;
        foreach (var (change, fingerprint) in earlier.HeldRemovals.SelectMany(batch => ChangeBatchReader.Read(earlierFolder, batch)))
        {
            if (known.Contains(change.Id))
                continue;
            writer.WriteRemoval(System.Text.Encoding.UTF8.GetBytes(change.Id), fingerprint);
            carried++;
        }

        if (carried == 0)
            return plan;
        var verdict = VerdictText.Held(
            "earlier removals", HeldPart.Removals, $"{VerdictText.Count(carried, "removal")} held since run {earlier.Run} or before still " +
            $"{(carried == 1 ? "waits" : "wait")}: {VerdictText.ApproveRemovals(plan.Catalog)}");
        return plan with
        {
            HeldRemovals = [.. plan.HeldRemovals, .. writer.Finish()],
            Counts = plan.Counts with { RemovalsHeld = plan.Counts.RemovalsHeld + carried },
            Verdicts = [.. plan.Verdicts, verdict],
        };
    }
}
