using Reshelve.Catalogs;
using Reshelve.Feeds;
using Reshelve.Indexing;
using Reshelve.Running;
using Reshelve.Tests.Syncing;

namespace Reshelve.Tests.Indexing;

/// <summary>Searches move back to a former index at once, and the next sync knows what that one holds.</summary>
public sealed class RollbackTests : IAsyncDisposable
{
    private readonly SyncBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task After_a_rollback_the_next_sync_of_the_same_feed_gives_exactly_that_feed()
    {
        var feed = _bench.OldFile("""{"id":"2","name":"B"}""", """{"id":"3","name":"c"}""");
        await _bench.SyncLines("""{"id":"1","name":"a"}""", """{"id":"2","name":"b"}""");
        var former = await _bench.Live();
        (await _bench.SyncFile(feed, new SyncOptions { Rebuild = true })).State.ShouldBe(RunState.Done);
        (await _bench.SyncFile(feed)).Notes.ShouldContain(note => note.Contains("applied last"));

        var report = await _bench.Indexes.RollBackAsync("shop", null, default);

        report.Notes.ShouldContain(note => note.Contains("the next sync brings it in step"));
        (await _bench.Live()).ShouldBe(former);
        (await _bench.Documents()).Keys.ShouldBe(["1", "2"]);
        _bench.Runs.List("shop", 1).Single().Notes.ShouldBe(report.Notes);

        var next = await _bench.SyncFile(feed);
        (next.Added, next.Replaced, next.Removed).ShouldBe((1, 1, 1), next.Error);
        (await _bench.Documents()).ShouldBe(new Dictionary<string, string> { ["2"] = """{"name":"B"}""", ["3"] = """{"name":"c"}""" });
        (await _bench.Live()).ShouldBe(former);
    }

    [Fact]
    public async Task A_second_rollback_goes_one_further_back_and_promote_comes_forward_again()
    {
        await _bench.SyncLines("""{"id":"1","name":"0"}""");
        await _bench.RebuildLines("""{"id":"1","name":"1"}""");
        await _bench.RebuildLines("""{"id":"1","name":"2"}""");
        var newest = (await _bench.Live())!;

        await _bench.Indexes.RollBackAsync("shop", null, default);
        (await _bench.Documents())["1"].ShouldBe("""{"name":"1"}""");
        await _bench.Indexes.RollBackAsync("shop", null, default);
        (await _bench.Documents())["1"].ShouldBe("""{"name":"0"}""");
        var refused = await Should.ThrowAsync<ReshelveException>(() => _bench.Indexes.RollBackAsync("shop", null, default));
        refused.Message.ShouldContain("nothing to go back to");
        refused.Message.ShouldContain(newest);

        await _bench.Indexes.PromoteAsync("shop", newest, default);
        (await _bench.Documents())["1"].ShouldBe("""{"name":"2"}""");
        (await _bench.Listed()).Count.ShouldBe(3);
    }

    [Fact]
    public async Task What_was_put_and_removed_since_goes_along_with_a_rollback_and_a_promotion()
    {
        await _bench.SyncLines("""{"id":"1","name":"a"}""", """{"id":"2","name":"b"}""");
        await _bench.SyncText("""{"id":"1","name":"A"}""" + "\n" + """{"id":"2","name":"B"}""", new SyncOptions { Rebuild = true, StaysAside = true });
        var ready = (await _bench.InState(IndexState.Ready)).Single();
        await _bench.Put("""{"id":"3","name":"put"}""");
        await _bench.Indexes.PromoteAsync("shop", ready, default);
        (await _bench.Documents()).ShouldBe(
            new Dictionary<string, string> { ["1"] = """{"name":"A"}""", ["2"] = """{"name":"B"}""", ["3"] = """{"name":"put"}""" });

        await _bench.Events.RemoveAsync(_bench.Definition, ["2"], default);
        await _bench.Indexes.RollBackAsync("shop", null, default);
        (await _bench.Documents()).ShouldBe(new Dictionary<string, string> { ["1"] = """{"name":"a"}""", ["3"] = """{"name":"put"}""" });

        (await _bench.SyncLines("""{"id":"1","name":"x"}""", """{"id":"2","name":"b"}""")).State.ShouldBe(RunState.Done);
        (await _bench.Documents()).ShouldBe(new Dictionary<string, string> { ["1"] = """{"name":"x"}""", ["2"] = """{"name":"b"}""" });
    }

    [Fact]
    public async Task Where_nothing_is_retained_a_rollback_says_so_and_changes_nothing()
    {
        await _bench.SyncLines("""{"id":"1","name":"a"}""");
        (await Should.ThrowAsync<ReshelveException>(() => _bench.Indexes.RollBackAsync("shop", null, default))).Message.ShouldContain("rebuilds.retain");
        (await Should.ThrowAsync<ReshelveException>(() => _bench.Indexes.RollBackAsync("shop", "shop_x", default))).Message.ShouldContain("shop_x");
        (await _bench.Documents()).Keys.ShouldBe(["1"]);
    }

