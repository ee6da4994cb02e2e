using Reshelve.Planning;
using Reshelve.Running;

namespace Reshelve.Tests.Syncing;

/// <summary>A feed that comes again is no newer than what was put since it came first, whatever happened in between.</summary>
public sealed class RepeatedFeedTests : IAsyncDisposable
{
    private readonly SyncBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task What_was_put_is_not_forgotten_when_the_same_feed_changes_the_ledger_alone()
    {
        string[] lines = [Line("1", "one"), Line("2", "two")];
        var feed = _bench.OldFile(lines);
        await _bench.SyncFile(feed);
        await _bench.Put(Line("1", "put"));
        // Another mapping that gives the same documents: the ledger gets other hashes, and the index no write.
        _bench.Definition = _bench.Definition with { Fields = [.. _bench.Definition.Fields.Select(field => field.Name == "price" ? field with { Volatile = false } : field)] };
        var again = await _bench.SyncFile(feed);
        (again.State, again.Replaced, again.Parsed).ShouldBe((RunState.Done, 0, 2), again.Error);
        (await _bench.Documents())["1"].ShouldContain("put");
        await _bench.ShouldEndAs([.. lines, Line("3", "three")]);
    }

    [Fact]
    public async Task What_was_put_outlasts_a_repair_and_the_sync_behind_it()
    {
        var feed = _bench.OldFile(Line("1", "one"), Line("2", "two"), Line("3", "three"));
        await _bench.SyncFile(feed);
        await _bench.Put(Line("1", "put"));
        await _bench.BehindOurBackAsync(new Change(ChangeKind.Remove, "3", default));
        (await _bench.Repair.VerifyAsync(_bench.Definition, mend: true, CancellationToken.None)).Mended.ShouldBeTrue();
        (await _bench.SyncFile(feed)).Added.ShouldBe(1);
        (await _bench.Documents())["1"].ShouldContain("put");
        await _bench.ShouldEndAs(Line("1", "one"), Line("2", "two"));
    }

    [Fact]
    public async Task What_was_put_outlasts_a_restored_ledger_and_the_sync_behind_it()
    {
        var feed = _bench.OldFile(Line("1", "one"), Line("2", "two"), Line("3", "three"));
        await _bench.SyncFile(feed);
        await _bench.Put(Line("1", "put"));
        await _bench.Repair.RebuildLedgerAsync(_bench.Definition, CancellationToken.None);
        (await _bench.SyncFile(feed)).State.ShouldBe(RunState.Done);
        (await _bench.Documents())["1"].ShouldContain("put");
        await _bench.ShouldEndAs(Line("1", "one"), Line("2", "two"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_put_outlasts_a_rollback_and_the_sync_or_rebuild_behind_it(bool rebuild)
    {
        string[] first = [Line("1", "one"), Line("2", "two"), Line("3", "three")];
        await _bench.SyncLines(first);
        await _bench.Put(Line("2", "older than the second feed"));
        var second = _bench.OldFile(Line("1", "uno"), Line("2", "two"), Line("3", "three"));
        await _bench.SyncFile(second, new SyncOptions { Rebuild = true });
        await _bench.Put(Line("1", "put"));
        await _bench.Indexes.RollBackAsync(_bench.Definition.Name, null, CancellationToken.None);
        (await _bench.Documents())["1"].ShouldContain("put");
        var next = await _bench.SyncFile(second, new SyncOptions { Rebuild = rebuild });
        next.State.ShouldBe(RunState.Done, next.Error);
        var documents = await _bench.Documents();
        documents["1"].ShouldContain("put");
        documents["2"].ShouldContain("two");
        await _bench.ShouldEndAs(first);
    }

    [Fact]
    public async Task What_was_put_after_a_feed_was_held_outlasts_that_feed_again()
    {
        await _bench.SyncText(Feed(0, 1000, 1));
        var held = _bench.OldFile(Feed(0, 1000, 2).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        (await _bench.SyncFile(held)).State.ShouldBe(RunState.Held);
        await _bench.Put(Line("5", "put"));
        (await _bench.SyncFile(held)).State.ShouldBe(RunState.Held);
        (await _bench.Approve()).State.ShouldBe(RunState.Done);
        var documents = await _bench.Documents();
        (documents["5"].Contains("put"), documents["6"].Contains("n2")).ShouldBe((true, true));
    }

    [Fact]
    public async Task What_was_put_after_a_sync_was_interrupted_is_in_the_index_that_is_rebuilt_from_its_feed()
    {
        await _bench.SyncLines(Line("1", "one"), Line("2", "two"));
        var feed = _bench.OldFile(Line("1", "uno"), Line("2", "due"));
        _bench.Index.Before = (name, _) =>
        {
            if (name == "refresh")
                throw new FaultyIndex.Crash();
        };
        (await _bench.SyncFile(feed)).State.ShouldBe(RunState.Failed);
        _bench.Index.Before = (_, _) => { };
        await _bench.Put(Line("1", "put"));
        var rebuilt = await _bench.SyncFile(feed, new SyncOptions { Rebuild = true });
        rebuilt.State.ShouldBe(RunState.Done, rebuilt.Error);
        (await _bench.Documents())["1"].ShouldContain("put");
    }

    [Fact]
    public async Task A_feed_that_comes_again_after_another_that_nobody_can_tell_from_others_is_a_new_one()
    {
        var first = _bench.OldFile(Line("1", "one"), Line("2", "two"));
        await _bench.SyncFile(first);
        // A file that was written a moment ago has no identity yet.
        (await _bench.RebuildLines(Line("1", "uno"), Line("2", "due"))).State.ShouldBe(RunState.Done);
        await _bench.Put(Line("1", "put"), Line("3", "put"));
        (await _bench.SyncFile(first)).State.ShouldBe(RunState.Done);
        (await _bench.Documents()).ShouldBe(new Dictionary<string, string> { ["1"] = """{"name":"one"}""", ["2"] = """{"name":"two"}""" }, ignoreOrder: true);
    }

    private static string Feed(int from, int to, int version) =>
        string.Concat(Enumerable.Range(from, to - from).Select(i => $$"""{"id":"{{i}}","name":"n{{version}}"}""" + "\n"));

    private static string Line(string id, string name) => $$"""{"id":"{{id}}","name":"{{name}}"}""";
}
