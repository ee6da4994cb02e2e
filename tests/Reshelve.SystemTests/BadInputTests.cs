using System.Text;
using System.Text.Json;

namespace Reshelve.SystemTests;

/// <summary>What bad input gets, as a user sees it.</summary>
public sealed class BadInputTests : IDisposable
{
    private readonly TemporaryWorkspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Broken_records_are_kept_aside_with_position_and_reason_and_stop_nothing()
    {
        _workspace.WithCatalog("shop", Some.ProductsYaml + "\nlimits: { record: 4 KiB }\n");
        byte[][] records =
        [
            "{\"id\":\"good1\",\"title\":\"one\",\"price\":1}"u8.ToArray(),
            "{\"id\":\"broken\",\"title\":"u8.ToArray(),
            "{\"id\":\"type\",\"title\":\"x\",\"price\":\"on request\"}"u8.ToArray(),
            "{\"title\":\"no id\",\"price\":1}"u8.ToArray(),
            Encoding.UTF8.GetBytes($"{{\"id\":\"{new string('i', 513)}\",\"title\":\"x\"}}"),
            [.. "{\"id\":\"utf8\",\"title\":\""u8, 0xc3, 0x28, .. "\"}"u8],
            Encoding.UTF8.GetBytes($"{{\"id\":\"large\",\"title\":\"{new string('x', 5_000)}\"}}"),
            Encoding.UTF8.GetBytes($"{{\"id\":\"deep\",\"note\":{new string('[', 70)}{new string(']', 70)}}}"),
            "{\"id\":\"good2\",\"title\":\"two\",\"price\":2}"u8.ToArray(),
        ];
        _workspace.Write("products.jsonl", [.. records.SelectMany(record => record.Append((byte)'\n'))]);

        var report = (await _workspace.RunAsync("sync", "shop", "--json")).ShouldEndWith(4).Json;

        (report.Text("state"), report.Count("added"), report.Count("rejected")).ShouldBe(("done", 2, 7));
        (await _workspace.IdsAsync("shop")).ShouldBe(["good1", "good2"]);
        var rejected = (await _workspace.RunAsync("rejected", "shop", "--json")).ShouldEndWith(0).Lines;
        rejected.Select(record => record.Count("record")).ShouldBe([2, 3, 4, 5, 6, 7, 8]);
        foreach (var record in rejected)
        {
            record.Text("reason").Length.ShouldBeGreaterThan(10);
            var bytes = record.GetProperty("bytes").GetBytesFromBase64();
            records[record.Count("record") - 1].AsSpan().StartsWith(bytes).ShouldBeTrue($"the bytes of record {record.Count("record")}");
        }

        rejected.Single(record => record.Count("record") == 3).Text("field").ShouldBe("price");
        var shown = (await _workspace.RunAsync("rejected", "shop")).ShouldEndWith(0).Out;
        shown.ShouldContain("record 3");
        shown.ShouldContain("on request");
    }