    [Fact]
    public async Task An_index_whose_plan_was_interrupted_is_finished_before_a_rebuild_and_can_be_gone_back_to()
    {
        await _bench.SyncLines("""{"id":"1","name":"a"}""");
        await CrashAsync("write", () => _bench.SyncLines("""{"id":"1","name":"a"}""", """{"id":"2","name":"b"}"""));
        (await _bench.RebuildLines("""{"id":"1","name":"a"}""", """{"id":"3","name":"c"}""")).State.ShouldBe(RunState.Done);
        (await _bench.Documents()).Keys.ShouldBe(["1", "3"]);

        await _bench.Indexes.RollBackAsync("shop", null, default);

        (await _bench.Documents()).Keys.ShouldBe(["1", "2"]);
    }

    [Fact]
    public async Task An_index_whose_plan_was_interrupted_and_cannot_be_finished_is_not_gone_back_to()
    {
        await _bench.SyncLines("""{"id":"1","name":"a"}""");
        var former = await _bench.Live();
        await CrashAsync("write", () => _bench.SyncLines("""{"id":"1","name":"a"}""", """{"id":"2","name":"b"}"""));
        foreach (var batch in Directory.EnumerateFiles(_bench.FileOf("plans"), "changes-*", SearchOption.AllDirectories))
            File.Delete(batch);
        (await _bench.RebuildLines("""{"id":"1","name":"a"}""", """{"id":"3","name":"c"}""")).State.ShouldBe(RunState.Done);

        var refused = await Should.ThrowAsync<ReshelveException>(() => _bench.Indexes.RollBackAsync("shop", null, default));
        refused.Message.ShouldContain("never finished");
        (await Should.ThrowAsync<ReshelveException>(() => _bench.Indexes.PromoteAsync("shop", former!, default))).Message.ShouldContain("never finished");
        (await _bench.Documents()).Keys.ShouldBe(["1", "3"]);
    }

    [Fact]
    public async Task A_rollback_during_an_interrupted_sync_sets_its_plan_aside_for_good()
    {
        await _bench.SyncLines("""{"id":"1","name":"a"}""");
        await _bench.RebuildLines("""{"id":"1","name":"A"}""");
        var interrupted = (await _bench.Live())!;
        await CrashAsync("write", () => _bench.SyncLines("""{"id":"1","name":"A"}""", """{"id":"2","name":"b"}"""));

        await _bench.Indexes.RollBackAsync("shop", null, default);

        (await _bench.Documents())["1"].ShouldBe("""{"name":"a"}""");
        (await Should.ThrowAsync<ReshelveException>(() => _bench.Indexes.PromoteAsync("shop", interrupted, default))).Message.ShouldContain("never finished");
        (await _bench.SyncLines("""{"id":"1","name":"x"}""")).Replaced.ShouldBe(1);
        (await _bench.Documents()).ShouldBe(new Dictionary<string, string> { ["1"] = """{"name":"x"}""" });
    }

    [Fact]
    public async Task An_index_whose_ledger_is_gone_is_not_gone_back_to()
    {
        await _bench.SyncLines("""{"id":"1","name":"a"}""");
        var former = (await _bench.Live())!;
        await _bench.RebuildLines("""{"id":"1","name":"b"}""");
        Directory.Delete(_bench.FileOf("ledgers", former), recursive: true);
        (await Should.ThrowAsync<ReshelveException>(() => _bench.Indexes.RollBackAsync("shop", null, default))).Message.ShouldContain("ledger is missing");
        (await _bench.Documents())["1"].ShouldBe("""{"name":"b"}""");
    }

    [Fact]
    public async Task While_a_run_has_the_catalog_nobody_moves_its_searches_or_sweeps_it()
    {
        await _bench.SyncLines("""{"id":"1","name":"a"}""");
        await _bench.RebuildLines("""{"id":"1","name":"b"}""");
        using var lease = _bench.Runs.Acquire("shop", "rebuild");
        await Should.ThrowAsync<CatalogBusyException>(() => _bench.Indexes.RollBackAsync("shop", null, default));
        await Should.ThrowAsync<CatalogBusyException>(() => _bench.Indexes.SweepAsync(_bench.Definition, dryRun: false, default));
        (await Should.ThrowAsync<CatalogBusyException>(() => _bench.RebuildLines("""{"id":"1"}"""))).Message.ShouldContain("(rebuild,");
    }

    private async Task CrashAsync(string call, Func<Task<RunReport>> act)
    {
        _bench.Index.After = (name, _) =>
        {
            if (name == call)
                throw new FaultyIndex.Crash();
        };
        (await act()).State.ShouldBe(RunState.Failed);
        _bench.Index.After = (_, _) => { };
    }
}
