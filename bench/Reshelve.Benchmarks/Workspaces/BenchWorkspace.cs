using Reshelve.Applying;
using Reshelve.Benchmarks.Feeds;
using Reshelve.Benchmarks.Measuring;
using Reshelve.Catalogs;
using Reshelve.Embedded;
using Reshelve.Indexing;
using Reshelve.Ledgers;
using Reshelve.Planning;
using Reshelve.Running;

namespace Reshelve.Benchmarks.Workspaces;

/// <summary>A workspace on disk, used by the real program and in process alike.</summary>
internal sealed class BenchWorkspace : IDisposable
{
    private readonly string _dataFolder;
    private readonly HashSet<string> _seeded = [];

    /// <summary>Makes a workspace with all definitions and no data.</summary>
    public BenchWorkspace(string folder)
    {
        Folder = folder;
        DeleteFolder();
        Definitions.Write(folder);
        var workspace = Workspace.Open(folder);
        _dataFolder = workspace.DataFolder;
        Engine = new EmbeddedIndexEngine(Path.Combine(_dataFolder, "indexes"), TimeProvider.System);
        var runs = new FileRunStore(Path.Combine(_dataFolder, "catalogs"), TimeProvider.System);
        Sync = new CatalogSync(Engine, runs, _dataFolder, folder, TimeProvider.System);
    }

    public string Folder { get; }

    public EmbeddedIndexEngine Engine { get; }

    public CatalogSync Sync { get; }

    public CatalogDefinition Definition(string catalog) => Workspace.Open(Folder).LoadCatalog(catalog) switch
    {
        { Catalogs: [var definition] } => definition,
        var result => throw new BenchmarkException(string.Join('\n', result.Errors)),
    };

    /// <summary>Runs a catalog in this process.</summary>
    public RunReport Run(CatalogDefinition definition, string feed, bool planOnly)
    {
        var options = new SyncOptions { FeedPath = feed, PlanOnly = planOnly };
        var report = Sync.RunAsync(definition, options, null, CancellationToken.None).GetAwaiter().GetResult();
        if (report.State is not (RunState.Planned or RunState.Done))
            throw new BenchmarkException($"the run ended {report.State}: {report.Error}{string.Join(' ', report.HeldReasons)}");
        return report.PlanFolder is not null
            ? report
            : throw new BenchmarkException("the feed was taken for the last one without being read");
    }

    /// <summary>
    /// Gives a catalog the ledger of a feed as if it had been synced, without the index, which plans do not read. Done once per
    /// catalog.
    /// </summary>
    public void Seed(string catalog, string feed)
    {
        if (!_seeded.Add(catalog))
            return;
        var definition = Definition(catalog);
        var folder = Run(definition, feed, planOnly: true).PlanFolder!;
        var plan = PlanManifest.Load(folder);
        Engine.CreateAsync(plan.Index, catalog, IndexSchema.Of(definition), IndexOrigin.None, CancellationToken.None).GetAwaiter().GetResult();
        Engine.PromoteAsync(catalog, plan.Index, CancellationToken.None).GetAwaiter().GetResult();
        LedgerCommit.Run(Ledgers(catalog, plan.Index), plan, folder, new HashSet<string>());
        // Its change batches hold every document: left lying, they would push the feeds out of the page cache.
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>The file of the ledger that counts for a catalog.</summary>
    public string LedgerPath(string catalog)
    {
        var index = Engine.ListAsync(catalog, CancellationToken.None).GetAwaiter().GetResult().Single(candidate => candidate.Live);
        var store = Ledgers(catalog, index.Name);
        return store.PathOf(store.Current!);
    }

    public void Dispose()
    {
        Engine.DisposeAsync().AsTask().GetAwaiter().GetResult();
        DeleteFolder();
    }

    private void DeleteFolder()
    {
        if (Directory.Exists(Folder))
            Directory.Delete(Folder, recursive: true);
    }

    private LedgerStore Ledgers(string catalog, string index) => new CatalogFolder(_dataFolder, catalog).LedgersOf(index);
}
