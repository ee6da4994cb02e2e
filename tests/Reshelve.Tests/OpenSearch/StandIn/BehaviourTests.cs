using Reshelve.StandIn;
using Reshelve.Tests.Host;

namespace Reshelve.Tests.OpenSearch.StandIn;

/// <summary>What the recordings do not show, and servers are known to do.</summary>
public sealed class BehaviourTests
{
    [Fact]
    public async Task Searches_see_what_was_written_when_the_interval_has_passed()
    {
        var time = new ManualTime();
        await using var client = await StandInClient.StartAsync(new() { Time = time });
        await client.SendAsync("PUT", "/shop", """{"settings":{"refresh_interval":"5s"}}""");
        await client.WriteAsync("shop", "a", 1);

        (await client.CountAsync("shop")).ShouldBe(0);
        (await client.SendAsync("GET", "/shop/_doc/a")).Status.ShouldBe(200);
        time.Advance(TimeSpan.FromSeconds(4));
        (await client.CountAsync("shop")).ShouldBe(0);
        time.Advance(TimeSpan.FromSeconds(1));
        (await client.CountAsync("shop")).ShouldBe(1);
    }

    [Fact]
    public async Task An_index_that_is_not_to_be_refreshed_is_so_only_when_asked()
    {
        var time = new ManualTime();
        await using var client = await StandInClient.StartAsync(new() { Time = time });
        await client.SendAsync("PUT", "/shop", """{"settings":{"refresh_interval":"-1"}}""");
        await client.WriteAsync("shop", "a", 1);
        time.Advance(TimeSpan.FromDays(1));
        (await client.CountAsync("shop")).ShouldBe(0);
        await client.SendAsync("POST", "/shop/_refresh");
        (await client.CountAsync("shop")).ShouldBe(1);
    }

    [Fact]
    public async Task A_removal_keeps_older_writes_out_only_for_as_long_as_it_is_remembered()
    {
        var time = new ManualTime();
        await using var client = await StandInClient.StartAsync(new() { Time = time });
        await client.SendAsync("PUT", "/shop", """{"settings":{"gc_deletes":"15m"}}""");
        await client.WriteAsync("shop", "a", 1);
        await client.RemoveAsync("shop", "a", 5);

        time.Advance(TimeSpan.FromMinutes(14));
        Status(await client.WriteAsync("shop", "a", 4)).ShouldBe(409);
        time.Advance(TimeSpan.FromMinutes(2));
        Status(await client.WriteAsync("shop", "a", 4)).ShouldBe(201);
    }

    [Fact]
    public async Task A_write_to_a_name_that_is_gone_makes_an_index_of_it_unless_an_alias_is_required()
    {
        await using var client = await StandInClient.StartAsync();
        await client.SendAsync("POST", "/shop/_bulk?require_alias=true", StandInClient.Index("a", 1, "{}"));
        client.Server.Indexes.ShouldBeEmpty();
        await client.RemoveAsync("shop", "a", 1);
        client.Server.Indexes.ShouldBe(["shop"]);
    }

    [Fact]
    public async Task A_scroll_sees_the_index_as_it_was_until_it_is_closed()
    {
        await using var client = await StandInClient.StartAsync(new() { RefreshAtOnce = true });
        foreach (var id in new[] { "a", "b", "c" })
            await client.WriteAsync("shop", id, 1);
        var (_, first) = await client.SendAsync("POST", "/shop/_search?scroll=5m", """{"size":2,"sort":["_doc"]}""");
        var scroll = first["_scroll_id"]!.ToString();
        await client.RemoveAsync("shop", "c", 2);
        await client.WriteAsync("shop", "d", 2);

        var next = $$"""{"scroll":"5m","scroll_id":"{{scroll}}"}""";
        Ids((await client.SendAsync("POST", "/_search/scroll", next)).Body).ShouldBe(["c"]);
        Ids((await client.SendAsync("POST", "/_search/scroll", next)).Body).ShouldBeEmpty();
        client.Server.OpenSearches.ShouldBe(1);
        (await client.SendAsync("DELETE", "/_search/scroll", $$"""{"scroll_id":"{{scroll}}"}""")).Status.ShouldBe(200);
        client.Server.OpenSearches.ShouldBe(0);
        (await client.SendAsync("POST", "/_search/scroll", next)).Status.ShouldBe(404);
    }

    [Fact]
    public async Task A_document_comes_back_byte_for_byte()
    {
        const string Document = """{ "title" : "caf\u00e9 \ud800" , "price":1.50,"":{}}""";
        await using var client = await StandInClient.StartAsync();
        Status(await client.WriteAsync("shop", "a", 1, Document)).ShouldBe(400);
        var fine = Document.Replace(""","":{}""", "", StringComparison.Ordinal);
        Status(await client.WriteAsync("shop", "a", 1, fine)).ShouldBe(201);
        using var plain = new HttpClient();
        (await plain.GetStringAsync(new Uri(client.Server.Url, "/shop/_doc/a"))).ShouldContain(fine);
    }

    [Fact]
    public async Task Products_and_versions_name_themselves_and_differ_where_they_do()
    {
        foreach (var (flavor, distribution, hasTypes) in new[]
        {
            (ServerFlavor.Elasticsearch710, null, true), (ServerFlavor.Elasticsearch9, null, false),
            (ServerFlavor.OpenSearch1, "opensearch", true), (ServerFlavor.OpenSearch3, "opensearch", false),
        })
        {
            await using var client = await StandInClient.StartAsync(new() { Flavor = flavor });
            var info = (await client.SendAsync("GET", "/")).Body["version"]!;
            info["distribution"]?.ToString().ShouldBe(distribution);
            info["number"]!.ToString().ShouldBe(flavor.Version.ToString());
            (await client.WriteAsync("shop", "a", 1)).Body["items"]![0]!["index"]!.AsObject().ContainsKey("_type").ShouldBe(hasTypes);
        }
    }

    private static int Status((int Status, System.Text.Json.Nodes.JsonNode Body) answer) =>
        answer.Body["items"]![0]!.AsObject().First().Value!["status"]!.GetValue<int>();

    private static IEnumerable<string> Ids(System.Text.Json.Nodes.JsonNode answer) =>
        answer["hits"]!["hits"]!.AsArray().Select(hit => hit!["_id"]!.ToString());
}
