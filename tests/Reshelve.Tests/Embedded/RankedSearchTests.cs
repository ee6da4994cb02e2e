using System.Text.Json;
using Reshelve.Catalogs;
using Reshelve.Embedded;
using Reshelve.Indexing;
using Reshelve.Planning;
using Reshelve.Searching;

namespace Reshelve.Tests.Embedded;

/// <summary>
/// Searches for single words go past FTS5, by its tables and columns in memory. Here they are compared with the same searches by
/// FTS5, which a filter makes of them that every document passes and that no column can judge.
/// </summary>
public sealed class RankedSearchTests : IAsyncLifetime
{
    private const string Index = "shop_20240101000000";
    private const int Documents = 3000;

    private static readonly RangeFilter ByFts5 = new("link", null, null);

    private static readonly string[] Words =
        ["the", "of", "Sofa", "sofas", "lün", "café", "lamp", "red", "blue", "x", "日本", "wi-fi", "n7", "ÅNGSTRÖM", "rare"];

    private static readonly IndexSchema Schema = new(
    [
        Field("title", FieldType.Text), Field("body", FieldType.Text), Field("tags", FieldType.Text) with { List = true },
        Field("brand", FieldType.Keyword) with { Facet = true }, Field("categories", FieldType.Keyword) with { Facet = true, List = true },
        Field("price", FieldType.Number), Field("stock", FieldType.Integer), Field("available", FieldType.Boolean),
        Field("released", FieldType.Date), Field("link", FieldType.Url),
    ]);

    private readonly int _seed = Seeds.One();
    private readonly string _folder = Directory.CreateTempSubdirectory("reshelve-ranked-").FullName;
    private readonly HashSet<string> _held = [];
    private Random _random = null!;
    private EmbeddedIndexEngine _engine = null!;

