namespace Reshelve.SystemTests;

/// <summary>Real catalogs, from <c>init</c> to a search with no edit in between.</summary>
public sealed class RealCatalogTests : IDisposable
{
    private readonly TemporaryWorkspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Electronics_with_thousands_of_field_names_sync_and_search()
    {
        var feed = RealData.PathOf("electronics/products.jsonl.gz");
        (await _workspace.RunAsync("init", feed, "--name", "electronics")).ShouldEndWith(0);

        var report = (await _workspace.RunAsync("sync", "electronics", "--json")).ShouldEndWith(0).Json;
        (report.Count("added") + report.Count("duplicates"), report.Count("rejected")).ShouldBe((19_406, 0));

        var found = (await _workspace.RunAsync("search", "electronics", "notebook", "--facet", "supplier", "--json")).ShouldEndWith(0).Json;
        found.Count("total").ShouldBeGreaterThan(50);
        found.GetProperty("hits").GetArrayLength().ShouldBe(10);
        found.GetProperty("hits")[0].GetProperty("document").GetRawText().ShouldContain("notebook", Case.Insensitive);
        var suppliers = found.GetProperty("facets").GetProperty("supplier").EnumerateObject().ToList();
        suppliers.Count.ShouldBeGreaterThan(2);
        suppliers.Select(supplier => supplier.Value.GetInt64()).ShouldBeInOrder(SortDirection.Descending);
    }

    [Fact]
    public async Task Stickers_show_red_hearts_first()
    {
        var feed = RealData.PathOf("stickers/stickers.jsonl");
        (await _workspace.RunAsync("init", feed)).ShouldEndWith(0);

        (await _workspace.RunAsync("sync", "stickers", "--json")).ShouldEndWith(0).Json.Count("added").ShouldBe(3_530);
        var found = (await _workspace.RunAsync("search", "stickers", "red heart", "--json")).ShouldEndWith(0).Json;

        found.Count("total").ShouldBeGreaterThan(0);
        found.GetProperty("hits")[0].GetProperty("document").Text("name").ShouldContain("heart");
    }

    [Fact]
    public async Task An_unchanged_feed_is_not_parsed_again()
    {
        var feed = RealData.PathOf("grocery-daily/mpreis-2023-10-19T052623.jsonl.gz");
        (await _workspace.RunAsync("init", feed, "--name", "grocery")).ShouldEndWith(0);
        (await _workspace.RunAsync("sync", "grocery")).ShouldEndWith(0);

        var again = (await _workspace.RunAsync("sync", "grocery", "--json")).ShouldEndWith(0);
        (again.Json.Count("parsed"), again.Json.Count("added"), again.Json.Count("removed")).ShouldBe((0, 0, 0));
    }

    [Fact]
    public async Task The_same_records_under_another_file_name_are_not_parsed_again()
    {
        var feed = RealData.PathOf("grocery-daily/mpreis-2023-10-19T052623.jsonl.gz");
        (await _workspace.RunAsync("init", feed, "--name", "grocery")).ShouldEndWith(0);
        (await _workspace.RunAsync("sync", "grocery")).ShouldEndWith(0);
        File.Copy(feed, _workspace.PathOf("copy.jsonl.gz"));

        var again = (await _workspace.RunAsync("sync", "grocery", "--feed", "copy.jsonl.gz", "--json")).ShouldEndWith(0).Json;

        (again.Count("unchanged"), again.Count("parsed")).ShouldBe((25_709, 0));
    }
}
