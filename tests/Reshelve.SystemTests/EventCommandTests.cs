using System.Text.Json;

namespace Reshelve.SystemTests;

/// <summary>The verbs about single documents and about what is wrong: put, remove, verify, ledger rebuild, redrive.</summary>
public sealed class EventCommandTests : IDisposable
{
    private readonly TemporaryWorkspace _workspace = new TemporaryWorkspace().WithCatalog("shop", Some.ProductsYaml);

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Documents_are_put_and_removed_at_once_and_the_next_feed_is_newer()
    {
        (await PutAsync(Line(1, "one", 1))).ShouldEndWith(1).Error.ShouldContain("has no index yet");
        await SyncAsync(Line(1, "one", 1), Line(2, "two", 2));
        var put = (await PutAsync($"[{Line(1, "changed", 1)}, {Line(3, "three", 3)}]\n" + """{"title":"no id"}""")).ShouldEndWith(4);
        put.Out.ShouldContain("2 put, 1 rejected");
        put.Out.ShouldContain("record 3: the record has no id");
        (await _workspace.RunAsync("remove", "shop", "2", "unknown", "--json")).ShouldEndWith(0).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("outcome").GetString()).ShouldBe(["removed", "not in the index"]);
        (await _workspace.IdsAsync("shop")).Order().ShouldBe(["1", "3"]);
        (await _workspace.RunAsync("verify")).ShouldEndWith(0).Out.ShouldContain("agree on all 2 documents");

