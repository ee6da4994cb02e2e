using Reshelve.Applying;
using Reshelve.Catalogs;
using Reshelve.Events;
using Reshelve.Feeds;
using Reshelve.Files;
using Reshelve.Indexing;
using Reshelve.Ledgers;
using Reshelve.Mapping;
using Reshelve.Planning;

namespace Reshelve.Running;

/// <summary>The stages of one run of one catalog; <see cref="CatalogSync"/> puts them in order.</summary>
internal sealed class CatalogRun(
    RunServices services, CatalogDefinition definition, SyncOptions options, RunContext context, IProgress<RunProgress>? progress)
{
    private readonly CatalogFolder _folder = new(services.DataFolder, definition.Name, services.Lease);
    private readonly IndexSchema _schema = IndexSchema.Of(definition);

    /// <summary>The feeds that came before.</summary>
    public KnownFeeds Feeds { get; } = new(services, definition, options, context);

    /// <summary>The plan that waits for approval, if one does.</summary>
    public WaitingPlan Waiting { get; } = new(services, definition, options, context);

    /// <summary>What earlier runs left unfinished.</summary>
    public InterruptedRuns Interrupted { get; } = new(services, definition, options, context, progress);

    /// <summary>Gets the feed.</summary>
    public async Task<ReceivedFeed> ReceiveAsync(CancellationToken cancellationToken)
    {
        if (options is { FromArchive: true, FeedPath: null } && RebuildFeed.IsArchived(definition.Source))
        {
            if (RebuildFeed.Find(new FeedSpool(_folder.Spool, services.Time), _folder.ReadApplied()) is { } archived)
                return archived;
            Notes.Add("the archive holds no feed, so the source was asked for one");
        }

        var source = options.FeedPath is { } path ? new SourceDefinition { Path = path } : definition.Source;
        var feedSource = FeedSources.Create(
            source, services.WorkspaceFolder, _folder.Spool, null, services.Time, Environment.GetEnvironmentVariable);
        var received = new Progress(p => progress?.Report(new RunProgress(definition.Name, RunStage.Receive, p.Received, p.Total, 0)));
        var feed = await feedSource.ReceiveAsync(await Feeds.IdentityAsync(cancellationToken), received, cancellationToken);
        // The ledger and the index are opened meanwhile.
        if (!feed.Unchanged && options.FeedPath is null)
            FeedPrefetch.Begin(feed.Files[0]);
        return feed;
    }

    /// <summary>
    /// Which index to bring in step: the live one, or a new one where there is none or it cannot take the definition.
    /// </summary>
    public async Task<RunTarget> ChooseTargetAsync(ReceivedFeed feed, CancellationToken cancellationToken)
    {
        var indexes = await services.Index.ListAsync(definition.Name, cancellationToken);
        var live = indexes.SingleOrDefault(index => index.Live);
        IndexInventory? inventory = null;
        var isForeign = false;
        await FoldEventsAsync(feed, live, cancellationToken);
        if (live is { Outdated: null } && !options.Rebuild && live.SchemaSignature == _schema.Signature)
        {
            var store = _folder.LedgersOf(live.Name);
            EnsureCurrent(live, store);
            // What has a ledger is ours; only without one it is worth asking.
            inventory = store.Current is null ? await Indexes.ReadAsync(cancellationToken) : null;
            isForeign = inventory is not null && inventory.Find(live.Name) is null;
            if (!isForeign)
                return new RunTarget(live.Name, null, store, live.Name);
        }

        inventory ??= await Indexes.ReadAsync(cancellationToken);
        var reason = live is null ? FirstReason(inventory)
            : options.Rebuild ? "a new index is filled, as asked"
            : isForeign ? $"searches see the index {live.Name}, which was not made by this program: a new index is filled"
            : live.Outdated is { } outdated ? $"{outdated}: a new index is filled"
            : $"the definition's fields changed in a way that the index {live.Name} cannot take{Differences(inventory.Find(live.Name))}: a new index is filled";
        if (live is not null && definition.Feed == FeedKind.Incremental)
        {
            throw new ReshelveException(
                $"{reason}, and an incremental feed does not hold every record of catalog '{definition.Name}'. Deliver a full feed " +
                "once, with `feed: full`.");
        }

        return NewTarget(inventory, reason);
    }

    private static string FirstReason(IndexInventory inventory) =>
        inventory.Missed is not { } former ? "a first index is filled"
        : inventory.Lists(former) ? $"searches find nothing any more, though the index {former} is there (was its alias removed?): a new index is filled"
        : $"the index {former}, which was searched, is gone (was it deleted?): a new index is filled";

    private string Differences(RegisteredIndex? index) =>
        index?.Fields is { } fields ? $" ({SchemaChange.Explain(fields, PlanField.Of(_schema))})" : "";

    private RunTarget NewTarget(IndexInventory inventory, string reason)
    {
        var name = Indexes.NewName(inventory);
        return new RunTarget(name, reason, _folder.LedgersOf(name), inventory.Live?.Name);
    }

    /// <summary>
    /// Compares the feed with the ledger, and judges what it would change. When most of the live index would change, the plan becomes one of
    /// a new index; and such a plan is judged by what it means for the live one.
    /// </summary>
    public async Task<MadePlan> PlanAsync(ReceivedFeed feed, RunTarget target, CancellationToken cancellationToken)
    {
        var made = await Task.Run(() => PlanOnceAsync(feed, target, cancellationToken), CancellationToken.None);
        if (target.NewBecause is not null || MassChange.Reason(definition, made.Plan) is not { } reason)
            return made;
        if (options.PlanOnly)
        {
            Notes.Add($"{reason} (a sync would do so)");
            return made;
        }

        CatalogFolder.DeletePlan(made.Folder);
        target = NewTarget(await Indexes.ReadAsync(cancellationToken), reason);
        return await Task.Run(() => PlanOnceAsync(feed, target, cancellationToken), CancellationToken.None);
    }

    private async Task<MadePlan> PlanOnceAsync(ReceivedFeed feed, RunTarget target, CancellationToken cancellationToken)
    {
        var planFolder = _folder.CreatePlan(Number);
        try
        {
            var plan = await PlanJudging.RunAsync(
                services, _folder, definition, options, target, Feeds.IsRepeated(feed, target), judging => PlanAsync(feed, target, judging, planFolder, cancellationToken));
            return new MadePlan(plan, planFolder);
        }
        catch
        {
            CatalogFolder.DeletePlan(planFolder);
            throw;
        }
    }

    private async Task<PlanManifest> PlanAsync(
        ReceivedFeed feed, RunTarget target, PlanJudging judging, string planFolder, CancellationToken cancellationToken)
    {
        using var ledger = target.Store.Open(judging.Seed);
        PlanContent content;
        using (var reader = FeedReaders.Open(feed.Files, definition.Format, definition.Limits))
        using (var rejected = services.Runs.OpenRejected(definition.Name, Number))
        {
            var input = new PlanInput(definition, ledger, reader, planFolder, rejected)
            {
                Circumstances = judging.Circumstances, Batches = new BatchNumbers(changes: services.BatchChanges),
            };
            content = new Planner(input, services.Threads).Run(ReportPlanning(reader), cancellationToken);
        }

        var plan = new PlanManifest
        {
            Catalog = definition.Name,
            Run = Number,
            Index = target.Index,
            CreatesIndex = target.NewBecause is not null,
            Fields = target.NewBecause is not null ? PlanField.Of(_schema) : [],
            Definition = Feeds.Signature,
            BasedOn = ledger.Name,
            ChangesLedger = content.ChangesLedger,
            FeedIdentity = feed.Identity,
            EventsAfter = Feeds.ReceivedBy(feed),
            Counts = content.Counts,
            StaysAside = options.StaysAside && target.NewBecause is not null,
            Verdicts = await judging.JudgeAsync(content, ledger.Count, Number, planFolder, cancellationToken),
            LiveIndex = target.LiveIndex,
            LiveLedger = target.LiveIndex is { } live ? _folder.LedgersOf(live).Current : null,
            Background = judging.Background(content),
            RetainsIndexes = definition.Rebuilds.Retain,
            MostRefused = target.NewBecause is not null ? definition.Checks.Rejected?.Most(content.Counts.Changes) : null,
            KeepsFeeds = FeedSources.KeptFeeds(definition.Source),
            Batches = content.Batches,
            HeldRemovals = content.HeldRemovals,
        };
        plan = Waiting.CarryRemovals(plan, content, ledger, planFolder);
        plan = plan with { HeldSince = plan.Held.Count > 0 ? Waiting.Since(plan.FeedIdentity) : null };
        plan.Save(planFolder);
        if (!options.PlanOnly)
            Waiting.Replace(plan);
        else if (plan.Held.Count > 0)
            Notes.Add("this plan is only shown: a sync would have what is held wait for approval");
        if (target.NewBecause is { } reason && !plan.IsHeld)
            Notes.Add(plan.StaysAside ? reason : $"{reason}, and searches move to it at the end");
        if (judging.Unreadable is { } unreadable)
            Notes.Add($"the feed could not be compared with what the live index holds: {unreadable}");
        if (judging.MissingIsDamaged)
            Notes.Add("since when records are missing was lost (the file beside the ledger is damaged): their removal delays begin anew");
        return plan;
    }

    /// <summary>Applies a plan.</summary>
    /// <returns>Null when the ledger was committed before a crash: whether the index refused something is then not known.</returns>
    public async Task<ApplyResult?> ApplyAsync(PlanManifest plan, string planFolder, CancellationToken cancellationToken)
    {
        var result = await Execution.RunAsync(plan, planFolder, isBegun: false, cancellationToken);
        if (plan.StaysAside)
            Notes.Add(IndexBuild.IsReady(plan));
        if (plan.CreatesIndex)
            await new CatalogSweep(services, _folder, definition.Name, SweepPolicy.Of(definition)).AfterRebuildAsync(Notes, cancellationToken);
        return result;
    }

    private long Number => context.Number;

    private List<string> Notes => context.Notes;

    private BackingIndexes Indexes => new(services, _folder, definition.Name);

    private PlanExecution Execution => new(services, _folder, definition.Name, progress, Notes);

    /// <summary>
    /// Takes the single documents into account that were written to the live index before the feed was received; also before a rebuild, which must
    /// not lose what a sync would keep.
    /// </summary>
    private async Task FoldEventsAsync(ReceivedFeed feed, BackingIndex? live, CancellationToken cancellationToken)
    {
        // While a plan of the live index is unfinished, its ledger says nothing certain: only a rebuild goes on then. And a plan that is only shown leaves the ledger to the
        // one that waits for approval, which is right for no other.
        if (live is null || _folder.HasApplying || (options.PlanOnly && _folder.ReadHeld() is { Part: HeldPart.Plan }))
            return;
        var store = _folder.LedgersOf(live.Name);
        // Whoever has the lock may have a number below this run's, and nothing noted yet.
        using var turn = await services.Runs.TakeEventTurnAsync(definition.Name, cancellationToken);
        try
        {
            EventFolding.Fold(store, Feeds.ReceivedBy(feed));
        }
        catch (ReshelveException) when (options.Rebuild)
        {
            // A rebuild is the way out of a damaged ledger; that it was not compared with is noted.
        }
    }

    /// <summary>Makes sure that the index's ledger is there and no newer than this run.</summary>
    private void EnsureCurrent(BackingIndex live, LedgerStore store)
    {
        if (store.Current is null && live.Documents > 0)
        {
            throw new ReshelveException(
                $"the ledger of index {live.Name} is missing, so nobody knows what the index holds. Restore it from the index with " +
                $"`reshelve ledger rebuild {definition.Name}`, or run the sync with --rebuild to fill a new index and ledger from the feed.");
        }

        // The index ignores writes of runs older than a document's, and a ledger is known by its run.
        if (store.Current is { } ledger && store.Sequence >= Number)
        {
            throw new ReshelveException(
                $"run {Number} of catalog '{definition.Name}' would be older than the ledger {ledger} of its index: " +
                "the run numbers began anew (was a folder of runs deleted or restored?). Run the sync with " +
                "--rebuild to fill a new index and ledger from the feed.");
        }
    }

    private Action<long, long> ReportPlanning(IFeedReader reader) =>
        (bytes, records) => progress?.Report(new RunProgress(definition.Name, RunStage.Plan, bytes, reader.BytesTotal, records));

    private sealed class Progress(Action<(long Received, long? Total)> report) : IProgress<(long Received, long? Total)>
    {
        public void Report((long Received, long? Total) value) => report(value);
    }
}
