using System.Text;
using Reshelve.Ledgers;

namespace Reshelve.Planning;

/// <summary>
/// Takes the removals that an earlier plan held over into a plan of an incremental feed. A full feed tells anew what is missing; a
/// tombstone comes once, and must not be lost because the next feed came before anyone approved it.
/// </summary>
internal static class CarriedRemovals
{
    /// <summary>The plan with the removals of both. What its feed says of an id counts instead, also that the record is as it was.</summary>
    /// <param name="plan">The new plan.</param>
    /// <param name="content">What its feed says.</param>
    /// <param name="ledger">The ledger that it was made against.</param>
    /// <param name="folder">Its folder.</param>
    /// <param name="earlier">The plan whose removals wait.</param>
    /// <param name="earlierFolder">Its folder.</param>
    public static PlanManifest Add(PlanManifest plan, PlanContent content, Ledger ledger, string folder, PlanManifest earlier, string earlierFolder)
    {
        var told = Told(content, ledger, earlier, earlierFolder);
        var last = plan.Batches.Concat(plan.HeldRemovals).Select(batch => batch.Number).DefaultIfEmpty(0).Max();
        using var writer = new ChangeBatchWriter(folder, PlanManifest.HeldRemovalsPrefix, new BatchNumbers(last));
        long carried = 0;
        foreach (var (change, fingerprint) in earlier.HeldRemovals.SelectMany(batch => ChangeBatchReader.Read(earlierFolder, batch)))
        {
            if (told.Contains(change.Id))
                continue;
            writer.WriteRemoval(Encoding.UTF8.GetBytes(change.Id), fingerprint);
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

    /// <summary>Of the ids that wait, those that the new feed says something of.</summary>
    private static HashSet<string> Told(PlanContent content, Ledger ledger, PlanManifest earlier, string earlierFolder)
    {
        var hashes = earlier.HeldRemovals.SelectMany(batch => ChangeBatchReader.Read(earlierFolder, batch))
            .Select(planned => ledger.HashId(Encoding.UTF8.GetBytes(planned.Change.Id))).ToHashSet();
        var told = new HashSet<string>(StringComparer.Ordinal);
        foreach (var run in ledger.Order)
        {
            for (var entry = run.First; entry < run.End; entry++)
            {
                if (hashes.Contains(ledger.IdHash(entry)) && content.IsTold(entry))
                    told.Add(Encoding.UTF8.GetString(ledger.Id(entry)));
            }
        }

        return told;
    }
}
