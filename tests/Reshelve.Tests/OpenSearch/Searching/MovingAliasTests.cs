using System.Text.Json.Nodes;
using Reshelve.Catalogs;
using Reshelve.Feeds;
using Reshelve.Indexing;
using Reshelve.OpenSearch;
using Reshelve.Searching;
using Reshelve.Tests.Host;
using Reshelve.Tests.OpenSearch.Indexing;

namespace Reshelve.Tests.OpenSearch.Searching;

public sealed class MovingAliasTests : IAsyncDisposable
{
    private static readonly IndexSchema Other = new([Shelf.Field("colour", FieldType.Keyword) with { Facet = true }]);

    private readonly SmallCluster _cluster = new();
    private readonly ManualTime _time = new();
    private readonly OpenSearchIndexEngine _engine;

    public MovingAliasTests()
    {
        _engine = _cluster.Open(time: _time);
        _cluster.Search = Answer;
    }

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task The_fields_of_an_index_are_looked_up_once()
    {
        await MakeLiveAsync("shop_1", Shelf.Schema);
        _cluster.Requests.Clear();
        for (var i = 0; i < 3; i++)
            (await _engine.SearchAsync("shop", new SearchRequest { Facets = ["brand"] }, default)).Hits.ShouldHaveSingleItem();
        _cluster.Requests.ShouldBe(["GET /p-shop", "POST /p-shop/_search", "POST /p-shop/_search", "POST /p-shop/_search"]);
    }

    [Fact]
    public async Task A_search_that_another_index_answers_is_made_again_for_its_fields()
    {
        await MakeLiveAsync("shop_1", Shelf.Schema);
        await _engine.SearchAsync("shop", new SearchRequest { Query = "red" }, default);
        await using (var another = _cluster.Open())
        {
            await another.CreateAsync("shop_2", "shop", Other, IndexOrigin.None, default);
            await another.PromoteAsync("shop", "shop_2", default);
        }

        // The new index has no text, so that words match nothing; the old request would have met a hit.
        var result = await _engine.SearchAsync("shop", new SearchRequest { Query = "red" }, default);
        result.Total.ShouldBe(0);
        _cluster.Requests.Last().ShouldBe("POST /p-shop/_search");
    }

    [Fact]
    public async Task A_field_that_only_the_new_index_has_can_be_asked_for_once_the_old_one_is_not_fresh()
    {
        await MakeLiveAsync("shop_1", Shelf.Schema);
        await _engine.SearchAsync("shop", new SearchRequest(), default);
        await using (var another = _cluster.Open())
        {
            await another.CreateAsync("shop_2", "shop", Other, IndexOrigin.None, default);
            await another.PromoteAsync("shop", "shop_2", default);
        }

        _time.Advance(TimeSpan.FromSeconds(2));
        (await _engine.SearchAsync("shop", new SearchRequest { Facets = ["colour"] }, default)).Facets.Keys.ShouldBe(["colour"]);
        await Should.ThrowAsync<SearchRequestException>(() => _engine.SearchAsync("shop", new SearchRequest { Facets = ["brand"] }, default));
    }

    [Fact]
    public async Task What_is_not_indexed_or_not_ours_says_so()
    {
        (await Should.ThrowAsync<ReshelveException>(() => _engine.SearchAsync("shop", new SearchRequest(), default))).Message.ShouldContain("nothing is indexed under 'p-shop'");
        _cluster.Make("legacy", "p-shop");
        (await Should.ThrowAsync<ReshelveException>(() => _engine.SearchAsync("shop", new SearchRequest(), default))).Message.ShouldContain("'legacy'");
        _cluster.Make("more", "p-shop");
        (await Should.ThrowAsync<ReshelveException>(() => _engine.SearchAsync("shop", new SearchRequest(), default))).Message.ShouldContain("2 indexes");
    }

    [Fact]
    public async Task What_is_gone_since_it_was_looked_up_says_so_in_our_words()
    {
        await _engine.CreateAsync("shop_1", "shop", Shelf.Schema, IndexOrigin.None, default);
        _cluster.Search = (_, _) => (404, """{"error":{"type":"index_not_found_exception","reason":"no such index"},"status":404}""");
        await Should.ThrowAsync<ReshelveException>(() => _engine.SearchAsync("shop_1", new SearchRequest(), default));
        await _engine.DropAsync("shop_1", default);
        (await Should.ThrowAsync<ReshelveException>(() => _engine.SearchAsync("shop_1", new SearchRequest(), default))).Message.ShouldContain("nothing is indexed under 'p-shop_1'");
    }

    private async Task MakeLiveAsync(string index, IndexSchema schema)
    {
        await _engine.CreateAsync(index, "shop", schema, IndexOrigin.None, default);
        await _engine.PromoteAsync("shop", index, default);
    }

    // One hit for whatever is asked of an index, unless nothing can match.
    private (int Status, string Body) Answer(string name, JsonNode request)
    {
        var index = _cluster.TargetsOf(name).Single();
        var matches = request["query"]!["match_none"] is null;
        var hit = new JsonObject { ["_index"] = index, ["_id"] = "1", ["_score"] = null, ["_source"] = new JsonObject { ["reshelve_id"] = "1" } };
        var hits = new JsonObject { ["total"] = new JsonObject { ["value"] = matches ? 1 : 0 }, ["hits"] = matches ? new JsonArray(hit) : [] };
        return (200, new JsonObject { ["timed_out"] = false, ["_shards"] = new JsonObject { ["failed"] = 0 }, ["hits"] = hits }.ToJsonString());
    }
}