        await SyncAsync(Line(1, "one", 1), Line(2, "two", 2), Line(4, "four", 4));
        (await _workspace.IdsAsync("shop")).Order().ShouldBe(["1", "2", "4"]);
        (await _workspace.RunAsync("search", "shop", "changed", "--json")).ShouldEndWith(0).Json.GetProperty("total").GetInt64().ShouldBe(0);
    }

    [Fact]
    public async Task What_is_no_json_or_no_input_at_all_puts_nothing()
    {
        await SyncAsync(Line(1, "one", 1));
        (await PutAsync("{\"id\":\"2\"}\n{\"id\":")).ShouldEndWith(1).Error.ShouldContain("document 2 (line 2) is no JSON, and nothing was done");
        (await PutAsync("")).ShouldEndWith(2).Error.ShouldContain("Nothing came on the standard input");
        (await _workspace.RunAsync("remove", "shop")).ShouldEndWith(2);
        (await _workspace.IdsAsync("shop")).ShouldBe(["1"]);
    }

    [Fact]
    public async Task Approving_in_the_wrong_order_is_a_wrong_command_line_and_leaves_no_run()
    {
        await SyncAsync([.. Enumerable.Range(0, 100).Select(i => Line(i, "one", i))]);
        _workspace.Write("products.jsonl", "");
        (await _workspace.RunAsync("sync", "shop")).ShouldEndWith(3);
        var runs = (await _workspace.RunAsync("runs", "shop", "--json")).Out;
        (await _workspace.RunAsync("approve", "shop", "--removals")).ShouldEndWith(2).Error.ShouldContain("not its removals alone");
        (await _workspace.RunAsync("approve", "shop", "--run", "77")).ShouldEndWith(2).Error.ShouldContain("no longer that of run 77");
        (await _workspace.RunAsync("discard", "shop", "--run", "77")).ShouldEndWith(2).Error.ShouldContain("no longer that of run 77");
        (await _workspace.RunAsync("runs", "shop", "--json")).Out.ShouldBe(runs);
        (await _workspace.RunAsync("approve", "shop")).ShouldEndWith(0);
    }

    [Fact]
    public async Task A_lost_ledger_is_restored_from_the_index()
    {
        await SyncAsync(Line(1, "one", 1), Line(2, "two", 2));
        Directory.Delete(Directory.GetDirectories(_workspace.PathOf(".reshelve/catalogs/shop/ledgers")).Single(), recursive: true);
        (await _workspace.RunAsync("verify", "shop")).ShouldEndWith(1).Error.ShouldContain("ledger rebuild shop");
        (await _workspace.RunAsync("ledger", "rebuild", "shop")).ShouldEndWith(0).Out.ShouldContain("restored from its 2 documents");
        (await _workspace.RunAsync("verify", "shop", "--json")).ShouldEndWith(0).Json.GetProperty("documents").GetInt64().ShouldBe(2);
        _workspace.Write("products.jsonl", Line(1, "one", 1) + "\n" + Line(2, "other", 2) + "\n");
        var sync = (await _workspace.RunAsync("sync", "shop", "--json")).ShouldEndWith(0).Json;
        (sync.GetProperty("replaced").GetInt64(), sync.GetProperty("unchanged").GetInt64()).ShouldBe((1, 1));
    }

    [Fact]
    public async Task A_document_that_the_disk_spoilt_is_named_by_searches_with_the_way_out()
    {
        await SyncAsync(Line(1, "one", 1), Line(2, "two", 2));
        var path = Directory.GetFiles(_workspace.PathOf(".reshelve/indexes"), "*.db").Single();
        var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        var at = bytes.AsSpan().IndexOf("{\"title\":\"one\""u8);
        at.ShouldBePositive();
        bytes[at] = (byte)'x';
        await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);

        var text = (await _workspace.RunAsync("search", "shop", "one")).ShouldEndWith(1);
        (text.Out, text.Error).ShouldSatisfyAllConditions(
            () => text.Out.ShouldBeEmpty(), () => text.Error.ShouldContain("document '1' cannot be read"), () => text.Error.ShouldContain("rebuild shop"));
        (await _workspace.RunAsync("search", "shop", "--json")).ShouldEndWith(1).Json.GetProperty("error").GetString()!.ShouldContain("cannot be read");
        (await _workspace.RunAsync("rebuild", "shop")).ShouldEndWith(0);
        (await _workspace.RunAsync("search", "shop", "one")).ShouldEndWith(0).Out.ShouldContain("1 document matches");
    }

    [Fact]
    public async Task Rejected_records_are_tried_again_after_the_definition_was_mended()
    {
        _workspace.Write("products.jsonl", string.Concat(
            Enumerable.Range(1, 100).Select(i => Line(i, $"n{i}", i) + "\n")) + """{"id":"a","title":"x","brand":"b","price":"twelve"}""" + "\n" + """{"title":"no id"}""" + "\n");
        (await _workspace.RunAsync("sync")).ShouldEndWith(4);
        (await _workspace.RunAsync("redrive", "shop", "--dry-run")).ShouldEndWith(4).Out.ShouldContain("0 would be accepted now; 2 would still be rejected");

        _workspace.WithCatalog("shop", Some.ProductsYaml.Replace("price: { type: number, volatile: true }", "price: { type: keyword, volatile: true }"));
        (await _workspace.RunAsync("redrive", "shop", "--dry-run")).ShouldEndWith(4).Out.ShouldContain("1 would be accepted now; 1 would still be rejected");
        (await _workspace.IdsAsync("shop")).ShouldNotContain("a");
        (await _workspace.RunAsync("redrive", "shop")).ShouldEndWith(4).Out.ShouldContain("1 are accepted now; 1 are still rejected");
        (await _workspace.IdsAsync("shop")).ShouldContain("a");
    }

    [Fact]
    public async Task Without_rejected_records_there_is_nothing_to_redrive()
    {
        (await _workspace.RunAsync("redrive", "shop")).ShouldEndWith(0).Out.ShouldContain("No feed of shop was applied yet");
        await SyncAsync(Line(1, "one", 1));
        (await _workspace.RunAsync("redrive", "shop")).ShouldEndWith(0).Out.ShouldContain("there is nothing to try again");
    }

    [Fact]
    public async Task What_a_held_feed_had_rejected_is_tried_again_by_a_sync()
    {
        await SyncAsync(Line(1, "one", 1));
        _workspace.Write("products.jsonl", string.Concat(Enumerable.Range(1, 30).Select(i => $$"""{"id":"{{i}}","price":"ask"}""" + "\n")));
        (await _workspace.RunAsync("sync")).ShouldEndWith(3);
        (await _workspace.RunAsync("redrive", "shop")).ShouldEndWith(0).Out.ShouldContain("rejected 30 records of, is held: a sync tries it again");
    }

    private static string Line(int id, string title, int price) => $$"""{"id":"{{id}}","title":"{{title}}","brand":"b","price":{{price}}}""";

    private async Task SyncAsync(params string[] lines)
    {
        _workspace.Write("products.jsonl", string.Concat(lines.Select(line => line + "\n")));
        (await _workspace.RunAsync("sync")).ShouldEndWith(0);
    }

    private async Task<Outcome> PutAsync(string input)
    {
        _workspace.Write("input.json", input);
        using var running = ReshelveProgram.Start(_workspace.Folder, ["-c", $"exec '{ReshelveProgram.File}' put shop < input.json"], file: "/bin/sh");
        return await running.WaitAsync();
    }
}
