using System.Text;
using System.Text.Json;
using Reshelve.Catalogs;
using Reshelve.Embedded;
using Reshelve.Embedded.Images;
using Reshelve.Enriching;
using Reshelve.Running;
using Reshelve.Searching;
using Reshelve.Tests.Host;
using Reshelve.Tests.Syncing;

namespace Reshelve.Tests.Enriching;

/// <summary>A workspace whose catalogs have pictures, with the real index and memories; the pictures and the tagger are the test's.</summary>
internal sealed class ImageBench : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private PictureServices _pictures = null!;
    private SqlitePictureStore _store = null!;
    private int _feeds;

    public ImageBench()
    {
        Index = new FaultyIndex(new EmbeddedIndexEngine(_folder["data"], Time));
        Runs = new FileRunStore(_folder["data"], Time);
        Indexes = new CatalogIndexes(Index, Runs, _folder["data"], _folder.Path, Time);
        Open();
    }

    private void Open()
    {
        _store = new SqlitePictureStore(_folder["data/images/pictures.db"], Time);
        _pictures = new PictureServices(
            () => _store, () => Shelf, () => Shelf, new PictureFiles(_folder["data/images"], Time), _ => Tagger, path => new SqliteImageLedger(path));
        Sync = new CatalogSync(Index, Runs, _folder["data"], _folder.Path, Time) { Pictures = _pictures, BatchChanges = 100 };
        Images = new CatalogImages(Index, Runs, _folder["data"], _folder.Path, Time, _pictures);
    }

    public ManualTime Time { get; } = new();

    public PictureShelf Shelf { get; } = new();

    public CountingTagger Tagger { get; } = new();

    public FaultyIndex Index { get; }

    public FileRunStore Runs { get; }

    public CatalogSync Sync { get; private set; } = null!;

    public CatalogImages Images { get; private set; } = null!;

    public CatalogIndexes Indexes { get; }

    public CatalogDefinition Definition { get; set; } = Some.Catalog(
        Some.Field("name"), Some.Field("photo", FieldType.Image), Some.Field("price", FieldType.Number) with { Volatile = true }) with
    {
        Images = new ImageSettings(), Checks = CatalogChecks.None,
    };

    /// <summary>The definition with another interval for its pictures.</summary>
    public CatalogDefinition Revalidating(TimeSpan interval) => Definition with
    {
        Fields = [.. Definition.Fields.Select(field => field.Type == FieldType.Image ? field with { Revalidate = interval } : field)],
    };

    public static string Line(int id, string photo, string name = "thing") => $$"""{"id":"{{id}}","name":"{{name}} {{id}}","photo":"{{photo}}"}""";

    public Task<RunReport> SyncLines(params string[] lines) => SyncLines(lines, new SyncOptions());

    /// <summary>An hour later than the last thing that happened.</summary>
    public Task<RunReport> SyncLines(string[] lines, SyncOptions options)
    {
        var path = _folder[$"feed-{_feeds++}"];
        File.WriteAllLines(path, lines);
        return SyncFile(path, options);
    }

    public Task<RunReport> SyncFile(string path, SyncOptions options)
    {
        Time.Advance(TimeSpan.FromHours(1));
        return Sync.RunAsync(Definition, options with { FeedPath = path }, null, CancellationToken.None);
    }

    public string FileOf(params string[] lines)
    {
        var path = _folder[$"feed-{_feeds++}"];
        File.WriteAllLines(path, lines);
        File.SetLastWriteTimeUtc(path, new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        return path;
    }

    public Task<RunReport> Enrich()
    {
        Time.Advance(TimeSpan.FromHours(1));
        return Images.EnrichAsync(Definition, null, CancellationToken.None);
    }

    public async Task<IReadOnlyList<EventResultText>> Put(params string[] records)
    {
        await using var index = PictureServices.Over(Index, _pictures, Definition, _folder["data"], _folder.Path, Time, PictureServices.PatienceOfEvents)!;
        var results = await new CatalogEvents(index, Runs, _folder["data"]).PutAsync(
            Definition, [.. records.Select(record => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(record))], CancellationToken.None);
        return [.. results.Select(result => new EventResultText(result.Id, $"{result.Outcome}"))];
    }

    public async Task<DriftReport> Verify(bool mend = false)
    {
        await using var index = PictureServices.Over(Index, _pictures, Definition, _folder["data"], _folder.Path, Time)!;
        return await new CatalogRepair(index, Runs, _folder["data"]).VerifyAsync(Definition, mend, CancellationToken.None);
    }

    public async Task RebuildLedger()
    {
        await using var index = PictureServices.Over(Index, _pictures, Definition, _folder["data"], _folder.Path, Time)!;
        await new CatalogRepair(index, Runs, _folder["data"]).RebuildLedgerAsync(Definition, CancellationToken.None);
    }

    /// <summary>Deletes what is known of pictures, as between two runs of the program.</summary>
    public async Task DeleteStoreAsync()
    {
        await _store.DisposeAsync();
        foreach (var file in Directory.EnumerateFiles(_folder["data/images"], "pictures.db*"))
            File.Delete(file);
        Open();
    }

    /// <summary>Moves searches to the index that was left aside, as the program does.</summary>
    public async Task PromoteAsideAsync()
    {
        await using var index = PictureServices.Over(Index, _pictures, Definition, _folder["data"], _folder.Path, Time, TimeSpan.Zero)!;
        var indexes = new CatalogIndexes(index, Runs, _folder["data"], _folder.Path, Time);
        var aside = (await indexes.ListAsync(Definition.Name, CancellationToken.None)).Single(one => one.Registered?.State == Reshelve.Indexing.IndexState.Ready);
        await indexes.PromoteAsync(Definition.Name, aside.Name, CancellationToken.None);
    }

    public Task<ImageStanding> Standing() => Images.StandingAsync(Definition, CancellationToken.None);

    public async Task<List<FailingImage>> Failing()
    {
        var failing = new List<FailingImage>();
        await foreach (var one in Images.FailingAsync(Definition, CancellationToken.None))
            failing.Add(one);
        return failing;
    }

    /// <summary>The tags of each document, by id, in the order of the ids.</summary>
    public async Task<Dictionary<string, string>> Tags()
    {
        var live = (await Index.ListAsync(Definition.Name, CancellationToken.None)).Single(index => index.Live).Name;
        var tags = new Dictionary<string, string>();
        await foreach (var (id, document) in Index.ReadAllAsync(live, CancellationToken.None))
        {
            using var json = JsonDocument.Parse(document);
            tags[id] = json.RootElement.TryGetProperty("photo_tags", out var value)
                ? string.Join(", ", value.EnumerateArray().Select(tag => tag.GetString())) : "";
        }

        return tags;
    }

    public async Task<JsonElement> Document(string id)
    {
        var live = (await Index.ListAsync(Definition.Name, CancellationToken.None)).Single(index => index.Live).Name;
        var found = await Index.GetAsync(live, [id], CancellationToken.None);
        using var json = JsonDocument.Parse(found[id].Body);
        return json.RootElement.Clone();
    }

    public Task<SearchResult> Search(SearchRequest request) => Index.SearchAsync(Definition.Name, request, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await Index.DisposeAsync();
        await _store.DisposeAsync();
        _folder.Dispose();
    }
}

internal sealed record EventResultText(string? Id, string Outcome);