    [Fact]
    public async Task A_record_that_is_rejected_today_keeps_its_last_good_document()
    {
        _workspace.WithCatalog("shop", Some.ProductsYaml);
        _workspace.Write("products.jsonl", Some.Products(3));
        (await _workspace.RunAsync("sync", "shop")).ShouldEndWith(0);
        _workspace.Write("products.jsonl", Some.Products([1, 3]) + "{\"id\":\"p2\",\"price\":\"?\"}\n");

        (await _workspace.RunAsync("sync", "shop")).ShouldEndWith(4);

        (await _workspace.IdsAsync("shop")).ShouldBe(["p1", "p2", "p3"]);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("json")]
    [InlineData("csv")]
    [InlineData("xml")]
    public async Task An_incomplete_feed_fails_and_removes_nothing(string kind)
    {
        var format = kind == "gzip" ? "jsonl" : kind;
        var lines = Some.Products(200).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string Written(IReadOnlyList<string> records) => format switch
        {
            "json" => FeedRewriter.ToJsonArray(records),
            "csv" => FeedRewriter.ToCsv(records),
            "xml" => FeedRewriter.ToXml(records),
            _ => string.Join('\n', records) + "\n",
        };
        _workspace.WithCatalog("shop", Some.ProductsYaml.Replace("products.jsonl", "feed", StringComparison.Ordinal).Replace("format: jsonl", $"format: {format}", StringComparison.Ordinal));
        _workspace.Write("feed", Written(lines));
        (await _workspace.RunAsync("sync", "shop")).ShouldEndWith(0);

        var changed = lines.Skip(100).Select(line => line.Replace("Product", "Changed", StringComparison.Ordinal)).ToList();
        var cut = kind switch
        {
            "gzip" => Some.Gzip(Written(changed))[..^20],
            "csv" => Encoding.UTF8.GetBytes(Written(changed) + "p9,\"never closed\n"),
            _ => Encoding.UTF8.GetBytes(Written(changed))[..^30],
        };
        _workspace.Write("feed", cut);
        var report = (await _workspace.RunAsync("sync", "shop", "--json")).ShouldEndWith(1).Json;

        report.Text("state").ShouldBe("failed");
        report.Text("error").Length.ShouldBeGreaterThan(20);
        var after = (await _workspace.RunAsync("search", "shop", "--limit", "1000", "--json")).ShouldEndWith(0);
        after.Json.Count("total").ShouldBe(200);
        after.Out.ShouldNotContain("Changed");
        (await _workspace.RunAsync("runs", "shop", "--json")).ShouldEndWith(0).Lines[0].Text("state").ShouldBe("failed");
    }

    [Fact]
    public async Task An_empty_feed_is_held_with_its_reason()
    {
        _workspace.WithCatalog("shop", Some.ProductsYaml);
        _workspace.Write("products.jsonl", Some.Products(5));
        (await _workspace.RunAsync("sync", "shop")).ShouldEndWith(0);
        _workspace.Write("products.jsonl", "");

        var held = (await _workspace.RunAsync("sync", "shop")).ShouldEndWith(3);

        held.Out.ShouldContain("held, nothing applied");
        held.Out.ShouldContain("empty");
        (await _workspace.IdsAsync("shop")).Count.ShouldBe(5);
    }

    [Fact]
    public async Task A_feed_that_is_not_there_fails_by_name()
    {
        _workspace.WithCatalog("shop", Some.ProductsYaml);

        (await _workspace.RunAsync("sync", "shop")).ShouldEndWith(1).Out.ShouldContain("products.jsonl");
    }

    [Fact]
    public async Task One_catalogs_failure_never_stops_another()
    {
        _workspace.WithCatalog("absent", Some.ProductsYaml.Replace("products", "absent", StringComparison.Ordinal)).WithCatalog("shop", Some.ProductsYaml);
        _workspace.Write("products.jsonl", Some.Products(3));

        var reports = (await _workspace.RunAsync("sync", "--json")).ShouldEndWith(1).Lines;

        reports.Select(report => (report.Text("catalog"), report.Text("state"))).Order().ShouldBe([("absent", "failed"), ("shop", "done")]);
    }

    [Fact]
    public async Task A_feed_that_expands_without_end_is_refused()
    {
        _workspace.WithCatalog("shop", Some.ProductsYaml + "\nlimits: { feed: 1 MiB }\n");
        _workspace.Write("products.jsonl", Some.Gzip(Some.Products(30_000)));

        (await _workspace.RunAsync("sync", "shop")).ShouldEndWith(1).Out.ShouldContain("limit");
    }

    [Fact]
    public async Task Names_that_would_steer_a_terminal_are_shown_harmless()
    {
        _workspace.WithCatalog("shop", Some.ProductsYaml);
        _workspace.Write("products.jsonl", "{\"id\":\"p\\u001b[2J\",\"title\":\"red \\u001b]0;owned\\u0007 shoe\",\"price\":\"\\u001b[31m\"}\n{\"id\":\"q\\u001b[2J\",\"title\":\"red \\u001b]0;owned\\u0007 shoe\"}\n");

        var sync = await _workspace.RunAsync("sync", "shop");
        var search = await _workspace.RunAsync("search", "shop", "shoe");
        var rejected = await _workspace.RunAsync("rejected", "shop");

        foreach (var outcome in new[] { sync, search, rejected })
            (outcome.Out + outcome.Error).ShouldNotContain("\e");
        search.ShouldEndWith(0).Out.ShouldContain("owned");
    }
}
