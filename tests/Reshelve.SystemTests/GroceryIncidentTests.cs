using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace Reshelve.SystemTests;

/// <summary>
/// The same eight days with what feeds do to one: a day that is empty, as really happened, a day of which two thirds are lost, and a day on
/// which every id was renewed. Nothing is wrongly removed, and the next good day brings everything back to the exact counts.
/// </summary>
public sealed class GroceryIncidentTests : IDisposable
{
    private const string EmptyDay = "2023-10-26";
    private const string TruncatedAfter = "2023-10-25";
    private const string RenewedAfter = "2023-10-28";

    private const string Definition = """
        source: feed.jsonl
        format: jsonl
        id: id
        fields:
          name: { type: text, boost: 2 }
          price: { type: number, volatile: true }
          priceSince: { type: keyword, volatile: true }
          unavailable: { type: boolean, volatile: true }
        """;

    private readonly TemporaryWorkspace _workspace = new TemporaryWorkspace().WithCatalog("grocery", Definition + "\n");

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Bad_days_between_good_ones_remove_nothing_and_the_next_good_day_is_exact()
    {
        var data = RealData.PathOf("grocery-daily");
        using var expected = JsonDocument.Parse(File.ReadAllText(Path.Combine(data, "expected-changes.json")));
        var days = expected.RootElement.EnumerateArray().ToDictionary(day => day.Text("feed"), StringComparer.Ordinal);

        foreach (var snapshot in Directory.EnumerateFiles(data, "*.jsonl.gz").Order(StringComparer.Ordinal))
        {
            var lines = Lines(snapshot);
            if (snapshot.Contains(EmptyDay, StringComparison.Ordinal))
            {
                await ShouldBeHeldAsync(lines, "empty feed", "plan");
                continue;
            }

            var good = (await SyncAsync(lines)).ShouldEndWith(0).Json;
            var day = days[Path.GetFileName(snapshot)];
            (good.Count("added"), good.Count("replaced"), good.Count("patched"), good.Count("removed"), good.Count("unchanged"))
                .ShouldBe((day.Count("add"), day.Count("replace"), day.Count("patch"), day.Count("remove"), day.Count("unchanged")), snapshot);
            if (snapshot.Contains(TruncatedAfter, StringComparison.Ordinal))
                await ShouldBeHeldAsync(lines[..(lines.Length / 3)], "smaller feed", "removals");
            if (snapshot.Contains(RenewedAfter, StringComparison.Ordinal))
                await ShouldBeHeldAsync([.. lines.Select(Renewed)], "renewed ids", "plan");
            await ShouldHoldAsync(day.Count("ids"));
        }

        (await _workspace.RunAsync("held", "--json")).ShouldEndWith(0).Out.ShouldBeEmpty();
    }

    /// <summary>Syncs a bad day: one check holds it, it is shown as held, and all documents stay.</summary>
    private async Task ShouldBeHeldAsync(string[] lines, string check, string part)
    {
        var before = await TotalAsync();
        var report = (await SyncAsync(lines)).ShouldEndWith(3).Json;
        report.Text("state").ShouldBe(part == "plan" ? "held" : "done");
        report.GetProperty("checks").EnumerateArray().Where(verdict => verdict.Text("verdict") == "held").ShouldHaveSingleItem()
            .Text("check").ShouldBe(check);
        (await TotalAsync()).ShouldBe(before);

        var held = (await _workspace.RunAsync("held", "grocery", "--json")).ShouldEndWith(3).Json;
        (held.Count("run"), held.Text("holds")).ShouldBe((report.Count("run"), part));
    }

    private async Task ShouldHoldAsync(long count) => (await TotalAsync()).ShouldBe(count);

    private async Task<long> TotalAsync() =>
        (await _workspace.RunAsync("search", "grocery", "--limit", "1", "--json")).ShouldEndWith(0).Json.Count("total");

    private Task<Outcome> SyncAsync(string[] lines) =>
        _workspace.RunAsync("sync", "grocery", "--feed", _workspace.Write("feed.jsonl", string.Concat(lines.Select(line => line + "\n"))), "--json");

    private static string Renewed(string line)
    {
        var record = System.Text.Json.Nodes.JsonNode.Parse(line)!;
        record["id"] = "new-" + record["id"];
        return record.ToJsonString();
    }

    private static string[] Lines(string snapshot)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(snapshot), CompressionMode.Decompress), Encoding.UTF8);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
