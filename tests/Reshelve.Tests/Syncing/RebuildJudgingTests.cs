using Reshelve.Catalogs;
using Reshelve.Running;

namespace Reshelve.Tests.Syncing;

/// <summary>What would hold a sync holds the rebuild: an empty ledger must not make every feed look harmless.</summary>
public sealed class RebuildJudgingTests : IAsyncDisposable
{
    private static readonly SyncOptions Rebuild = new() { Rebuild = true };
    private readonly SyncBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task A_rebuild_from_a_feed_that_lacks_much_is_held_whole()
    {
        await _bench.SyncText(Feed(0, 1000));
        var live = await LiveAsync();
        var held = await _bench.SyncText(Feed(200, 1000), Rebuild);
        held.State.ShouldBe(RunState.Held);
        held.HeldReasons.ShouldHaveSingleItem().ShouldContain("200 of 1,000");
        ((await LiveAsync()), (await _bench.Documents()).Count).ShouldBe((live, 1000));

        (await _bench.Approve()).State.ShouldBe(RunState.Done);
        ((await LiveAsync()) == live, (await _bench.Documents()).Count).ShouldBe((false, 800));
    }

    [Fact]
    public async Task An_approved_rebuild_that_fails_waits_no_longer_and_is_judged_anew()
    {
        await _bench.SyncText(Feed(0, 1000));
        (await _bench.SyncText(Feed(200, 1000), Rebuild)).State.ShouldBe(RunState.Held);
        _bench.Index.Stores = _ => null;
        (await _bench.Approve()).Error.ShouldNotBeNull().ShouldContain("was not promoted");
        _bench.Index.Stores = change => change;
        _bench.Holds.Find("shop").ShouldBeNull();
        (await _bench.Approve()).Error.ShouldNotBeNull().ShouldContain("nothing of catalog 'shop' waits");
        (await _bench.Documents()).Count.ShouldBe(1000);
        (await _bench.SyncText(Feed(200, 1000), Rebuild)).State.ShouldBe(RunState.Held);
        (await _bench.Approve()).State.ShouldBe(RunState.Done);
    }

    [Fact]
    public async Task Changed_fields_do_not_let_a_feed_that_lacks_much_pass()
    {
        await _bench.SyncText(Feed(0, 1000));
        _bench.Definition = Some.Catalog(Some.Field("name", FieldType.Keyword));
        (await _bench.SyncText(Feed(200, 1000))).State.ShouldBe(RunState.Held);
        (await _bench.Documents()).Count.ShouldBe(1000);
        (await _bench.SyncText(Feed(0, 1000))).State.ShouldBe(RunState.Done);
    }

    [Fact]
    public async Task A_rebuild_in_which_a_field_changed_everywhere_is_held_and_names_it()
    {
        await _bench.SyncText(Feed(0, 1000));
        var held = await _bench.SyncText(Feed(0, 1000, version: 3), Rebuild);
        held.State.ShouldBe(RunState.Held);
        held.HeldReasons.ShouldHaveSingleItem().ShouldContain("`name` changed in nearly every record");
    }

    [Fact]
    public async Task A_rebuild_cannot_drop_what_only_tombstones_may_remove()
    {
        _bench.Definition = Some.Catalog() with { Removals = RemovalPolicy.ExplicitOnly };
        await _bench.SyncText(Feed(0, 100));
        (await _bench.SyncText(Feed(1, 100))).Kept.ShouldBe(1);
        var held = await _bench.SyncText(Feed(1, 100), Rebuild);
        held.State.ShouldBe(RunState.Held);
        held.HeldReasons.ShouldHaveSingleItem().ShouldContain("explicit only");
    }

    [Fact]
    public async Task A_rebuild_of_the_same_feed_in_another_order_passes()
    {
        await _bench.SyncText(Feed(0, 1000));
        var reversed = string.Join('\n', Feed(0, 1000).Split('\n').Reverse());
        (await _bench.SyncText(reversed, Rebuild)).State.ShouldBe(RunState.Done);
    }

    [Fact]
    public async Task A_damaged_ledger_does_not_stand_in_the_way_of_the_rebuild_that_mends_it()
    {
        await _bench.SyncText(Feed(0, 1000));
        var ledger = Directory.EnumerateFiles(Path.Combine(_bench.DataFolder, "catalogs", "shop", "ledgers"), "*.ledger", SearchOption.AllDirectories).Single();
        var bytes = await File.ReadAllBytesAsync(ledger, TestContext.Current.CancellationToken);
        bytes.AsSpan(600, 64).Fill(0xAA);
        bytes.AsSpan(bytes.Length / 2, 64).Fill(0xAA);
        await File.WriteAllBytesAsync(ledger, bytes, TestContext.Current.CancellationToken);
        (await _bench.SyncText(Feed(0, 1000), Rebuild)).State.ShouldBe(RunState.Done);
        (await _bench.Documents()).Count.ShouldBe(1000);
    }

    private async Task<string> LiveAsync() => (await _bench.Index.ListAsync("shop", default)).Single(index => index.Live).Name;

    private static string Feed(int from, int to, int version = 0) =>
        string.Concat(Enumerable.Range(from, to - from).Select(i => $$"""{"id":"{{i}}","name":"n{{version}}","price":1}""" + "\n"));
}
