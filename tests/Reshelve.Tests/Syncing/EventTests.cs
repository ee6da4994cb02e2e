using System.Text;
using Reshelve.Catalogs;
using Reshelve.Events;
using Reshelve.Feeds;
using Reshelve.Running;

namespace Reshelve.Tests.Syncing;

/// <summary>Single documents are in the index at once, and in whatever index comes next; the next feed is newer still.</summary>
public sealed class EventTests
{
    [Fact]
    public async Task A_put_document_is_searched_at_once_and_goes_when_the_next_feed_lacks_it()
    {
        await using var bench = new SyncBench();
        await bench.SyncLines(Line("1", "one"));
        var results = await bench.Put(Line("2", "two"));
        results.ShouldBe([new EventResult("2", EventOutcome.Put)]);
        (await bench.Documents()).Keys.Order().ShouldBe(["1", "2"]);

        var next = await bench.SyncLines(Line("1", "one"));
        (next.Removed, next.Unchanged).ShouldBe((1, 1));
        (await bench.Documents()).Keys.ShouldBe(["1"]);
    }

    [Fact]
    public async Task Removing_what_is_not_there_says_so()
    {
        await using var bench = new SyncBench();
        await bench.SyncLines(Line("1", "one"), Line("2", "two"));
        (await bench.Events.RemoveAsync(bench.Definition, ["1", "nosuch", "1"], CancellationToken.None)).Select(result => result.Outcome)
            .ShouldBe([EventOutcome.Superseded, EventOutcome.Absent, EventOutcome.Removed]);
        (await bench.Events.RemoveAsync(bench.Definition, ["1"], CancellationToken.None)).Single().Outcome.ShouldBe(EventOutcome.Absent);
    }

    [Fact]
    public async Task The_next_feed_takes_back_a_put_that_it_contradicts_and_leaves_one_that_it_confirms()
    {
        await using var bench = new SyncBench();
        await bench.SyncLines(Line("1", "one"), Line("2", "two"), Line("3", "three"));
        await bench.Put(Line("1", "changed"), Line("2", "new two"));
        var next = await bench.SyncLines(Line("1", "one"), Line("2", "new two"), Line("3", "three"));
        (next.Replaced, next.Unchanged).ShouldBe((1, 2));
        (await bench.Documents())["1"].ShouldContain("one");
        (await bench.Documents())["2"].ShouldContain("new two");
    }

    [Fact]
    public async Task The_same_feed_again_is_no_newer_than_what_was_put_and_removed_since()
    {
        await using var bench = new SyncBench();
        var feed = bench.OldFile(Line("1", "one"), Line("2", "two"));
        await bench.SyncFile(feed);
        await bench.Events.RemoveAsync(bench.Definition, ["1"], CancellationToken.None);
        (await bench.SyncFile(feed)).Notes.ShouldContain("the feed is the one that was applied last");
        (await bench.Documents()).Keys.ShouldBe(["2"]);
        await bench.SyncFile(feed, new SyncOptions { Rebuild = true });
        (await bench.Documents()).Keys.ShouldBe(["2"]);
        await bench.ShouldEndAs(Line("1", "one"), Line("2", "two"));
    }

    [Fact]
    public async Task The_same_feed_compared_again_for_what_was_rejected_of_it_leaves_what_was_put_since()
    {
        await using var bench = new SyncBench();
        string[] lines = [Line("1", "one"), Line("2", "two"), Line("3", "three"), """{"id":"4","name":"four","price":"none"}"""];
        var feed = bench.OldFile(lines);
        (await bench.SyncFile(feed)).Rejected.ShouldBe(1);
        await bench.Put(Line("1", "put"));
        await bench.Events.RemoveAsync(bench.Definition, ["2"], CancellationToken.None);
        for (var i = 0; i < 2; i++)
        {
            (await bench.SyncFile(feed)).State.ShouldBe(RunState.Done);
            (await bench.Documents()).Keys.Order().ShouldBe(["1", "3"]);
            (await bench.Documents())["1"].ShouldContain("put");
        }

        // The definition is mended: now the same feed changes something, and all of it is written again.
        bench.Definition = bench.Definition with
        {
            Fields = [.. bench.Definition.Fields.Where(field => field.Name != "price")],
        };
        (await bench.SyncFile(feed)).State.ShouldBe(RunState.Done);
        (await bench.Documents()).Keys.Order().ShouldBe(["1", "3", "4"]);
        (await bench.Documents())["1"].ShouldContain("put");
        await bench.ShouldEndAs([.. lines.Take(3)]);
    }

