using System.Globalization;
using Reshelve.Catalogs;
using Reshelve.Embedded;
using Reshelve.Enriching;
using Reshelve.Indexing;
using Reshelve.OpenSearch;
using Reshelve.Running;

namespace Reshelve.Host;

/// <summary>
/// An opened workspace with its engines: the one place that knows which implementations the program runs on. Parts are made
/// when they are
/// first used, so that a command pays only for what it needs.
/// </summary>
internal sealed class Composition : IAsyncDisposable
{
    /// <summary>Seconds after which a silent owner loses a catalog, for tests only.</summary>
    internal const string LeaseSecondsVariable = "RESHELVE_TEST_LEASE_SECONDS";

    private readonly TimeProvider _time;
    private readonly Workspace _workspace;
    private readonly Lazy<LoadResult> _definitions;
    private readonly Lazy<IIndexEngine> _index;
    private readonly Lazy<IRunStore> _runs;
    private readonly List<IIndexEngine> _enriched = [];

    private Composition(Workspace workspace, TimeProvider time)
    {
        _time = time;
        _workspace = workspace;
        CatalogNames = NamesIn(workspace.CatalogsFolder);
        _definitions = new(_workspace.LoadCatalogs);
        _index = new(() => _workspace.Options.Cluster is { } cluster
            ? new OpenSearchIndexEngine(cluster, cluster.Owner ?? IndexOwner.Of(_workspace.DataFolder), _workspace.Folder, time)
            : new EmbeddedIndexEngine(Path.Combine(_workspace.DataFolder, "indexes"), time));
        Pictures = PictureComposition.Create(Path.Combine(_workspace.DataFolder, "images"), time);
        _runs = new(() => new FileRunStore(Path.Combine(_workspace.DataFolder, "catalogs"), time, Terms()));
    }

    /// <summary>The workspace folder.</summary>
    public string Folder => _workspace.Folder;

    /// <summary>How many catalogs are synced at a time.</summary>
    public int Parallel => _workspace.Options.Parallel;

    /// <summary>The catalogs' definitions, and all their errors.</summary>
    public LoadResult Definitions => _definitions.Value;

    /// <summary>The index.</summary>
    public IIndexEngine Index => _index.Value;

    /// <summary>The runs.</summary>
    public IRunStore Runs => _runs.Value;

    /// <summary>Pictures; nothing of them is opened or started before a catalog needs it.</summary>
    public PictureServices Pictures { get; }

    /// <summary>Opens the workspace in a folder.</summary>
    /// <exception cref="DefinitionsException">Its <c>reshelve.yaml</c> has errors.</exception>
    public static Composition Open(string folder, TimeProvider time)
    {
        var workspace = Workspace.Open(folder);
        return workspace.OptionsErrors.Count > 0 ? throw new DefinitionsException(workspace.OptionsErrors) : new Composition(workspace, time);
    }

    /// <summary>The flow.</summary>
    public CatalogSync CreateSync() => new(Index, Runs, _workspace.DataFolder, _workspace.Folder, _time) { Pictures = Pictures };

    /// <summary>Pictures.</summary>
    public CatalogImages CreateImages() => new(Index, Runs, _workspace.DataFolder, _workspace.Folder, _time, Pictures);

    /// <summary>Single documents.</summary>
    public CatalogEvents CreateEvents(CatalogDefinition definition) => new(IndexOf(definition, PictureServices.PatienceOfEvents), Runs, _workspace.DataFolder);

    /// <summary>Comparing indexes with their ledgers.</summary>
    public CatalogRepair CreateRepair(CatalogDefinition definition) => new(IndexOf(definition), Runs, _workspace.DataFolder);

    /// <summary>What an operator does with backing indexes.</summary>
    /// <param name="catalog">The catalog whose searches are moved, so that single documents go along with their pictures; its definition may be broken.</param>
    public CatalogIndexes CreateIndexes(string? catalog = null)
    {
        var loaded = catalog is null ? null : Definition(catalog);
        // What is not known of their pictures is owed: searches do not wait for it.
        var index = loaded is { Errors.Count: 0, Catalogs: [var definition] } ? IndexOf(definition, TimeSpan.Zero) : Index;
        return new(index, Runs, _workspace.DataFolder, _workspace.Folder, _time);
    }

    /// <summary>What waits for approval.</summary>
    /// <param name="definition">The catalog's definition, where something is to be approved.</param>
    public CatalogHolds CreateHolds(CatalogDefinition? definition = null) =>
        new(definition is null ? Index : IndexOf(definition), Runs, _workspace.DataFolder, _workspace.Folder, _time);

    /// <summary>One catalog's definition or its errors, without reading the others.</summary>
    public LoadResult Definition(string catalog) => _workspace.LoadCatalog(catalog);

    /// <summary>
    /// A catalog's definition for writing what was planned by it. A plan can be applied although the definition is broken by now; but not where pictures belong to
    /// its documents, as only the definition says what is added to them.
    /// </summary>
    /// <exception cref="DefinitionsException">It has errors, and the catalog's documents have pictures.</exception>
    public CatalogDefinition? DefinitionToWrite(string catalog)
    {
        var loaded = Definition(catalog);
        if (loaded.Errors.Count == 0)
            return loaded.Catalogs[0];
        return CatalogImages.HasPictures(_workspace.DataFolder, catalog) ? throw new DefinitionsException(loaded.Errors) : null;
    }

    /// <summary>The names of the catalogs by their files, without reading them.</summary>
    public IReadOnlyList<string> CatalogNames { get; }

    /// <summary>The usual terms; tests that suspend an owner cannot wait for two minutes.</summary>
    private static LeaseTerms? Terms() =>
        double.TryParse(Environment.GetEnvironmentVariable(LeaseSecondsVariable), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds > 0
            ? new LeaseTerms { Expiry = TimeSpan.FromSeconds(seconds), Heartbeat = TimeSpan.FromSeconds(seconds / 10) }
            : null;

    private static List<string> NamesIn(string folder) => !Directory.Exists(folder) ? [] :
    [
        .. Directory.EnumerateFiles(folder, "*.yaml").Select(file => Path.GetFileNameWithoutExtension(file))
            .Where(name => CatalogName.ProblemOf(name) is null).Order(StringComparer.Ordinal),
    ];

    /// <summary>The index as it is for a catalog: one that enriches documents, where the definition asks for that.</summary>
    private IIndexEngine IndexOf(CatalogDefinition definition, TimeSpan? patience = null)
    {
        var enriched = Pictures.Enrich(Index, definition, _workspace.DataFolder, _workspace.Folder, _time, patience);
        if (enriched != Index)
            _enriched.Add(enriched);
        return enriched;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var enriched in _enriched)
            await enriched.DisposeAsync();
        await Pictures.DisposeAsync();
        if (_index.IsValueCreated)
            await _index.Value.DisposeAsync();
    }
}
