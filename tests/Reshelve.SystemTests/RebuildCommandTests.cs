namespace Reshelve.SystemTests;

/// <summary>The verbs about indexes: rebuild, promote, rollback, indexes, sweep.</summary>
public sealed class RebuildCommandTests : IDisposable
{
    private readonly TemporaryWorkspace _workspace = new TemporaryWorkspace().WithCatalog("shop", Some.ProductsYaml);

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Searches_move_to_a_rebuilt_index_and_back()
    {
        Write("one");
        (await _workspace.RunAsync("sync")).ShouldEndWith(0);
        Write("two");
        var rebuilt = (await _workspace.RunAsync("rebuild", "shop")).ShouldEndWith(0);
        rebuilt.Out.ShouldContain("a new index is filled, as asked");
        (await TitleAsync()).ShouldBe("two");

        var indexes = (await _workspace.RunAsync("indexes", "shop")).ShouldEndWith(0);
        indexes.Out.ShouldContain("live");
        indexes.Out.ShouldContain("retained");

        var back = (await _workspace.RunAsync("rollback", "shop")).ShouldEndWith(0);
        back.Out.ShouldContain("the next sync brings it in step");
        (await TitleAsync()).ShouldBe("one");
        (await _workspace.RunAsync("rollback", "shop")).ShouldEndWith(1).Error.ShouldContain("nothing to go back to");
        (await _workspace.RunAsync("runs", "shop", "--json")).ShouldEndWith(0).Out.ShouldContain("searches moved from");

        (await _workspace.RunAsync("sync", "shop", "--json")).ShouldEndWith(0).Json.GetProperty("replaced").GetInt64().ShouldBe(1);
        (await TitleAsync()).ShouldBe("two");
    }

    [Fact]
    public async Task An_index_left_aside_is_listed_and_promoted_by_its_name()
    {
        Write("one");
        (await _workspace.RunAsync("sync")).ShouldEndWith(0);
        Write("two");
        (await _workspace.RunAsync("rebuild", "shop", "--no-promote")).ShouldEndWith(0).Out.ShouldContain("is filled and verified");
        (await TitleAsync()).ShouldBe("one");
        var lines = (await _workspace.RunAsync("indexes", "--json")).ShouldEndWith(0).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var ready = lines.Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement).Single(index => index.GetProperty("state").GetString() == "ready");
        (await _workspace.RunAsync("promote", "shop", ready.GetProperty("index").GetString()!)).ShouldEndWith(0);
        (await TitleAsync()).ShouldBe("two");
        (await _workspace.RunAsync("promote", "shop", "shop_1")).ShouldEndWith(1).Error.ShouldContain("has no index shop_1");
    }

    [Fact]
    public async Task A_sweep_tells_what_it_would_delete_and_then_deletes_it_and_keeps_the_data_of_undefined_catalogs()
    {
        Write("one");
        (await _workspace.RunAsync("sync")).ShouldEndWith(0);
        (await _workspace.RunAsync("rebuild", "shop")).ShouldEndWith(0);
        Directory.CreateDirectory(_workspace.PathOf(".reshelve/catalogs/gone"));
        _workspace.WithCatalog("shop", Some.ProductsYaml + "\nrebuilds: { retain: 0 }\n");

        var told = (await _workspace.RunAsync("sweep", "--dry-run")).ShouldEndWith(0);
        told.Out.ShouldContain("would delete index shop_");
        told.Out.ShouldContain("gone: has no definition any more");
        (await _workspace.RunAsync("indexes")).Out.ShouldContain("retained");

        (await _workspace.RunAsync("sweep", "shop")).ShouldEndWith(0).Out.ShouldContain("deleted index shop_");
        (await _workspace.RunAsync("indexes")).Out.ShouldNotContain("retained");
        (await _workspace.RunAsync("sweep", "shop")).ShouldEndWith(0).Out.ShouldContain("nothing to delete");
        (await TitleAsync()).ShouldBe("one");
    }

    private void Write(string title) => _workspace.Write("products.jsonl", $$"""{"id":"1","title":"{{title}}","brand":"b","price":1}""" + "\n");

    private async Task<string?> TitleAsync() => (await _workspace.RunAsync("search", "shop", "--json")).ShouldEndWith(0).Json
        .GetProperty("hits")[0].GetProperty("document").GetProperty("title").GetString();
}