    [Theory]
    [InlineData("write")]
    [InlineData("refresh")]
    public async Task What_is_put_and_removed_during_a_sync_is_in_its_result_and_the_next_feed_is_newer(string during)
    {
        await using var bench = new SyncBench();
        await bench.SyncLines(Line("1", "one"), Line("2", "two"), Line("3", "three"));
        string[] feed = [Line("1", "from the feed"), Line("2", "also from the feed"), Line("4", "four")];
        await bench.During(during, async () =>
        {
            await bench.Put(Line("1", "put"), Line("5", "put"));
            await bench.Events.RemoveAsync(bench.Definition, ["2", "4"], CancellationToken.None);
        });
        (await bench.SyncLines(feed)).State.ShouldBe(RunState.Done);
        var documents = await bench.Documents();
        documents.Keys.Order().ShouldBe(["1", "5"]);
        documents["1"].ShouldContain("put");

        await bench.ShouldEndAs(feed);
    }

    [Theory]
    [InlineData("create")]
    [InlineData("write")]
    [InlineData("refresh")]
    public async Task What_is_put_and_removed_during_a_rebuild_is_in_the_promoted_index(string during)
    {
        await using var bench = new SyncBench();
        string[] feed = [Line("1", "one"), Line("2", "two"), Line("3", "three")];
        await bench.SyncLines(feed);
        await bench.During(during, async () =>
        {
            await bench.Put(Line("1", "put"), Line("5", "put"));
            await bench.Put(Line("1", "put again"));
            await bench.Events.RemoveAsync(bench.Definition, ["2"], CancellationToken.None);
        });
        (await bench.SyncLines(feed, new SyncOptions { Rebuild = true })).State.ShouldBe(RunState.Done);
        var documents = await bench.Documents();
        documents.Keys.Order().ShouldBe(["1", "3", "5"]);
        documents["1"].ShouldContain("put again");

        await bench.ShouldEndAs(feed);
    }

    [Fact]
    public async Task The_very_first_put_is_waited_for_by_a_sync_that_began_after_it()
    {
        await using var bench = new SyncBench();
        string[] feed = [Line("1", "one"), Line("2", "two")];
        await bench.SyncLines(feed);
        var live = (await bench.Live())!;
        var store = new Reshelve.Running.CatalogFolder(bench.DataFolder, "shop").LedgersOf(live);
        Task<RunReport> sync;
        EventEntry entry;
        using (var turn = await bench.Runs.TakeEventTurnAsync("shop", CancellationToken.None))
        {
            var item = new EventItem(Reshelve.Planning.ChangeKind.Replace, "1", default, """{"name":"put"}"""u8.ToArray());
            entry = new EventEntry(turn.NextSequence(), [item]);
            sync = Task.Run(() => bench.SyncLines([.. feed, Line("3", "three")]));
            await Task.WhenAny(sync, Task.Delay(500, TestContext.Current.CancellationToken));
            EventWriter.Note(store, entry);
        }

        await EventWriter.WriteAsync(bench.Index, live, entry, CancellationToken.None);
        (await sync).State.ShouldBe(RunState.Done);
        await bench.ShouldEndAs([.. feed, Line("3", "three")]);
    }

    [Fact]
    public async Task What_was_put_while_a_killed_rebuild_waited_to_be_finished_is_older_than_the_feed_of_the_run_that_finishes_it()
    {
        using var left = new TemporaryFolder();
        await using (var killed = new SyncBench())
        {
            await killed.SyncLines(Line("1", "one"), Line("2", "two"));
            await killed.During("refresh", () =>
            {
                killed.Snapshot(left["data"]);
                return Task.CompletedTask;
            });
            await killed.RebuildLines(Line("1", "one"), Line("3", "three"));
        }

        await using var bench = new SyncBench(left["data"]);
        await bench.Put(Line("1", "put"), Line("9", "put"));
        await bench.Events.RemoveAsync(bench.Definition, ["3"], CancellationToken.None);
        var last = await bench.SyncLines(Line("1", "from the feed"), Line("3", "three"));
        last.State.ShouldBe(RunState.Done, last.Error);
        last.Notes.ShouldContain(note => note.Contains("was finished first"));
        var documents = await bench.Documents();
        documents.Keys.Order().ShouldBe(["1", "3"]);
        documents["1"].ShouldContain("from the feed");
        (await bench.Repair.VerifyAsync(bench.Definition, mend: false, CancellationToken.None)).InStep.ShouldBeTrue();
        bench.Runs.List("shop", 10).ShouldAllBe(run => run.State == RunState.Done);
    }

    [Fact]
    public async Task A_put_that_a_crash_cut_short_is_settled_by_the_next_feed()
    {
        foreach (var before in new[] { true, false })
        {
            await using var bench = new SyncBench();
            string[] feed = [Line("1", "one"), Line("2", "two")];
            await bench.SyncLines(feed);
            var crash = (string name, int _) =>
            {
                if (name == "write")
                    throw new FaultyIndex.Crash();
            };
            if (before)
                bench.Index.Before = crash;
            else
                bench.Index.After = crash;
            await Should.ThrowAsync<FaultyIndex.Crash>(bench.Put(Line("1", "changed"), Line("9", "new")));
            await Should.ThrowAsync<FaultyIndex.Crash>(bench.Events.RemoveAsync(bench.Definition, ["2"], CancellationToken.None));
            bench.Index.Before = bench.Index.After = (_, _) => { };
            await bench.ShouldEndAs(feed);
        }
    }

