using System.Text;
using Reshelve.Catalogs;
using Reshelve.Embedded;
using Reshelve.Running;

namespace Reshelve.Tests.Syncing.Modelled;

/// <summary>
/// A workspace with the real engines, in which programs are killed: what one leaves is copied in the moment of its death, and the next
/// goes on with the copy.
/// </summary>
internal sealed class ModelBench : IAsyncDisposable
{
    // So that small catalogs have plans of several batches.
    private const int BatchChanges = 4;

    private readonly TemporaryFolder _folder = new();
    private int _life;
    private int _feeds;
    private Interruption _interruption = new(InterruptionKind.None, 0);
    private readonly SteppingClock _clock;

    public ModelBench()
    {
        Directory.CreateDirectory(_folder["feeds"]);
        _clock = new SteppingClock(Step);
        Start();
    }

    public FaultyIndex Index { get; private set; } = null!;

    public SteppingRunStore Runs { get; private set; } = null!;

    public CatalogSync Sync => new(Index, Runs, DataFolder, _folder.Path, _clock) { BatchChanges = BatchChanges };

    public CatalogEvents Events => new(Index, Runs, DataFolder);

    public CatalogRepair Repair => new(Index, Runs, DataFolder);

    public CatalogIndexes Indexes => new(Index, Runs, DataFolder, _folder.Path, _clock);

    public CatalogHolds Holds => new(Index, Runs, DataFolder, _folder.Path, _clock);

    public string DataFolder => _folder[$"data-{_life}"];

    public CatalogFolder Catalog => new(DataFolder, ModelDefinitions.Name);

    /// <summary>Sees the stages of a run.</summary>
    public IProgress<RunProgress> Progress => new Steps(Step);

    /// <summary>From here on, until it is told otherwise, operations end early.</summary>
    public void Arm(Interruption interruption)
    {
        _interruption = interruption;
        interruption.Leave = () => SyncBench.CopyData(DataFolder, _folder[$"data-{_life + 1}"]);
        Index.Step = _ => Step(mayThrow: true);
        Index.Before = (_, _) => interruption.Before();
        Index.After = (_, _) => interruption.After();
    }

    /// <summary>Nothing goes wrong any more. After a kill, the next program goes on with what it left.</summary>
    public async Task DisarmAsync()
    {
        var killed = _interruption.IsDead;
        _interruption = new Interruption(InterruptionKind.None, 0);
        Index.Before = Index.After = (_, _) => { };
        Index.Refuses = _ => false;
        if (!killed)
            return;
        await Index.DisposeAsync();
        Directory.Delete(DataFolder, recursive: true);
        _life++;
        Start();
    }

    /// <summary>Another program on the same data, to which nothing happens.</summary>
    public (IAsyncDisposable Engine, CatalogEvents Events, CatalogSync Sync, CatalogIndexes Indexes) Other()
    {
        var engine = new EmbeddedIndexEngine(DataFolder, TimeProvider.System);
        var runs = new FileRunStore(DataFolder, TimeProvider.System);
        return (
            engine,
            new CatalogEvents(engine, runs, DataFolder),
            new CatalogSync(engine, runs, DataFolder, _folder.Path, _clock) { BatchChanges = BatchChanges },
            new CatalogIndexes(engine, runs, DataFolder, _folder.Path, _clock));
    }

    /// <summary>Writes a feed.</summary>
    /// <param name="bytes">The feed.</param>
    /// <param name="isOld">Whether its time lets it be known again; that of one just written does not.</param>
    public string Write(byte[] bytes, bool isOld)
    {
        var path = Path.Combine(_folder["feeds"], $"{++_feeds:D6}.feed");
        File.WriteAllBytes(path, bytes);
        File.SetLastWriteTimeUtc(path, new DateTime(isOld ? 2024 : 2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(_feeds));
        return path;
    }

    /// <summary>What an index holds.</summary>
    public async Task<Dictionary<string, string>> ReadAsync(string index)
    {
        var documents = new Dictionary<string, string>();
        await foreach (var (id, document) in Index.ReadAllAsync(index, CancellationToken.None))
            documents[id] = Encoding.UTF8.GetString(document.Span);
        return documents;
    }

    /// <summary>The indexes as an operator sees them.</summary>
    public Task<IReadOnlyList<ListedIndex>> ListAsync() => Indexes.ListAsync(ModelDefinitions.Name, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await Index.DisposeAsync();
        _folder.Dispose();
    }

    private void Start()
    {
        Directory.CreateDirectory(DataFolder);
        Index = new FaultyIndex(new EmbeddedIndexEngine(DataFolder, TimeProvider.System));
        Runs = new SteppingRunStore(new FileRunStore(DataFolder, TimeProvider.System), Step);
    }

    private void Step(bool mayThrow) => _interruption.Step(mayThrow);

    private sealed class Steps(Action<bool> step) : IProgress<RunProgress>
    {
        public void Report(RunProgress value) => step(true);
    }
}
