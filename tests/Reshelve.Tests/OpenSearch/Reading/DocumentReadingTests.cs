using System.Text.Json.Nodes;
using Reshelve.Feeds;
using Reshelve.Indexing;
using Reshelve.Tests.OpenSearch.Indexing;

namespace Reshelve.Tests.OpenSearch.Reading;

public sealed class DocumentReadingTests : IAsyncDisposable
{
    private const string Index = "shop_1";

    private readonly SmallCluster _cluster = new();
    private readonly Queue<(int Status, string Body)> _pages = new();
    private readonly List<string> _scrolls = [];

    public DocumentReadingTests()
    {
        _cluster.Search = (_, _) => _pages.Dequeue();
        _cluster.Other = (method, path, body) =>
        {
            _scrolls.Add($"{method} {JsonNode.Parse(body)!["scroll_id"]}");
            return method == "DELETE" ? (200, """{"succeeded":true}""") : _pages.Dequeue();
        };
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task All_pages_are_read_by_the_newest_handle_and_the_snapshot_is_given_back()
    {
        Page("s1", 3, "a", "b");
        Page("s2", 3, "c");
        Page("s2", 3);
        (await ReadAsync()).ShouldBe(["a", "b", "c"]);
        _scrolls.ShouldBe(["POST s1", "POST s2", "DELETE s2"]);
    }

    [Fact]
    public async Task A_page_that_was_lost_on_the_way_is_an_error_in_the_end()
    {
        Page("s", 3, "a");
        Page("s", 3, "c");
        Page("s", 3);
        (await Should.ThrowAsync<ReshelveException>(ReadAsync)).Message.ShouldContain("only 2");
        _scrolls.Last().ShouldBe("DELETE s");
    }

    [Fact]
    public async Task A_snapshot_that_the_server_dropped_is_an_error_that_says_so()
    {
        Page("s", 3, "a");
        _pages.Enqueue((404, """{"error":{"type":"search_phase_execution_exception","reason":"all shards failed"},"status":404}"""));
        (await Should.ThrowAsync<ReshelveException>(ReadAsync)).Message.ShouldContain("dropped the snapshot");
    }

    [Fact]
    public async Task A_reader_that_stops_early_gives_the_snapshot_back()
    {
        Page("s", 3, "a", "b");
        (await ReadAsync(atMost: 1)).ShouldBe(["a"]);
        _scrolls.ShouldBe(["DELETE s"]);
    }

    [Fact]
    public async Task What_cannot_be_an_id_is_not_asked_for_and_what_cannot_be_read_is_an_error()
    {
        var asked = new List<string>();
        _cluster.Other = (_, _, body) =>
        {
            asked.Add(body);
            return (200, """{"docs":[{"_id":"a","_version":7340035,"found":true,"_source":{"reshelve_id":"a","x":1.50}},{"_id":"b","found":false}]}""");
        };
        await using var engine = await OpenAsync();
        var documents = await engine.GetAsync(Index, ["a", "", "b", "a", new string('x', 513)], default);
        asked.ShouldBe(["""{"ids":["a","b"]}"""]);
        documents.Keys.ShouldBe(["a"]);
        documents["a"].Sequence.ShouldBe(7);
        Shelf.Text(documents["a"].Body).ShouldBe("""{"x":1.50}""");

        _cluster.Other = (_, _, _) => (200, """{"docs":[{"_id":"a","error":{"type":"index_not_found_exception","reason":"no such index"}}]}""");
        (await Should.ThrowAsync<ReshelveException>(() => engine.GetAsync(Index, ["a"], default))).Message.ShouldContain("no such index");
    }

    private void Page(string scroll, int total, params string[] ids)
    {
        var hits = ids.Select(id => (JsonNode?)new JsonObject { ["_index"] = "p-" + Index, ["_id"] = id, ["_source"] = new JsonObject { ["reshelve_id"] = id } });
        _pages.Enqueue((200, new JsonObject
        {
            ["_scroll_id"] = scroll,
            ["hits"] = new JsonObject { ["total"] = new JsonObject { ["value"] = total }, ["hits"] = new JsonArray([.. hits]) },
        }.ToJsonString()));
    }

    private async Task<IIndexEngine> OpenAsync()
    {
        var engine = _cluster.Open();
        await engine.CreateAsync(Index, "shop", Shelf.Schema, IndexOrigin.None, default);
        return engine;
    }

    private Task<List<string>> ReadAsync() => ReadAsync(int.MaxValue);

    private async Task<List<string>> ReadAsync(int atMost)
    {
        await using var engine = await OpenAsync();
        var ids = new List<string>();
        await foreach (var (id, document) in engine.ReadAllAsync(Index, default))
        {
            Shelf.Text(document).ShouldBe("{}");
            ids.Add(id);
            if (ids.Count == atMost)
                break;
        }

        return ids;
    }
}
