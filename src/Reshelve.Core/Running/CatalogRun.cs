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

/// <summary>What a run works with.</summary>
internal sealed record RunServices(
    IIndexEngine Index, IRunStore Runs, string DataFolder, string WorkspaceFolder, TimeProvider Time, int Threads)
{
    /// <summary>The lease of the run that works with them.</summary>
    public ICatalogLease? Lease { get; init; }
}

/// <summary>The backing index that a plan brings in step, and the ledger that says what it holds.</summary>
/// <param name="Index">The index.</param>
/// <param name="NewBecause">Why it is to be made; null when it is the live one.</param>
/// <param name="Store">Its ledger.</param>
internal sealed record RunTarget(string Index, string? NewBecause, LedgerStore Store);

/// <summary>The stages of one run of one catalog; <see cref="CatalogSync"/> puts them in order.</summary>
internal sealed class CatalogRun(
    RunServices services, CatalogDefinition definition, SyncOptions options, long run, IProgress<RunProgress>? progress)
{
    private readonly CatalogFolder _folder = new(services.DataFolder, definition.Name, services.Lease);
    private readonly IndexSchema _schema = IndexSchema.Of(definition);

    /// <summary>What the operator should know besides the counts.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>What is known of the run once its plan is made; null before.</summary>
    public RunReport? SoFar { get; set; }

    /// <summary>Finishes the plan of a run that was interrupted while it was applied.</summary>
    public async Task FinishInterruptedAsync(CancellationToken cancellationToken)
    {
        // A rebuild needs nothing of it, and takes its place once its own plan is whole: it may yet fail, or be held.
        // A new index that stays aside leaves an older plan of the live one to be finished.
        while (!options.Rebuild && _folder.ReadApplying() is { } interrupted)
            await FinishAsync(interrupted, cancellationToken);
    }

    private async Task FinishAsync(long interrupted, CancellationToken cancellationToken)
    {
        if (options.PlanOnly)
        {
            throw new ReshelveException(
                $"run {interrupted} of catalog '{definition.Name}' was interrupted while its plan was applied; " +
                "sync the catalog first, which finishes it");
        }

        var planFolder = _folder.PlanOf(interrupted);
        var plan = PlanManifest.Load(planFolder);
        var result = await Execution.RunAsync(plan, planFolder, isBegun: true, cancellationToken);
        var report = services.Runs.List(definition.Name, int.MaxValue).FirstOrDefault(candidate => candidate.Run == interrupted);
        if (report is not null)
            services.Runs.Save(RunReports.Applied(report, plan, result) with { Notes = [.. report.Notes, $"interrupted, and finished by run {run}"] });
        Notes.Add($"run {interrupted} had been interrupted and was finished first");
        await CleanUpAsync(plan, cancellationToken);
    }

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
        var feed = await feedSource.ReceiveAsync(await KnownIdentityAsync(cancellationToken), received, cancellationToken);
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
        if (live is not null && !options.Rebuild && live.SchemaSignature == _schema.Signature)
        {
            var store = _folder.LedgersOf(live.Name);
            // A feed that was applied before is no newer than what was put since: that stays, and is none of the plan's business.
            if (ReceivedBy(feed) == run)
                await FoldEventsAsync(store, cancellationToken);
            EnsureCurrent(live, store);
            return new RunTarget(live.Name, null, store);
        }

        var inventory = await Indexes.ReadAsync(cancellationToken);
        var reason = live is null ? "a first index is filled"
            : options.Rebuild ? "a new index is filled, as asked"
            : $"the definition's fields changed in a way that the index {live.Name} cannot take{Differences(inventory.Find(live.Name))}: a new index is filled";
        if (live is not null && definition.Feed == FeedKind.Incremental)
        {
            throw new ReshelveException(
                $"{reason}, and an incremental feed does not hold every record of catalog '{definition.Name}'. Deliver a full feed " +
                "once, with `feed: full`.");
        }

        return NewTarget(inventory, reason);
    }

    private string Differences(RegisteredIndex? index) =>
        index?.Fields is { } fields ? $" ({SchemaChange.Explain(fields, PlanField.Of(_schema))})" : "";

    private RunTarget NewTarget(IndexInventory inventory, string reason)
    {
        var name = NewIndexName(inventory);
        return new RunTarget(name, reason, _folder.LedgersOf(name));
    }

    /// <summary>
    /// Compares the feed with the ledger. When most of the live index would change, the plan becomes one of a new index; and such a
    /// plan is judged by what it means for the live one.
    /// </summary>
    public async Task<(PlanManifest Plan, string Folder)> PlanAsync(ReceivedFeed feed, RunTarget target, CancellationToken cancellationToken)
    {
        // Before a plan is made, and not when its index is: what is damaged is told first.
        var inventory = target.NewBecause is null ? null : await Indexes.ReadAsync(cancellationToken);
        if (target.NewBecause is null)
        {
            var made = await Task.Run(() => Plan(feed, target, [], cancellationToken), CancellationToken.None);
            if (MassChange.Reason(definition, made.Plan, LiveDocuments(target.Store)) is not { } reason)
                return made;
            if (options.PlanOnly)
            {
                Notes.Add($"{reason} (a sync would do so)");
                return made;
            }

            CatalogFolder.DeletePlan(made.Folder);
            target = NewTarget(await Indexes.ReadAsync(cancellationToken), reason);
            return await Task.Run(() => Plan(feed, target, [], cancellationToken), CancellationToken.None);
        }

        return await Task.Run(() => Plan(feed, target, Judge(feed, inventory!.Live, cancellationToken), cancellationToken), CancellationToken.None);
    }

    private static long LiveDocuments(LedgerStore store)
    {
        using var ledger = store.Open();
        return ledger.Count;
    }

    /// <summary>What holds the filling of a new index beside the live one.</summary>
    private IReadOnlyList<HeldReason> Judge(ReceivedFeed feed, BackingIndex? live, CancellationToken cancellationToken)
    {
        if (live is null)
            return [];
        Ledger ledger;
        try
        {
            ledger = _folder.LedgersOf(live.Name).Open();
        }
        catch (ReshelveException error)
        {
            return NotCompared(error);
        }

        var scratch = _folder.CreatePlan(run);
        try
        {
            using (ledger)
                return new RebuildJudgement(services, definition).Judge(feed, ledger, scratch, ReportPlanning, cancellationToken);
        }
        catch (LedgerDamagedException error)
        {
            return NotCompared(error);
        }
        finally
        {
            CatalogFolder.DeletePlan(scratch);
        }
    }

    /// <summary>A rebuild is the way out of a ledger that is damaged, so it is not held for one.</summary>
    private IReadOnlyList<HeldReason> NotCompared(ReshelveException error)
    {
        Notes.Add($"the feed could not be compared with what the live index holds: {error.Message}");
        return [];
    }

    private (PlanManifest Plan, string Folder) Plan(
        ReceivedFeed feed, RunTarget target, IReadOnlyList<HeldReason> judged, CancellationToken cancellationToken)
    {
        var planFolder = _folder.CreatePlan(run);
        try
        {
            return (Plan(feed, target, judged, planFolder, cancellationToken), planFolder);
        }
        catch
        {
            CatalogFolder.DeletePlan(planFolder);
            throw;
        }
    }

    private PlanManifest Plan(
        ReceivedFeed feed, RunTarget target, IReadOnlyList<HeldReason> judged, string planFolder, CancellationToken cancellationToken)
    {
        using var ledger = target.Store.Open();
        using var reader = FeedReaders.Open(feed.Files, definition.Format, definition.Limits);
        using var rejected = services.Runs.OpenRejected(definition.Name, run);
        var input = new PlanInput(definition, ledger, reader, planFolder, rejected);
        var content = new Planner(input, services.Threads).Run(ReportPlanning(reader), cancellationToken);
        var plan = new PlanManifest
        {
            Catalog = definition.Name,
            Run = run,
            Index = target.Index,
            CreatesIndex = target.NewBecause is not null,
            Fields = target.NewBecause is not null ? PlanField.Of(_schema) : [],
            Definition = Signature,
            BasedOn = ledger.Name,
            ChangesLedger = content.ChangesLedger,
            FeedIdentity = feed.Identity,
            EventsAfter = ReceivedBy(feed),
            Counts = content.Counts,
            StaysAside = options.StaysAside && target.NewBecause is not null,
            Held = [.. judged, .. content.Held.Where(reason => judged.All(other => other.Check != reason.Check))],
            Batches = content.Batches,
        };
        plan.Save(planFolder);
        if (target.NewBecause is { } reason && !plan.IsHeld)
            Notes.Add(plan.StaysAside ? reason : $"{reason}, and searches move to it at the end");
        return plan;
    }

    /// <summary>The run that received the feed: an earlier one, when an index is filled anew from the feed that was applied last.</summary>
    private long ReceivedBy(ReceivedFeed feed)
    {
        try
        {
            return feed.Identity is not null && _folder.ReadApplied() is { Run: > 0 } applied && applied.Identity == feed.Identity ? applied.Run : run;
        }
        catch (ReshelveException)
        {
            // A rebuild is the way out of a damaged note.
            return run;
        }
    }

    /// <summary>Applies a plan.</summary>
    /// <returns>Null when the ledger was committed before a crash: whether the index refused something is then not known.</returns>
    public async Task<ApplyResult?> ApplyAsync(PlanManifest plan, string planFolder, CancellationToken cancellationToken)
    {
        var result = await Execution.RunAsync(plan, planFolder, isBegun: false, cancellationToken);
        if (plan.StaysAside)
            Notes.Add($"index {plan.Index} is filled and verified; 'reshelve promote {definition.Name} {plan.Index}' moves searches to it");
        await CleanUpAsync(plan, cancellationToken);
        return result;
    }

    /// <summary>After a rebuild, what nothing needs any more is swept away; a failure of that is no failure of the run.</summary>
    private async Task CleanUpAsync(PlanManifest plan, CancellationToken cancellationToken)
    {
        if (!plan.CreatesIndex)
            return;
        try
        {
            var sweep = new CatalogSweep(services, _folder, definition.Name, SweepPolicy.Of(definition));
            var swept = await sweep.RunAsync(cancellationToken);
            if (swept.Count > 0)
                Notes.Add($"swept away: {string.Join(", ", swept.Select(item => item.Describe()))}");
        }
        catch (Exception error) when (error is ReshelveException or IOException or UnauthorizedAccessException)
        {
            Notes.Add($"what is no longer needed could not be swept away: {error.Message}");
        }
    }

    /// <summary>The counts of the feed that the index holds already.</summary>
    public PlanCounts CountsOfApplied()
    {
        var applied = _folder.ReadApplied()!;
        return new PlanCounts
        {
            Records = applied.Records, Bytes = applied.Bytes, Duplicates = applied.Duplicates, Unchanged = applied.Records - applied.Duplicates,
        };
    }

    private BackingIndexes Indexes => new(services, _folder, definition.Name);

    private PlanExecution Execution => new(services, _folder, definition.Name, progress, Notes);

    private string Signature => string.Join(
        '\n',
        [MappingSignature.Of(definition), _schema.Signature, $"{definition.Feed}", $"{definition.Format}", $"{definition.Limits}"]);

    private async Task<string?> KnownIdentityAsync(CancellationToken cancellationToken)
    {
        if (options.Rebuild || _folder.ReadApplied() is not { IsPartial: false } applied || applied.Definition != Signature)
            return null;
        var indexes = await services.Index.ListAsync(definition.Name, cancellationToken);
        return indexes.Any(index => index.Live && index.Name == applied.Index) ? applied.Identity : null;
    }

    /// <summary>Takes the single documents into account that were written to the index before this run began.</summary>
    private async Task FoldEventsAsync(LedgerStore store, CancellationToken cancellationToken)
    {
        if (!File.Exists(store.EventsPath))
            return;
        using var turn = await services.Runs.TakeEventTurnAsync(definition.Name, cancellationToken);
        EventFolding.Fold(store, run);
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
        if (store.Current is { } ledger && store.Sequence >= run)
        {
            throw new ReshelveException(
                $"run {run} of catalog '{definition.Name}' would be older than the ledger {ledger} of its index: " +
                "the run numbers began anew (was a folder of runs deleted or restored?). Run the sync with " +
                "--rebuild to fill a new index and ledger from the feed.");
        }
    }

    private string NewIndexName(IndexInventory existing)
    {
        // A ledger that a lost index left behind must not be taken for the new one's.
        var taken = existing.Listed.Select(index => index.Name).Concat(existing.Registered.Select(index => index.Name))
            .Concat(_folder.IndexesWithLedgers()).ToHashSet();
        var moment = services.Time.GetUtcNow();
        string name;
        do
        {
            name = $"{definition.Name}_{moment:yyyyMMddHHmmss}";
            moment = moment.AddSeconds(1);
        }
        while (taken.Contains(name));
        return name;
    }

    private Action<long, long> ReportPlanning(IFeedReader reader) =>
        (bytes, records) => progress?.Report(new RunProgress(definition.Name, RunStage.Plan, bytes, reader.BytesTotal, records));

    private sealed class Progress(Action<(long Received, long? Total)> report) : IProgress<(long Received, long? Total)>
    {
        public void Report((long Received, long? Total) value) => report(value);
    }
}
