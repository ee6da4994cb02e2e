using Reshelve.Catalogs;
using Reshelve.Feeds;
using Reshelve.Indexing;
using Reshelve.Planning;
using Reshelve.Running;
using Reshelve.Searching;
using Reshelve.Tests.Syncing;

namespace Reshelve.Tests.Indexing;

/// <summary>A new index is filled beside the live one, verified, promoted; or it is dropped and nothing has changed.</summary>
public sealed class RebuildTests : IAsyncDisposable
{
    private readonly SyncBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task Former_indexes_are_retained_with_their_ledgers_as_many_as_the_definition_says()
    {
        await _bench.SyncLines("""{"id":"1","name":"a"}""");
        var lives = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            lives.Add((await _bench.Live())!);
            (await _bench.RebuildLines($$"""{"id":"1","name":"{{i}}"}""")).State.ShouldBe(RunState.Done);
        }

        (await _bench.InState(IndexState.Retained)).ShouldBe(lives[^2..]);
        (await _bench.Documents())["1"].ShouldBe("""{"name":"3"}""");
        Directory.GetDirectories(_bench.FileOf("ledgers")).Select(Path.GetFileName).Order().ShouldBe([.. lives[^2..], (await _bench.Live())!]);

        _bench.Definition = _bench.Definition with { Rebuilds = new RebuildPolicy { Retain = 0 } };
        await _bench.RebuildLines("""{"id":"1","name":"last"}""");
        (await _bench.Listed()).ShouldHaveSingleItem().Registered!.State.ShouldBe(IndexState.Live);
    }

    [Fact]
    public async Task A_rebuild_that_is_left_aside_is_searched_once_it_is_promoted()
    {
        await _bench.SyncLines("""{"id":"1","name":"a"}""");
        var aside = await _bench.SyncText("""{"id":"2","name":"b"}""", new SyncOptions { Rebuild = true, StaysAside = true });
        aside.State.ShouldBe(RunState.Done, aside.Error);
        var ready = (await _bench.InState(IndexState.Ready)).ShouldHaveSingleItem();
        (await _bench.Documents()).Keys.ShouldBe(["1"]);
        (await _bench.SyncLines("""{"id":"1","name":"a"}""", """{"id":"3","name":"c"}""")).Added.ShouldBe(1);

        await _bench.Indexes.PromoteAsync("shop", ready, default);

        (await _bench.Documents()).Keys.ShouldBe(["2"]);
        (await _bench.SyncLines("""{"id":"1","name":"a"}""")).State.ShouldBe(RunState.Done);
        (await _bench.Documents()).Keys.ShouldBe(["1"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_rebuild_that_fails_at_any_call_leaves_no_index_behind_and_searches_where_they_were(bool before)
    {
        for (var at = 0; at < 30; at++)
        {
            await using var bench = new SyncBench();
            await bench.SyncLines("""{"id":"1","name":"a"}""", """{"id":"2","name":"b"}""");
            var live = await bench.Live();
            var failed = await FailAsync(bench, at, before, () => bench.RebuildLines("""{"id":"1","name":"A"}""", """{"id":"3","name":"c"}"""));
            var moved = await bench.Live() != live;
            string.Join(',', (await bench.Documents()).Keys).ShouldBe(moved ? "1,3" : "1,2", $"call {at}");
            (await bench.Listed()).Count.ShouldBe(moved ? 2 : 1, $"call {at}");

            var last = await bench.SyncLines("""{"id":"3","name":"c"}""", """{"id":"4","name":"d"}""");
            last.State.ShouldBe(RunState.Done, $"call {at}: {last.Error}");
            string.Join(',', (await bench.Documents()).Keys).ShouldBe("3,4", $"call {at}");
            if (!failed)
                return;
        }

        Assert.Fail("there were more calls than the test expects");
    }

    [Fact]
    public async Task A_rebuild_that_failed_and_could_not_be_dropped_does_not_stand_in_the_way_of_the_next_sync()
    {
        await _bench.SyncLines("""{"id":"1","name":"a"}""");
        var live = await _bench.Live();
        _bench.Index.Before = (name, _) =>
        {
            if (name is "refresh" or "drop")
                throw new FaultyIndex.Crash();
        };
        (await _bench.RebuildLines("""{"id":"2","name":"b"}""")).State.ShouldBe(RunState.Failed);
        _bench.Index.Before = (_, _) => { };
        var next = await _bench.SyncLines("""{"id":"3","name":"c"}""");
        next.State.ShouldBe(RunState.Done, next.Error);
        next.Notes.ShouldContain(note => note.Contains("came to nothing"));
        (await _bench.Documents()).Keys.ShouldBe(["3"]);
        (await _bench.Listed()).ShouldHaveSingleItem().Name.ShouldBe(live);
    }

    [Fact]
    public async Task A_rebuild_stopped_by_the_operator_drops_the_new_index()
    {
        await _bench.SyncLines("""{"id":"1","name":"a"}""");
        using var stop = new CancellationTokenSource();
        _bench.Index.After = (name, _) =>
        {
            if (name == "create")
                stop.Cancel();
        };
        var stopped = await _bench.SyncText("""{"id":"2","name":"b"}""", new SyncOptions { Rebuild = true }, stop.Token);
        stopped.State.ShouldBe(RunState.Stopped);
        stopped.Notes.ShouldContain(note => note.Contains("was dropped"));
        _bench.Index.After = (_, _) => { };
        (await _bench.Listed()).ShouldHaveSingleItem();
        (await _bench.SyncLines("""{"id":"1","name":"a"}""")).Unchanged.ShouldBe(1);
    }

    [Theory]
    [InlineData("lost")]
    [InlineData("garbled")]
    [InlineData("extra")]
    public async Task An_index_that_is_not_what_was_written_is_never_searched(string fault)
    {
        await _bench.SyncLines("""{"id":"1","name":"a"}""");
        _bench.Index.Stores = change => (fault, change.Id) switch
        {
            ("lost", "2") => null,
            ("garbled", "2") => new Change(change.Kind, change.Id, """{"name":"other"}"""u8.ToArray()),
            ("extra", "2") => new Change(change.Kind, "9", change.Document),
            _ => change,
        };
        var refused = await _bench.RebuildLines("""{"id":"1","name":"a"}""", """{"id":"2","name":"b"}""", """{"id":"3","name":"c"}""");
        refused.State.ShouldBe(RunState.Failed);
        refused.Error.ShouldNotBeNull().ShouldContain("It was not promoted");
        (await _bench.Documents()).Keys.ShouldBe(["1"]);
        (await _bench.Listed()).ShouldHaveSingleItem();

        _bench.Index.Stores = change => change;
        (await _bench.RebuildLines("""{"id":"2","name":"b"}""")).State.ShouldBe(RunState.Done);
        (await _bench.Documents()).Keys.ShouldBe(["2"]);
    }

    [Fact]
    public async Task A_first_index_that_is_refused_is_begun_anew()
    {
        _bench.Index.Stores = _ => null;
        (await _bench.SyncLines("""{"id":"1","name":"a"}""")).State.ShouldBe(RunState.Failed);
        (await _bench.Listed()).ShouldBeEmpty();
        _bench.Index.Stores = change => change;
        (await _bench.SyncLines("""{"id":"1","name":"a"}""")).State.ShouldBe(RunState.Done);
        (await _bench.Documents()).Keys.ShouldBe(["1"]);
    }

    [Fact]
    public async Task A_rebuild_is_held_by_what_would_hold_a_sync_of_the_same_feed()
    {
        await _bench.SyncLines("""{"id":"1","name":"a"}""", """{"id":"2","name":"b"}""");
        var held = await _bench.RebuildLines("""{"id":"1","name":"a"}""", """{"name":"b"}""");
        held.State.ShouldBe(RunState.Held);
        held.HeldReasons.ShouldHaveSingleItem().ShouldContain("missing");
        (await _bench.Documents()).Keys.ShouldBe(["1", "2"]);
        (await _bench.Listed()).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_rebuild_that_would_lack_the_last_good_document_of_a_rejected_record_is_held()
    {
        await _bench.SyncLines("""{"id":"1","name":"a","price":1}""", """{"id":"2","name":"b"}""");
        string[] feed = ["""{"id":"1","name":"a","price":"dear"}""", """{"id":"2","name":"b"}""", """{"id":"3","name":"c","price":"dear"}"""];
        var held = await _bench.RebuildLines(feed);
        held.State.ShouldBe(RunState.Held);
        held.HeldReasons.ShouldHaveSingleItem().ShouldContain("1 rejected record");
        (held.Rejected, _bench.Runs.ReadRejected("shop", held.Run).Count()).ShouldBe((2, 2));
        (await _bench.Documents()).Keys.ShouldBe(["1", "2"]);
        (await _bench.RebuildLines(feed[1..])).State.ShouldBe(RunState.Done);
    }

    [Fact]
    public async Task A_rebuild_that_would_lack_a_document_that_was_put_and_that_a_sync_would_keep_is_held()
    {
        string[] unreadable = ["""{"id":"1","name":"a"}""", """{"name":"whose?"}"""];
        await _bench.SyncLines("""{"id":"1","name":"a"}""");
        await _bench.Put("""{"id":"2","name":"put"}""");
        (await _bench.RebuildLines(unreadable)).State.ShouldBe(RunState.Held);
        (await _bench.SyncLines(unreadable)).State.ShouldBe(RunState.Done);
        (await _bench.Documents()).Keys.ShouldBe(["1", "2"]);
    }

    [Fact]
    public async Task Nothing_is_searched_half_while_fifty_rebuilds_are_promoted()
    {
        const int Least = 40;
        await _bench.SyncText(Feed(Least, 0));
        using var stop = new CancellationTokenSource();
        var searches = Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            var count = 0;
            while (!stop.IsCancellationRequested)
            {
                var found = await _bench.Index.SearchAsync("shop", new SearchRequest { Query = "thing", Limit = 200 }, default);
                found.Total.ShouldBeInRange(Least, Least + 10);
                found.Hits.Select(hit => System.Text.Json.JsonDocument.Parse(hit.Document).RootElement.GetProperty("price").GetInt32())
                    .Distinct().Count().ShouldBe(1, "all hits are of one index");
                count++;
            }

            return count;
        })).ToList();
        for (var round = 1; round <= 50; round++)
            (await _bench.SyncText(Feed(Least + (round % 11), round), new SyncOptions { Rebuild = true })).State.ShouldBe(RunState.Done);
        await stop.CancelAsync();
        (await Task.WhenAll(searches)).ShouldAllBe(count => count > 0);
        (await _bench.Listed()).Count.ShouldBe(3);

        static string Feed(int documents, int round) => string.Concat(
            Enumerable.Range(0, documents).Select(i => $$"""{"id":"{{i}}","name":"thing {{i}}","price":{{round}}}""" + "\n"));
    }

    [Fact]
    public async Task A_rebuild_begins_with_the_feed_that_was_applied_last_in_the_archive()
    {
        var path = _bench.OldFile("""{"id":"1","name":"a"}""", """{"id":"2","name":"b"}""");
        _bench.Definition = _bench.Definition with { Source = new SourceDefinition { Path = path, Archive = 2 } };
        (await _bench.Sync.RunAsync(_bench.Definition, new SyncOptions(), null, default)).Added.ShouldBe(2);
        // Newer than that feed, and so part of what is rebuilt.
        await _bench.Put("""{"id":"3","name":"put"}""");
        // A newer delivery came, and was held.
        await File.WriteAllTextAsync(path, "", TestContext.Current.CancellationToken);
        File.SetLastWriteTimeUtc(path, new DateTime(2024, 2, 2, 0, 0, 0, DateTimeKind.Utc));
        (await _bench.Sync.RunAsync(_bench.Definition, new SyncOptions(), null, default)).State.ShouldBe(RunState.Held);

        var rebuilt = await _bench.Sync.RunAsync(_bench.Definition, new SyncOptions { Rebuild = true, FromArchive = true }, null, default);

        rebuilt.State.ShouldBe(RunState.Done, rebuilt.Error);
        (rebuilt.Added, rebuilt.Source!.Contains("from the archive", StringComparison.Ordinal)).ShouldBe((2, true));
        (await _bench.Documents()).Keys.ShouldBe(["1", "2", "3"]);
    }

    [Fact]
    public async Task A_rebuild_of_a_local_file_reads_it_where_it_lies_and_takes_no_copy()
    {
        var path = _bench.OldFile("""{"id":"1","name":"a"}""");
        _bench.Definition = _bench.Definition with { Source = new SourceDefinition { Path = path } };
        await _bench.Sync.RunAsync(_bench.Definition, new SyncOptions(), null, default);
        (await _bench.Sync.RunAsync(_bench.Definition, new SyncOptions { Rebuild = true, FromArchive = true }, null, default)).Added.ShouldBe(1);
        Directory.Exists(_bench.FileOf("spool")).ShouldBeFalse();
    }

    /// <summary>Does something, failing at the call of this number; false: there were fewer calls.</summary>
    internal static async Task<bool> FailAsync(SyncBench bench, int at, bool before, Func<Task<RunReport>> act)
    {
        var failed = false;
        var first = bench.Index.Calls;
        void Fail(string name, int number)
        {
            if (number - first != at)
                return;
            failed = true;
            throw new FaultyIndex.Crash();
        }

        if (before)
            bench.Index.Before = Fail;
        else
            bench.Index.After = Fail;
        await act();
        bench.Index.Before = bench.Index.After = (_, _) => { };
        return failed;
    }
}
