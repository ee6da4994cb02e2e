using Reshelve.Applying;
using Reshelve.Events;
using Reshelve.Feeds;
using Reshelve.Files;
using Reshelve.Indexing;
using Reshelve.Ledgers;
using Reshelve.Planning;

namespace Reshelve.Running;

/// <summary>
/// Applies a plan: writes its changes to the index, commits its ledger, promotes a new index. Everything in it can be repeated
/// after a crash.
/// </summary>
internal sealed class PlanExecution(
    RunServices services, CatalogFolder folder, string catalog, IProgress<RunProgress>? progress, List<string>? notes = null)
{
    private const int IdsAtOnce = 100;

    /// <summary>
    /// Writes the changes to the index, commits the ledger, and promotes a new index. Can be repeated after a crash anywhere in
    /// it.
    /// </summary>
    /// <param name="plan">The plan.</param>
    /// <param name="planFolder">Its folder.</param>
    /// <param name="isBegun">Whether it is noted already that the plan must be finished.</param>
    /// <param name="cancellationToken">Honoured between batches.</param>
    /// <returns>Null when the ledger was committed before a crash: whether the index refused something is then not known.</returns>
    public async Task<ApplyResult?> RunAsync(PlanManifest plan, string planFolder, bool isBegun, CancellationToken cancellationToken)
    {
        ApplyResult? result = ApplyResult.Nothing;
        if (plan.CreatesIndex)
            result = await BuildAsync(plan, planFolder, isBegun, cancellationToken);
        else if (plan.Batches.Count > 0 || plan.ChangesLedger)
            result = await ChangeAsync(plan, planFolder, isBegun, cancellationToken);
        if (plan.StaysAside)
        {
            folder.WriteHistory(folder.ReadHistory().AfterAside(plan, folder.IndexesWithLedgers()));
            EndHeld(plan, folder.ReadHeld());
            CatalogFolder.DeleteBatches(planFolder);
            return result;
        }

        // Approved removals are of a feed that may be older than what was put since, and of documents that it did not have.
        if (plan.Approves is null)
            await SettleEventsAsync(plan, cancellationToken);
        using var own = folder.Hold();
        if (plan.FeedIdentity is not null || plan.CreatesIndex)
            NoteApplied(plan, result is { Refused.Count: 0 } && plan.Counts.Rejected == 0 && plan.Counts.RemovalsHeld == 0 && plan.Approves is null);
        var held = folder.ReadHeld();
        var isApproved = plan.Approves is not null || (held is { Part: HeldPart.Plan } && held.Run == plan.Run);
        folder.WriteHistory(folder.ReadHistory().After(plan, folder.IndexesWithLedgers(), isApproved));
        EndHeld(plan, held);
        folder.DeleteApplying();
        CatalogFolder.DeleteBatches(planFolder);
        return result;
    }

    /// <summary>What was applied waits no longer; its removals may yet.</summary>
    private void EndHeld(PlanManifest plan, HeldNote? held)
    {
        if (plan.HeldRemovals.Count > 0)
            folder.WriteHeld(new HeldNote(plan.Run, HeldPart.Removals, plan.HeldSince ?? services.Time.GetUtcNow()));
        else if (held is not null && (held.Run == plan.Run || held.Run == plan.Approves))
            folder.EndHeld();
    }

    /// <summary>Changes an index that is there.</summary>
    private async Task<ApplyResult?> ChangeAsync(PlanManifest plan, string planFolder, bool isBegun, CancellationToken cancellationToken)
    {
        if (!isBegun)
            Begin(plan, planFolder);
        var store = folder.LedgersOf(plan.Index);
        var newer = await RenewEventsAsync(plan, store, cancellationToken);
        var result = IsCommitted(plan, store) ? null : await WriteAsync(plan, planFolder, store, isBegun, newer, cancellationToken);
        if (isBegun)
            await AgreeAsync(plan.Index, cancellationToken);
        return result;
    }

    /// <summary>
    /// What was put by hand since the feed was received is newer than a feed that comes again, though its numbers are lower than the plan's: it
    /// is written once more beforehand, under higher ones, so that the plan cannot write over it, not even for a moment.
    /// </summary>
    /// <returns>The ids of what was put or removed.</returns>
    private async Task<IReadOnlySet<string>> RenewEventsAsync(PlanManifest plan, LedgerStore store, CancellationToken cancellationToken)
    {
        if (!IsRepeated(plan) || !File.Exists(store.EventsPath))
            return NoIds;
        using var turn = await services.Runs.TakeEventTurnAsync(catalog, cancellationToken);
        return await EventCarrying.RunAsync(services.Index, store, store, plan.Index, plan.EventsAfter, turn, cancellationToken);
    }

    private static bool IsRepeated(PlanManifest plan) => plan.Approves is null && plan.EventsAfter < plan.Run;

    /// <summary>Fills a new index. Should that fail, it is dropped, and searches go on in the live one.</summary>
    private async Task<ApplyResult?> BuildAsync(PlanManifest plan, string planFolder, bool isBegun, CancellationToken cancellationToken)
    {
        var build = new IndexBuild(services, folder, plan);
        try
        {
            if (!isBegun)
                Begin(plan, planFolder);
            var store = folder.LedgersOf(plan.Index);
            await build.CreateAsync(store, cancellationToken);
            var result = IsCommitted(plan, store) ? null : await WriteAsync(plan, planFolder, store, isBegun, NoIds, cancellationToken);
            await build.FinishAsync(store, cancellationToken);
            return result;
        }
        catch (Exception error)
        {
            await AbandonAsync(build, plan, planFolder, error);
            throw;
        }
    }

    private async Task AbandonAsync(IndexBuild build, PlanManifest plan, string planFolder, Exception error)
    {
        try
        {
            // Whoever took the catalog over may be finishing this very index.
            using var held = folder.Hold();
            if (await build.AbandonAsync(planFolder, error) is { } live)
                notes?.Add($"the new index {plan.Index} was dropped" + (live.Length > 0 ? $", and searches go on in {live}" : ""));
        }
        catch (LeaseLostException)
        {
            // The error that is reported says so.
        }
        catch (Exception second) when (second is ReshelveException or IOException or UnauthorizedAccessException)
        {
            notes?.Add($"the new index {plan.Index} could not be dropped: {second.Message.TrimEnd('.')}. Searches do not see it; the next run finishes it, or a sweep drops it");
        }
    }

    private static readonly IReadOnlySet<string> NoIds = new HashSet<string>();

    private static bool IsCommitted(PlanManifest plan, LedgerStore store) => store.Current == LedgerStore.NameOf(plan.Run);

    /// <summary>From here on the plan must be finished: it is flushed to the disk, and the next run will find it.</summary>
    private void Begin(PlanManifest plan, string planFolder)
    {
        foreach (var path in Directory.EnumerateFiles(planFolder))
            DurableFile.Flush(path);
        DurableFile.FlushFolder(Path.GetDirectoryName(planFolder)!);
        using var held = folder.Hold();
        if (plan.CreatesIndex)
        {
            folder.WriteFilling(plan.Run, plan.Index);
            return;
        }

        // Who received the feed is known also if this run is cut short and its plan given up: what was put since is newer than that feed.
        NoteApplied(plan, isComplete: false);
        folder.WriteApplying(plan.Run);
    }

    /// <summary>Notes which feed the index holds, or is about to.</summary>
    private void NoteApplied(PlanManifest plan, bool isComplete)
    {
        if (plan.FeedIdentity is null)
        {
            // The note is of an earlier feed, which would be a newer one if it came again.
            folder.DeleteApplied();
            return;
        }

        folder.WriteApplied(new AppliedFeed(
            plan.Index, plan.FeedIdentity, plan.Definition, plan.Counts.Records, plan.Counts.Bytes, plan.Counts.Duplicates, !isComplete, plan.EventsAfter));
    }

    /// <summary>An interrupted plan is finished: its index and ledger agree again, whatever was noted meanwhile.</summary>
    private async Task AgreeAsync(string index, CancellationToken cancellationToken)
    {
        var indexes = new BackingIndexes(services, folder, catalog);
        if ((await indexes.ReadAsync(cancellationToken)).Find(index)?.Disagreement is not null)
            await indexes.SetDisagreementAsync(index, null, cancellationToken);
    }

    private async Task<ApplyResult> WriteAsync(
        PlanManifest plan, string planFolder, LedgerStore store, bool isBegun, IReadOnlySet<string> newer, CancellationToken cancellationToken)
    {
        if (store.Current != plan.BasedOn)
        {
            throw new ReshelveException(
                $"the plan of run {plan.Run} of catalog '{catalog}' was made against the ledger {plan.BasedOn ?? "of an empty index"}, " +
                $"and {store.Current ?? "none"} is there now (was a folder of ledgers deleted or restored?). " +
                "Run the sync with --rebuild to fill a new index and ledger from the feed.");
        }

        using var rejected = services.Runs.OpenRejected(catalog, plan.Run);
        ApplyResult result;
        using (var journal = store.OpenJournal())
        {
            var total = plan.Batches.Sum(batch => (long)batch.Changes - batch.Superseded.Count);
            result = await new Applier(services.Index, plan, planFolder, rejected, newer).RunAsync(
                journal,
                written => progress?.Report(new RunProgress(catalog, RunStage.Apply, written, total, written)),
                cancellationToken);
        }

        EnsureTaken(plan, result);
        await services.Index.RefreshAsync(plan.Index, cancellationToken);
        notes?.AddRange(services.Index.TakeNotes());
        LedgerCommit.Run(store, plan, planFolder, result.Refused, isBegun ? await HeldAsync(plan.Index, result.Refused, cancellationToken) : null);
        return result;
    }

    /// <summary>The checks judge what a feed holds; what an index makes of it is only known now. One that refuses most of a catalog is never searched.</summary>
    private static void EnsureTaken(PlanManifest plan, ApplyResult result)
    {
        if (plan.MostRefused is not { } most || result.Refused.Count <= most)
            return;
        throw new IndexVerificationException(
            $"the new index {plan.Index} refused {result.Refused.Count:N0} of {plan.Counts.Changes:N0} documents, where `checks: rejected` lets {most:N0} pass, and is not searched. " +
            $"`reshelve rejected {plan.Catalog} --run {plan.Run}` says why; mend the definition, or whatever on the server refuses them");
    }

    /// <summary>Of these ids, those that an index holds.</summary>
    private async Task<IReadOnlySet<string>> HeldAsync(string index, IReadOnlySet<string> ids, CancellationToken cancellationToken)
    {
        var held = new HashSet<string>(StringComparer.Ordinal);
        foreach (var some in ids.Chunk(IdsAtOnce))
            held.UnionWith((await services.Index.GetAsync(index, some, cancellationToken)).Keys);
        return held;
    }

    /// <summary>What was put by hand before the plan's feed was received counts no longer. What was put since has its place in the journal.</summary>
    private async Task SettleEventsAsync(PlanManifest plan, CancellationToken cancellationToken)
    {
        var store = folder.LedgersOf(plan.Index);
        if (!File.Exists(store.EventsPath))
            return;
        using var turn = await services.Runs.TakeEventTurnAsync(catalog, cancellationToken);
        using var held = folder.Hold();
        // What was written once more has another entry, with a higher number.
        var isRenewed = IsRepeated(plan) && !plan.CreatesIndex && (plan.Batches.Count > 0 || plan.ChangesLedger);
        EventJournal.Prune(store.EventsPath, isRenewed ? plan.Run : plan.EventsAfter);
    }
}
