using Reshelve.Catalogs;
using Reshelve.Feeds;
using Reshelve.Running;

namespace Reshelve.Tests.Syncing;

public sealed class CatalogSyncTests : IAsyncDisposable
{
    private readonly SyncBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task The_index_follows_the_feed()
    {
        var first = await _bench.SyncLines("""{"id":"1","name":"tea","price":1}""", """{"id":"2","name":"cup","price":2}""", """{"id":"3","name":"pot"}""");
        first.State.ShouldBe(RunState.Done, first.Error);
        (first.Added, first.Feed.Records).ShouldBe((3, 3));

        var second = await _bench.SyncLines("""{"id":"2","name":"cup","price":2.5}""", """{"id":"3","name":"Pot"}""", """{"id":"4","name":"jug"}""");
        (second.Added, second.Replaced, second.Patched, second.Removed).ShouldBe((1, 1, 1, 1));
        (await _bench.Documents()).ShouldBe(new Dictionary<string, string>
        {
            ["2"] = """{"name":"cup","price":2.5}""", ["3"] = """{"name":"Pot"}""", ["4"] = """{"name":"jug"}""",
        });
    }

    [Fact]
    public async Task An_unchanged_feed_parses_and_writes_nothing_and_leaves_the_ledger_as_it_is()
    {
        string[] lines = ["""{"id":"1","name":"tea"}""", """{"id":"2","name":"cup"}"""];
        await _bench.SyncLines(lines);
        var ledger = LedgerFiles();
        var calls = _bench.Index.Calls;
        var second = await _bench.SyncLines(lines);
        (second.Unchanged, second.Parsed).ShouldBe((2, 0));
        _bench.Index.Calls.ShouldBe(calls);
        LedgerFiles().ShouldBe(ledger);
    }

    [Fact]
    public async Task A_respelled_feed_is_parsed_once_and_writes_nothing()
    {
        await _bench.SyncLines("""{"id":"1","name":"tea","price":1}""");
        var calls = _bench.Index.Written;
        var second = await _bench.SyncLines("""{"price":1.0,"name":"tea","id":"1"}""");
        (second.Unchanged, second.Parsed).ShouldBe((1, 1));
        _bench.Index.Written.ShouldBe(calls);
        (await _bench.SyncLines("""{"price":1.0,"name":"tea","id":"1"}""")).Parsed.ShouldBe(0);
    }

    [Fact]
    public async Task An_empty_feed_is_held_and_removes_nothing()
    {
        await _bench.SyncLines("""{"id":"1","name":"tea"}""");
        var empty = await _bench.SyncText("");
        empty.State.ShouldBe(RunState.Held);
        empty.HeldReasons.ShouldHaveSingleItem().ShouldContain("the feed is empty");
        (await _bench.Documents()).Keys.ShouldBe(["1"]);
        (await _bench.SyncLines("""{"id":"1","name":"tea"}""")).Unchanged.ShouldBe(1);
    }

