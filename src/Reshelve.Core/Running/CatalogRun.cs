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
    IIndexEngine Index, IRunStore Runs, string DataFolder, string WorkspaceFolder, TimeProvider Time, int Threads);

/// <summary>The backing index that a plan brings in step, and the ledger that says what it holds.</summary>
/// <param name="Index">The index.</param>
/// <param name="NewBecause">Why it is to be made; null when it is the live one.</param>
/// <param name="Store">Its ledger.</param>
internal sealed record RunTarget(string Index, string? NewBecause, LedgerStore Store);

/// <summary>The stages of one run of one catalog; <see cref="CatalogSync"/> puts them in order.</summary>
internal sealed class CatalogRun(
    RunServices services, CatalogDefinition definition, SyncOptions options, long run, IProgress<RunProgress>? progress)
{
    private readonly CatalogFolder _folder = new(services.DataFolder, definition.Name);
    private readonly IndexSchema _schema = IndexSchema.Of(definition);

    /// <summary>What the operator should know besides the counts.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>What is known of the run once its plan is made; null before.</summary>
    public RunReport? SoFar { get; set; }

    /// <summary>Finishes the plan of a run that was interrupted while it was applied.</summary>
    public async Task FinishInterruptedAsync(CancellationToken cancellationToken)
    {
        // A rebuild needs nothing of it, and takes its place once its own plan is whole: it may yet fail, or be held.
        if (options.Rebuild || _folder.ReadApplying() is not { } interrupted)
            return;
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
    }

    /// <summary>Gets the feed.</summary>
    public async Task<ReceivedFeed> ReceiveAsync(CancellationToken cancellationToken)
    {
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
    public async Task<RunTarget> ChooseTargetAsync(CancellationToken cancellationToken)
    {
        var indexes = await services.Index.ListAsync(definition.Name, cancellationToken);
        var live = indexes.SingleOrDefault(index => index.Live);
        if (live is not null && !options.Rebuild && live.SchemaSignature == _schema.Signature)
        {
            var store = _folder.LedgersOf(live.Name);
            await FoldEventsAsync(store, cancellationToken);
            EnsureCurrent(live, store);
            return new RunTarget(live.Name, null, store);
        }

        if (live is not null && definition.Feed == FeedKind.Incremental)
        {
            var why = options.Rebuild ? "" : $"the fields of catalog '{definition.Name}' differ from those of its index {live.Name}: ";
            throw new ReshelveException(
                $"{why}a new index must be filled, and an incremental feed does not hold every record of catalog " +
                $"'{definition.Name}'. Deliver a full feed once, with `feed: full`.");
        }

        var reason = live is null ? "a first index is filled"
            : options.Rebuild ? "a new index is filled, as asked"
            : "the definition's fields changed: a new index is filled";
        var name = NewIndexName(indexes);
        return new RunTarget(name, reason, _folder.LedgersOf(name));
    }

    /// <summary>Compares the feed with the ledger.</summary>
    public (PlanManifest Plan, string Folder) Plan(ReceivedFeed feed, RunTarget target, CancellationToken cancellationToken)
    {
        var planFolder = _folder.CreatePlan(run);
        try
        {
            return (Plan(feed, target, planFolder, cancellationToken), planFolder);
        }
        catch
        {
            CatalogFolder.DeletePlan(planFolder);
            throw;
        }
    }

    private PlanManifest Plan(ReceivedFeed feed, RunTarget target, string planFolder, CancellationToken cancellationToken)
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
            Counts = content.Counts,
            Held = content.Held,
            Batches = content.Batches,
        };
        plan.Save(planFolder);
        if (target.NewBecause is { } reason && !plan.IsHeld)
            Notes.Add($"{reason}, and searches move to it at the end");
        return plan;
    }

    /// <summary>Applies a plan.</summary>
    /// <returns>Null when the ledger was committed before a crash: whether the index refused something is then not known.</returns>
    public Task<ApplyResult?> ApplyAsync(PlanManifest plan, string planFolder, CancellationToken cancellationToken) =>
        Execution.RunAsync(plan, planFolder, isBegun: false, cancellationToken);

    /// <summary>The counts of the feed that the index holds already.</summary>
    public PlanCounts CountsOfApplied()
    {
        var applied = _folder.ReadApplied()!;
        return new PlanCounts
        {
            Records = applied.Records, Bytes = applied.Bytes, Duplicates = applied.Duplicates, Unchanged = applied.Records - applied.Duplicates,
        };
    }

    private PlanExecution Execution => new(services, _folder, definition.Name, progress);

    private string Signature => string.Join(
        '\n',
        [MappingSignature.Of(definition), _schema.Signature, $"{definition.Feed}", $"{definition.Format}", $"{definition.Limits}"]);

    private async Task<string?> KnownIdentityAsync(CancellationToken cancellationToken)
    {
        if (options.Rebuild || _folder.ReadApplied() is not { } applied || applied.Definition != Signature)
            return null;
        var indexes = await services.Index.ListAsync(definition.Name, cancellationToken);
        // What was put or removed since makes the index differ from the feed, which is the truth.
        var isInStep = indexes.Any(index => index.Live && index.Name == applied.Index) && !HasEvents(_folder.LedgersOf(applied.Index));
        return isInStep ? applied.Identity : null;
    }

    private static bool HasEvents(LedgerStore store) => new FileInfo(store.EventsPath) is { Exists: true, Length: > 0 };

    /// <summary>Takes the single documents into account that were written to the index before this run began.</summary>
    private async Task FoldEventsAsync(LedgerStore store, CancellationToken cancellationToken)
    {
        if (!HasEvents(store))
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

    private string NewIndexName(IReadOnlyList<BackingIndex> existing)
    {
        // A ledger that a lost index left behind must not be taken for the new one's.
        var taken = existing.Select(index => index.Name).Concat(_folder.IndexesWithLedgers()).ToHashSet();
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
