using Reshelve.Catalogs;
using Reshelve.Feeds;
using Reshelve.Indexing;
using Reshelve.Ledgers;
using static Reshelve.Planning.VerdictText;

namespace Reshelve.Planning;

/// <summary>
/// Judges the plan of a new index as if its feed were synced into the live one. A new index cannot keep what the feed lacks, so what would
/// hold the removals holds all of it.
/// </summary>
internal sealed class RebuildChecks(CatalogDefinition definition, PlanCircumstances circumstances, IIndexEngine index)
{
    private const string KeptRecords = "kept records";

    /// <summary>The verdicts about a plan for a new index.</summary>
    /// <param name="liveIndex">The live index.</param>
    /// <param name="live">Its ledger; the new one must have been made with the same seed.</param>
    /// <param name="content">What the plan of the new one holds, against an empty ledger.</param>
    /// <param name="rejectedIds">The ids of the records that it rejected.</param>
    /// <param name="folder">Its folder.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<IReadOnlyList<PlanVerdict>> JudgeAgainstLiveAsync(
        string liveIndex, Ledger live, PlanContent content, IEnumerable<string> rejectedIds, string folder, CancellationToken cancellationToken)
    {
        LedgerComparison found;
        using (var next = content.ChangesLedger ? Ledger.Open(Path.Combine(folder, PlanManifest.LedgerName)) : Ledger.Empty(live.Seed))
            found = LedgerComparison.Of(live, next, rejectedIds, definition, circumstances);
        var counts = content.Counts with { Added = found.Added, Replaced = found.Replaced, Missing = found.Missing, Kept = 0, Removed = 0 };
        var verdicts = new SafetyChecks(definition, counts, live.Count, circumstances, content.EndsOpen, isRebuild: true).Judge();
        // Of an empty feed nothing else is worth saying.
        if (verdicts is [{ IsHeld: true }])
            return verdicts;
        var fields = new FieldChecks(definition, found.Replaced, live.Count, circumstances.MapsOtherwise);
        var sample = fields.NeedSample
            ? await FieldSample.TakeAsync(index, liveIndex, folder, content.Batches, definition, cancellationToken)
            : null;
        verdicts = [.. verdicts, Kept(found.Kept), LastGood(found.Rejected), .. fields.Judge(sample)];
        return [.. verdicts.Select(verdict => verdict with { Part = HeldPart.Plan })];
    }

    /// <summary>What to say where the live index's ledger cannot be read: a rebuild is the way out of that.</summary>
    public static PlanVerdict NotComparable(ReshelveException error) =>
        PassedOver("rebuild", HeldPart.Plan, $"nothing tells what the live index holds ({error.Message})");

    private PlanVerdict LastGood(long count)
    {
        const string name = "last good documents";
        return count == 0
            ? Passed(name, HeldPart.Plan, "no rejected record has a document in the live index")
            : Held(
                name, HeldPart.Plan, $"{Count(count, "rejected record has its", "rejected records have their")} last good documents in the live index, and a new " +
                $"index would lack them: nothing was changed. Mend the records or the definition, or {ApprovePlan(definition.Name)} without them");
    }

    private PlanVerdict Kept(long count)
    {
        var figures = $"{Count(count, "document")} whose records are missing would be kept by a sync";
        return count == 0
            ? Passed(KeptRecords, HeldPart.Plan, figures)
            : Held(
                KeptRecords, HeldPart.Plan, $"{figures} (`{(definition.Removals == RemovalPolicy.ExplicitOnly ? "removals: explicit only" : "removal delay")}`), and a " +
                $"new index cannot have them. Nothing was changed. If they may go, {ApprovePlan(definition.Name)}");
    }
}