    public ValueTask InitializeAsync()
    {
        TestContext.Current.TestOutputHelper!.WriteLine($"Seed {_seed}; replay with RESHELVE_TEST_SEED={_seed}.");
        _random = new Random(_seed);
        _engine = new EmbeddedIndexEngine(_folder, TimeProvider.System);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Single_words_are_found_counted_and_ranked_as_by_FTS5_while_the_index_changes()
    {
        await FillAsync(Documents);
        for (var round = 2; round < 14; round++)
        {
            for (var i = 0; i < 40; i++)
                await CompareAsync(_engine);
            await WriteAsync(round, round % 4 == 0 ? 600 : 25);
            if (round % 5 == 0)
                await _engine.RefreshAsync(Index, default);
        }
    }

    [Fact]
    public async Task Another_process_s_writes_are_seen()
    {
        await FillAsync(Documents);
        await using var other = new EmbeddedIndexEngine(_folder, TimeProvider.System);
        for (var round = 2; round < 8; round++)
        {
            await CompareAsync(other);
            await WriteAsync(round, 50);
            await CompareAsync(other);
        }
    }

    [Fact]
    public async Task A_word_that_a_document_holds_thousands_of_times_counts_each()
    {
        await FillAsync(50);
        string[] texts = [Repeat("lamp", 5000), Repeat("x lamp", 3000) + " sofa", "lamp", Repeat("a", 70_000) + " lamp " + Repeat("b", 300) + " lamp"];
        var batch = texts.Select((text, i) => Add($"long{i}", JsonSerializer.SerializeToUtf8Bytes(new { title = text, body = text, link = "l" }))).ToList();
        await _engine.WriteAsync(Index, batch, 2, default);
        foreach (var query in new[] { "lamp", "lamp sofa", "x", "b lamp", "a" })
            await CompareAsync(_engine, new SearchRequest { Query = query, PrefixLast = false, Facets = ["brand"] });
    }

    [Fact]
    public async Task Numbers_that_no_double_holds_are_compared_exactly()
    {
        await FillAsync(10);
        const long Large = (1L << 53) + 1;
        var batch = new[] { Large - 1, Large, Large + 1 }
            .Select(n => Add($"n{n}", JsonSerializer.SerializeToUtf8Bytes(new { title = "lamp", stock = n, link = "l" }))).ToList();
        await _engine.WriteAsync(Index, batch, 2, default);
        var found = await _engine.SearchAsync(
            "shop", new SearchRequest { Query = "lamp ", Filters = [new RangeFilter("stock", $"{Large}", $"{Large}")] }, default);
        found.Hits.ShouldHaveSingleItem().Id.ShouldBe($"n{Large}");
    }

    [Fact]
    public async Task A_large_index_s_columns_are_loaded_in_the_background_and_closed_with_the_engine()
    {
        await FillAsync(12_000);
        for (var i = 0; i < 4; i++)
            await CompareAsync(_engine);
        await _engine.ColumnsLoadedAsync("shop");
        for (var i = 0; i < 20; i++)
            await CompareAsync(_engine);
        await WriteAsync(2, 300);
        for (var i = 0; i < 20; i++)
            await CompareAsync(_engine);
        await _engine.DisposeAsync();
        Directory.EnumerateFiles(_folder, Index + "*").ShouldHaveSingleItem();
    }

    private Task CompareAsync(EmbeddedIndexEngine engine) => CompareAsync(engine, RandomRequest());

    private async Task CompareAsync(EmbeddedIndexEngine engine, SearchRequest request)
    {
        var ranked = await engine.SearchAsync("shop", request, default);
        var expected = await engine.SearchAsync("shop", request with { Filters = [.. request.Filters, ByFts5] }, default);
        var because = $"seed {_seed}, {request}, {string.Join(", ", request.Filters)}";
        ranked.Total.ShouldBe(expected.Total, because);
        ShouldBeTheSame(ranked.Hits, expected.Hits, because);
        foreach (var facet in request.Facets)
            ranked.Facets[facet].ShouldBe(expected.Facets[facet], because);
    }

    /// <summary>
    /// The same hits in the same order, but for what differs in the last digits of its score: the two ways add up in another order, so
    /// that neighbours may change places and another one of them be the last of the page.
    /// </summary>
    private static void ShouldBeTheSame(IReadOnlyList<SearchHit> hits, IReadOnlyList<SearchHit> expected, string because)
    {
        hits.Count.ShouldBe(expected.Count, because);
        hits.Select(h => h.Id).ShouldBe(hits.OrderByDescending(h => h.Score).ThenBy(h => h.Id, StringComparer.Ordinal).Select(h => h.Id), because);
        for (var i = 0; i < hits.Count; i++)
        {
            var tolerance = 1e-6 * Math.Max(1, Math.Abs(expected[i].Score));
            hits[i].Score.ShouldBe(expected[i].Score, tolerance, because);
            if (hits[i].Id == expected[i].Id)
                continue;
            var edges = new[] { expected[0], expected[^1] };
            var known = (expected.FirstOrDefault(h => h.Id == hits[i].Id) ?? edges.MinBy(edge => Math.Abs(edge.Score - hits[i].Score))!).Score;
            hits[i].Score.ShouldBe(known, tolerance, $"{hits[i].Id} in place of {expected[i].Id}, {because}");
        }
    }

    private SearchRequest RandomRequest()
    {
        var query = string.Join(' ', Enumerable.Range(0, 1 + _random.Next(3)).Select(_ => (_random.Next(8) == 0 ? "-" : "") + Pick(Words)));
        return new SearchRequest
        {
            Query = query,
            PrefixLast = false,
            Match = _random.Next(2) == 0 ? TermMatch.All : TermMatch.Any,
            Facets = ["brand", "categories"],
            Offset = _random.Next(3) == 0 ? _random.Next(10) : 0,
            Limit = _random.Next(30),
            Boosts = _random.Next(2) == 0 ? new Dictionary<string, double>() : new() { ["title"] = _random.Next(5), ["tags"] = 2 },
            Filters = [.. RandomFilters()],
        };
    }

    private IEnumerable<SearchFilter> RandomFilters()
    {
        if (_random.Next(4) == 0)
            yield return new ValuesFilter("brand", [$"b{_random.Next(5)}", $"b{_random.Next(5)}", "none"]);
        if (_random.Next(4) == 0)
            yield return new ValuesFilter("categories", [$"c{_random.Next(6)}"]);
        if (_random.Next(4) == 0)
            yield return new RangeFilter("price", _random.Next(2) == 0 ? null : "10", $"{_random.Next(20, 90)}.5");
        if (_random.Next(5) == 0)
            yield return new RangeFilter("stock", "0.5", null);
        if (_random.Next(5) == 0)
            yield return new ValuesFilter("available", ["true"]);
        if (_random.Next(5) == 0)
            yield return new RangeFilter("released", "2024-03-01", "2024-08-01");
    }

    private async Task FillAsync(int documents)
    {
        await _engine.CreateAsync(Index, "shop", Schema, IndexOrigin.None, default);
        foreach (var ids in Enumerable.Range(0, documents).Select(i => $"id{i}").Chunk(1500))
            (await _engine.WriteAsync(Index, [.. ids.Select(id => Add(id, Document()))], 1, default)).ShouldAllBe(r => r.Acknowledged);
        _held.UnionWith(Enumerable.Range(0, documents).Select(i => $"id{i}"));
        await _engine.RefreshAsync(Index, default);
        await _engine.PromoteAsync("shop", Index, default);
    }

    private async Task WriteAsync(long sequence, int changes)
    {
        var ids = Enumerable.Range(0, changes).Select(_ => $"id{_random.Next(_held.Count + 100)}").Distinct();
        await _engine.WriteAsync(Index, [.. ids.Select(RandomChange)], sequence, default);
    }

    private Change RandomChange(string id)
    {
        if (_random.Next(4) > 0)
            return Add(id, Document());
        return new Change(ChangeKind.Remove, id, default);
    }

    private byte[] Document()
    {
        var document = new Dictionary<string, object?>
        {
            ["title"] = Text(6), ["body"] = Text(40), ["tags"] = new[] { Text(2), Text(2) }, ["link"] = "https://x/",
            ["categories"] = Enumerable.Range(0, _random.Next(4)).Select(_ => $"c{_random.Next(6)}").ToArray(),
        };
        if (_random.Next(5) > 0)
            document["brand"] = $"b{_random.Next(5)}";
        if (_random.Next(5) > 0)
            document["price"] = _random.Next(10_000) / 100.0;
        if (_random.Next(5) > 0)
            document["stock"] = _random.Next(4);
        if (_random.Next(5) > 0)
            document["available"] = _random.Next(2) == 0;
        if (_random.Next(5) > 0)
            document["released"] = new DateTime(2024, 1 + _random.Next(12), 1 + _random.Next(28)).ToString("yyyy-MM-dd");
        return JsonSerializer.SerializeToUtf8Bytes(document);
    }

    // The first words are the common ones.
    private string Text(int most) =>
        string.Join(' ', Enumerable.Range(0, _random.Next(most)).Select(_ => Words[(int)(Math.Pow(_random.NextDouble(), 3) * Words.Length)]));

    private string Pick(string[] words) => words[_random.Next(words.Length)];

    private static string Repeat(string text, int times) => string.Join(' ', Enumerable.Repeat(text, times));

    private static Change Add(string id, byte[] document) => new(ChangeKind.Add, id, document);

    private static FieldDefinition Field(string name, FieldType type) => new() { Name = name, From = FieldPath.Of(name), Type = type };
}