    [Fact]
    public async Task A_truncated_feed_fails_and_removes_nothing()
    {
        _bench.Definition = Some.Catalog() with { Format = new Reshelve.Feeds.FeedFormat { Kind = Reshelve.Feeds.FeedFormatKind.Json } };
        await _bench.SyncText("""[{"id":"1","name":"tea"},{"id":"2","name":"cup"}]""");
        var cut = await _bench.SyncText("""[{"id":"1","name":"tea"},""");
        cut.State.ShouldBe(RunState.Failed);
        cut.Error.ShouldNotBeNull().ShouldContain("feed-1");
        (await _bench.Documents()).Keys.ShouldBe(["1", "2"]);
        cut.HeldReasons.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_rejected_record_keeps_its_last_good_document_and_is_kept_itself()
    {
        await _bench.SyncLines("""{"id":"1","name":"tea","price":1}""", """{"id":"2","name":"cup","price":1}""");
        var second = await _bench.SyncLines("""{"id":"1","name":"tea","price":"dear"}""");
        (second.State, second.Rejected, second.Removed).ShouldBe((RunState.Done, 1, 1));
        (await _bench.Documents()).Keys.ShouldBe(["1"]);
        var record = _bench.Runs.ReadRejected("shop", second.Run).ShouldHaveSingleItem();
        (record.Record, record.Offset, record.Id, record.Field).ShouldBe((1, 0, "1", "price"));
        System.Text.Encoding.UTF8.GetString(record.Bytes).ShouldBe("""{"id":"1","name":"tea","price":"dear"}""");
    }

    [Fact]
    public async Task While_a_record_is_rejected_whose_id_cannot_be_read_nothing_is_removed()
    {
        await _bench.SyncLines("""{"id":"1","name":"tea"}""", """{"id":"2","name":"cup"}""");
        var second = await _bench.SyncLines("""{"id":"1","name":"Tea"}""", """{"name":"cup"}""");
        (second.State, second.Replaced, second.Rejected, second.Removed).ShouldBe((RunState.Done, 1, 1, 0));
        second.HeldReasons.ShouldHaveSingleItem().ShouldContain("nothing was removed");
        (await _bench.Documents()).Keys.ShouldBe(["1", "2"]);

        _bench.Definition = _bench.Definition with { Removals = RemovalPolicy.Always };
        (await _bench.SyncLines("""{"id":"1","name":"Tea"}""", """{"name":"cup"}""")).Removed.ShouldBe(1);
    }

    [Fact]
    public async Task Of_a_repeated_id_the_last_record_wins()
    {
        var first = await _bench.SyncLines("""{"id":"1","name":"a"}""", """{"id":"2","name":"b"}""", """{"id":"1","name":"c"}""");
        (first.Added, first.Duplicates).ShouldBe((2, 1));
        (await _bench.Documents())["1"].ShouldBe("""{"name":"c"}""");
    }

    [Fact]
    public async Task An_incremental_feed_changes_only_what_it_names()
    {
        await _bench.SyncLines("""{"id":"1","name":"a"}""", """{"id":"2","name":"b"}""", """{"id":"3","name":"c"}""");
        _bench.Definition = _bench.Definition with { Feed = FeedKind.Incremental, Tombstone = new Tombstone(FieldPath.Of("gone"), ["true"]) };
        var report = await _bench.SyncLines("""{"id":"2","name":"B"}""", """{"id":"3","gone":true}""", """{"id":"4","name":"d"}""");
        (report.Added, report.Replaced, report.Removed).ShouldBe((1, 1, 1));
        (await _bench.Documents()).Keys.ShouldBe(["1", "2", "4"]);
        (await _bench.SyncText("")).State.ShouldBe(RunState.Done);
    }

    [Fact]
    public async Task Changed_fields_fill_a_new_index_and_searches_move_to_it_whole()
    {
        await _bench.SyncLines("""{"id":"1","name":"tea","x":"a"}""");
        var before = (await _bench.Index.ListAsync("shop", default)).Single(index => index.Live).Name;
        _bench.Definition = Some.Catalog(Some.Field("name"), Some.Field("x", FieldType.Keyword));
        var report = await _bench.SyncLines("""{"id":"1","name":"tea","x":"a"}""");
        report.Notes.ShouldContain(note => note.Contains("fields changed"));
        (await _bench.Index.ListAsync("shop", default)).Single(index => index.Live).Name.ShouldNotBe(before);
        (await _bench.Documents())["1"].ShouldBe("""{"name":"tea","x":"a"}""");
    }

    [Fact]
    public async Task A_plan_alone_changes_nothing()
    {
        await _bench.SyncLines("""{"id":"1","name":"tea"}""");
        var calls = _bench.Index.Calls;
        var plan = await _bench.SyncText("""{"id":"2","name":"cup"}""", new SyncOptions { PlanOnly = true });
        (plan.State, plan.Added, plan.Removed).ShouldBe((RunState.Planned, 1, 1));
        _bench.Index.Calls.ShouldBe(calls);
        Directory.GetFiles(plan.PlanFolder!).Select(Path.GetFileName).Order()
            .ShouldBe(["changes-000001.ndjson", "manifest.json", "next.ledger", "removals-000002.ndjson"]);
        (await _bench.Documents()).Keys.ShouldBe(["1"]);
    }

    [Fact]
    public async Task Documents_that_the_index_refuses_are_rejected_and_tried_again_by_the_next_run()
    {
        await _bench.SyncLines("""{"id":"1","name":"a"}""", """{"id":"2","name":"b"}""");
        string[] feed = ["""{"id":"1","name":"A"}""", """{"id":"2","name":"B"}""", """{"id":"3","name":"c"}"""];
        _bench.Index.Refuses = change => change.Id is "1" or "3";
        var refused = await _bench.SyncLines(feed);
        (refused.State, refused.Rejected, refused.Added, refused.Replaced).ShouldBe((RunState.Done, 2, 0, 1));
        (await _bench.Documents())["1"].ShouldBe("""{"name":"a"}""");

        _bench.Index.Refuses = _ => false;
        var again = await _bench.SyncLines(feed);
        (again.Added, again.Replaced, again.Unchanged).ShouldBe((1, 1, 1));
        (await _bench.SyncLines(feed)).Unchanged.ShouldBe(3);
    }

    [Fact]
    public async Task A_removal_that_the_index_refuses_is_tried_again()
    {
        await _bench.SyncLines("""{"id":"1","name":"a"}""", """{"id":"2","name":"b"}""");
        _bench.Index.Refuses = change => change.Id == "2";
        (await _bench.SyncLines("""{"id":"1","name":"a"}""")).Rejected.ShouldBe(1);
        _bench.Index.Refuses = _ => false;
        (await _bench.SyncLines("""{"id":"1","name":"a"}""")).Removed.ShouldBe(1);
        (await _bench.Documents()).Keys.ShouldBe(["1"]);
    }

    [Fact]
    public async Task A_second_run_at_the_same_time_is_refused_and_names_the_first()
    {
        using var lease = _bench.Runs.Acquire("shop", "sync");
        var refused = await Should.ThrowAsync<CatalogBusyException>(() => _bench.SyncLines("""{"id":"1"}"""));
        refused.Message.ShouldContain($"run {lease.Run}");
    }

    [Fact]
    public async Task A_CSV_feed_that_was_cut_off_inside_its_last_value_is_held_until_someone_says_that_it_is_whole()
    {
        _bench.Definition = Some.Catalog() with { Format = new FeedFormat { Kind = FeedFormatKind.Csv } };
        (await _bench.SyncText("id,name\n1,tea\n2,coffee\n3,cocoa\n")).State.ShouldBe(RunState.Done);

        var cut = await _bench.SyncText("id,name\n1,tea\n2,cof");

        cut.State.ShouldBe(RunState.Held);
        cut.HeldReasons.ShouldHaveSingleItem().ShouldContain("no line break");
        (await _bench.Documents())["2"].ShouldContain("coffee");
        (await _bench.SyncText("id,name\n1,tea\n2,coffee\n3,milk\n")).State.ShouldBe(RunState.Done);

        // A source that from now on writes no last line break is asked about once.
        (await _bench.SyncText("id,name\n1,tea\n2,milk")).State.ShouldBe(RunState.Held);
        (await _bench.Holds.ApproveAsync("shop", new Approval(), null, default)).State.ShouldBe(RunState.Done);
        (await _bench.SyncText("id,name\n1,tea\n2,water")).State.ShouldBe(RunState.Done);
    }

    [Fact]
    public async Task A_lost_ledger_is_an_error_with_a_way_out_that_works()
    {
        await _bench.SyncLines("""{"id":"1","name":"a"}""", """{"id":"2","name":"b"}""");
        Directory.Delete(Path.Combine(_bench.DataFolder, "catalogs", "shop", "ledgers"), recursive: true);
        var lost = await _bench.SyncLines("""{"id":"1","name":"a"}""");
        lost.State.ShouldBe(RunState.Failed);
        lost.Error.ShouldNotBeNull().ShouldContain("--rebuild");
        var rebuilt = await _bench.SyncText("""{"id":"1","name":"a"}""", new SyncOptions { Rebuild = true });
        rebuilt.State.ShouldBe(RunState.Done, rebuilt.Error);
        (await _bench.Documents()).Keys.ShouldBe(["1"]);
    }

    private List<(string Path, DateTime Written)> LedgerFiles() =>
    [
        .. Directory.EnumerateFiles(Path.Combine(_bench.DataFolder, "catalogs", "shop", "ledgers"), "*", SearchOption.AllDirectories)
            .Order().Select(path => (path, File.GetLastWriteTimeUtc(path))),
    ];
}