    [Fact]
    public async Task A_record_that_is_no_document_or_that_the_index_refuses_changes_nothing_and_does_not_stop_the_others()
    {
        await using var bench = new SyncBench();
        string[] feed = [Line("1", "one"), Line("2", "two")];
        await bench.SyncLines(feed);
        bench.Index.Refuses = change => change.Id == "2";
        var results = await bench.Put(Line("1", "changed"), """{"name":"without an id"}""", Line("2", "refused"), Line("3", "first"), Line("3", "second"));
        results.Select(result => result.Outcome).ShouldBe(
            [EventOutcome.Put, EventOutcome.Rejected, EventOutcome.Rejected, EventOutcome.Superseded, EventOutcome.Put]);
        results[1].Reason!.ShouldContain("no id");
        results[2].Reason!.ShouldContain("refused by the test");
        (await bench.Documents())["3"].ShouldContain("second");
        bench.Index.Refuses = _ => false;
        var next = await bench.SyncLines(feed);
        (next.Replaced, next.Removed, next.Unchanged).ShouldBe((1, 1, 1));
    }

    [Fact]
    public async Task What_is_put_into_an_index_that_was_filled_with_nothing_is_noted_like_any_other()
    {
        await using var bench = new SyncBench();
        bench.Definition = bench.Definition with { Checks = CatalogChecks.None };
        (await bench.SyncLines("""{"name":"without an id"}""")).State.ShouldBe(RunState.Done);
        (await bench.Put(Line("1", "one"))).ShouldBe([new EventResult("1", EventOutcome.Put)]);
        (await bench.Repair.VerifyAsync(bench.Definition, mend: false, CancellationToken.None)).InStep.ShouldBeTrue();
        await bench.ShouldEndAs(Line("1", "one"), Line("2", "two"));
    }

    [Fact]
    public async Task Without_an_index_or_with_other_fields_than_its_own_nothing_is_put()
    {
        await using var bench = new SyncBench();
        (await Should.ThrowAsync<ReshelveException>(bench.Put(Line("1", "one")))).Message.ShouldContain("has no index yet");
        await bench.SyncLines(Line("1", "one"));
        bench.Definition = bench.Definition with { Fields = [.. bench.Definition.Fields.Skip(1)] };
        (await Should.ThrowAsync<ReshelveException>(bench.Put(Line("1", "two")))).Message.ShouldContain("differ from those of its index");
    }

    [Fact]
    public async Task Puts_at_the_same_time_and_a_sync_among_them_leave_the_ledger_and_the_index_agreeing()
    {
        await using var bench = new SyncBench();
        var feed = Enumerable.Range(0, 50).Select(i => Line($"{i}", "feed")).ToArray();
        await bench.SyncLines(feed);
        var puts = Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            for (var i = 0; i < 10; i++)
            {
                await bench.Put(Line($"{(worker + i) % 10}", $"put by {worker}"), Line($"{100 + worker}", $"{i}"));
                await bench.Events.RemoveAsync(bench.Definition, [$"{20 + i}"], CancellationToken.None);
            }
        }));
        var syncs = Task.Run(async () =>
        {
            for (var i = 0; i < 3; i++)
                (await bench.SyncLines([.. feed, Line("new", $"{i}")])).State.ShouldBe(RunState.Done);
        });
        await Task.WhenAll([.. puts, syncs]);
        await bench.ShouldEndAs(feed);
    }

    [Fact]
    public void Input_may_be_objects_on_lines_one_after_the_other_or_in_arrays()
    {
        Cut("""{"a":1}{"a":[2,{}]}""" + "\n\n" + """[{"a":3},""" + "\n" + """ {"a":4}]""" + " []").ShouldBe(["""{"a":1}""", """{"a":[2,{}]}""", """{"a":3}""", """{"a":4}"""]);
        Cut("\uFEFF{}").ShouldBe(["{}"]);
        Cut(" \n").ShouldBeEmpty();
        Should.Throw<ReshelveException>(() => Cut("{\"a\":1}\n{\"a\":")).Message.ShouldContain("document 2 (line 2)");
        Should.Throw<ReshelveException>(() => Cut("{\"a\":1}\n7")).Message.ShouldContain("byte 8");
        Should.Throw<ReshelveException>(() => Cut("[[{}]]")).Message.ShouldContain("no document");

        static string[] Cut(string text) => [.. EventInput.Cut(Encoding.UTF8.GetBytes(text)).Select(record => Encoding.UTF8.GetString(record.Span))];
    }

    private static string Line(string id, string name) => $$"""{"id":"{{id}}","name":"{{name}}","price":1}""";
}
