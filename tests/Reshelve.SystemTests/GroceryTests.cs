using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace Reshelve.SystemTests;

/// <summary>Eight days of a supermarket's full feeds, counted independently; one of them is empty, as really happened.</summary>
public sealed class GroceryTests : IDisposable
{
    private const string EmptyDay = "2023-10-26";

    private const string Fields = """
        id: id
        fields:
          name: { type: text, boost: 2 }
          category: { type: keyword, facet: true }
          unit: { type: keyword, facet: true }
          quantity: number
          isWeighted: boolean
          bio: boolean
          price: { type: number, volatile: true }
          priceSince: { type: keyword, volatile: true }
          unavailable: { type: boolean, volatile: true }
        """;

    private readonly TemporaryWorkspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Theory]
    [InlineData("jsonl")]
    [InlineData("json")]
    [InlineData("csv")]
    [InlineData("xml")]
    public async Task Every_day_changes_exactly_what_was_counted_and_the_empty_feed_is_held(string format)
    {
        var data = RealData.PathOf("grocery-daily");
        _workspace.WithCatalog("grocery", $"source: feed.{format}\nformat: {format}\n{Fields}\n");
        using var expected = JsonDocument.Parse(File.ReadAllText(Path.Combine(data, "expected-changes.json")));
        var days = expected.RootElement.EnumerateArray().ToDictionary(day => day.Text("feed"), StringComparer.Ordinal);

        foreach (var snapshot in Directory.EnumerateFiles(data, "*.jsonl.gz").Order(StringComparer.Ordinal))
        {
            var feed = _workspace.Write($"feed.{format}", Rewritten(snapshot, format));
            var outcome = await _workspace.RunAsync("sync", "grocery", "--feed", feed, "--json");
            if (snapshot.Contains(EmptyDay, StringComparison.Ordinal))
                ShouldBeHeld(outcome.ShouldEndWith(3).Json);
            else
                ShouldBe(outcome.ShouldEndWith(0).Json, days[Path.GetFileName(snapshot)], Path.GetFileName(snapshot));
        }

        var all = (await _workspace.RunAsync("search", "grocery", "--limit", "1", "--json")).ShouldEndWith(0).Json;
        all.Count("total").ShouldBe(25_729);
    }

    [Fact]
    public async Task The_definition_that_init_writes_tells_patches_from_replacements()
    {
        var data = RealData.PathOf("grocery-daily");
        var snapshots = Directory.EnumerateFiles(data, "*.jsonl.gz").Order(StringComparer.Ordinal).ToList();
        (await _workspace.RunAsync("init", snapshots[0], "--name", "grocery")).ShouldEndWith(0);
        var definition = File.ReadAllText(_workspace.PathOf("catalogs/grocery.yaml"));
        foreach (var field in new[] { "price", "priceSince", "unavailable" })
            definition = DefinitionEdit.MakeVolatile(definition, field);
        _workspace.WithCatalog("grocery", definition);

        (await _workspace.RunAsync("sync", "grocery", "--feed", snapshots[0], "--json")).ShouldEndWith(0).Json.Count("added").ShouldBe(25_709);
        var second = (await _workspace.RunAsync("sync", "grocery", "--feed", snapshots[1], "--json")).ShouldEndWith(0).Json;

        (second.Count("added"), second.Count("replaced"), second.Count("patched"), second.Count("removed"), second.Count("unchanged"))
            .ShouldBe((5, 31, 539, 5, 25_134));
    }

    private static void ShouldBeHeld(JsonElement report)
    {
        report.Text("state").ShouldBe("held");
        report.GetProperty("heldReasons").EnumerateArray().ShouldNotBeEmpty();
    }

    private static void ShouldBe(JsonElement report, JsonElement day, string name)
    {
        report.Text("state").ShouldBe("done", name);
        foreach (var (count, expected) in new[]
        {
            ("added", "add"), ("replaced", "replace"), ("patched", "patch"), ("removed", "remove"), ("unchanged", "unchanged"),
        })
            report.Count(count).ShouldBe(day.Count(expected), $"{count} of {name}");
        report.GetProperty("feed").Count("records").ShouldBe(day.Count("records"), name);
        report.Count("rejected").ShouldBe(0, name);
        report.Count("duplicates").ShouldBe(0, name);
    }

    private static byte[] Rewritten(string snapshot, string format)
    {
        if (format == "jsonl")
            return File.ReadAllBytes(snapshot);
        using var reader = new StreamReader(new GZipStream(File.OpenRead(snapshot), CompressionMode.Decompress), Encoding.UTF8);
        var lines = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return Encoding.UTF8.GetBytes(format switch
        {
            "json" => FeedRewriter.ToJsonArray(lines),
            // An empty feed still has the header that its days before had.
            "csv" => lines.Length > 0 ? FeedRewriter.ToCsv(lines) : "store,id,name,category,unavailable,price,priceSince,unit,quantity,isWeighted,bio,url\n",
            "xml" => FeedRewriter.ToXml(lines),
            _ => throw new ArgumentOutOfRangeException(nameof(format)),
        });
    }
}
