using Reshelve.Catalogs;
using Reshelve.Indexing;
using Reshelve.Planning;
using Reshelve.Running;
using Reshelve.StandIn;
using Reshelve.Tests.Syncing;

namespace Reshelve.Tests.OpenSearch.Flows;

/// <summary>What a workspace can do with its indexes, done on a cluster, and compared with the same on files.</summary>
public sealed class ClusterFlowTests : IAsyncLifetime
{
    private ClusterBench _cluster = null!;

    private SyncBench Bench => _cluster.Bench;

    public async ValueTask InitializeAsync() => _cluster = await ClusterBench.StartAsync();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task Feeds_leave_the_same_documents_as_on_files()
    {
        await using var files = new SyncBench();
        foreach (var feed in new[] { Feed(0, 3000, 1), Feed(0, 3000, 2), Feed(100, 3200, 2), Feed(100, 3200, 2), Feed(100, 3100, 3) })
        {
            var (here, there) = (await Bench.SyncText(feed), await files.SyncText(feed));
            here.State.ShouldBe(RunState.Done, here.Error);
            (here.Added, here.Replaced, here.Patched, here.Removed, here.Unchanged).ShouldBe((there.Added, there.Replaced, there.Patched, there.Removed, there.Unchanged));
            (await Bench.Documents()).ShouldBe(await files.Documents());
        }

        (await VerifyAsync()).InStep.ShouldBeTrue();
    }

    [Fact]
    public async Task A_patch_writes_no_more_than_what_changed()
    {
        await Bench.SyncText(Feed(0, 1000, 1));
        var before = _cluster.Server.Writes.WithEffect;
        await Bench.SyncText(Feed(0, 1000, 1).Replace("\"id\":\"77\",\"name\":\"n1\",\"price\":1", "\"id\":\"77\",\"name\":\"n1\",\"price\":5", StringComparison.Ordinal));
        (_cluster.Server.Writes.WithEffect - before).ShouldBe(1);
    }

    [Fact]
    public async Task A_rebuild_moves_searches_and_can_be_rolled_back_and_swept()
    {
        await Bench.SyncText(Feed(0, 200, 1));
        var first = (await Bench.Live())!;
        (await Bench.SyncText(Feed(0, 200, 2), new SyncOptions { Rebuild = true })).State.ShouldBe(RunState.Done);
        var second = (await Bench.Live())!;
        second.ShouldNotBe(first);
        await Bench.Indexes.RollBackAsync("shop", null, default);
        (await Bench.Live()).ShouldBe(first);
        (await Bench.Documents()).Values.ShouldAllBe(document => document.Contains("n1"));
        await Bench.Indexes.PromoteAsync("shop", second, default);

        Bench.Definition = Bench.Definition with { Rebuilds = new RebuildPolicy { Retain = 0 } };
        (await Bench.Indexes.SweepAsync(Bench.Definition, dryRun: false, default)).ShouldHaveSingleItem().Name.ShouldBe(first);
        _cluster.Server.Indexes.ShouldBe([ClusterBench.Prefix + second]);
    }

    [Fact]
    public async Task Nothing_of_anybody_else_is_ever_swept_whatever_its_name()
    {
        await _cluster.SendAsync(HttpMethod.Put, "/p-shop_20200101000000");
        await using var others = _cluster.Open("others");
        others.Definition = others.Definition with { Name = "shop2" };
        await others.SyncText(Feed(0, 10, 1));
        var theirs = _cluster.Server.Indexes;

        Bench.Definition = Bench.Definition with { Rebuilds = new RebuildPolicy { Retain = 0 } };
        await Bench.SyncText(Feed(0, 10, 1));
        await Bench.RebuildLines(Feed(0, 10, 1).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        await Bench.Indexes.SweepAsync(Bench.Definition, dryRun: false, default);

        _cluster.Server.Indexes.ShouldBe([.. theirs, ClusterBench.Prefix + await Bench.Live()], ignoreOrder: true);
    }

    [Fact]
    public async Task Other_fields_lead_to_another_index()
    {
        await Bench.SyncText(Feed(0, 10, 1));
        var first = await Bench.Live();
        var fields = Bench.Definition.Fields.Select(field => field.Name == "price" ? field with { Type = FieldType.Keyword } : field);
        Bench.Definition = Bench.Definition with { Fields = [.. fields] };
        var report = await Bench.SyncText(Feed(0, 10, 1));
        report.State.ShouldBe(RunState.Done, report.Error);
        (await Bench.Live()).ShouldNotBe(first);
    }

    [Fact]
    public async Task Single_documents_win_over_what_is_being_rebuilt()
    {
        await Bench.SyncText(Feed(0, 100, 1));
        await Bench.Put(Line("5", "put"), Line("new", "put"));
        await Bench.Events.RemoveAsync(Bench.Definition, ["7", "nosuch"], default);
        (await Bench.Documents()).Count.ShouldBe(100);
        await Bench.During("write", () => Bench.Put(Line("9", "meanwhile")));
        (await Bench.RebuildLines(Feed(0, 100, 1).Split('\n', StringSplitOptions.RemoveEmptyEntries))).State.ShouldBe(RunState.Done);
        var documents = await Bench.Documents();
        documents["9"].ShouldContain("meanwhile");
        // What was put before the feed came is as the feed says.
        documents["5"].ShouldContain("n1");
        (await VerifyAsync()).InStep.ShouldBeTrue();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_index_that_refuses_most_of_a_catalog_is_never_searched(bool isFirst)
    {
        if (!isFirst)
            await Bench.SyncText(Feed(0, 100, 1));
        var live = await Bench.Live();
        Bench.Index.Refuses = change => int.Parse(change.Id) % 3 == 0;
        var report = await Bench.SyncText(Feed(0, 100, 1), new SyncOptions { Rebuild = true });
        (report.State, report.Error!.Contains("refused 34 of 100")).ShouldBe((RunState.Failed, true), report.Error);
        (await Bench.Live()).ShouldBe(live);
        _cluster.Server.Indexes.Count.ShouldBe(isFirst ? 0 : 1);

        Bench.Index.Refuses = _ => false;
        (await Bench.SyncText(Feed(0, 100, 1), new SyncOptions { Rebuild = true })).State.ShouldBe(RunState.Done);
        (await Bench.Documents()).Count.ShouldBe(100);
    }

    [Fact]
    public async Task Documents_that_were_changed_by_hand_do_not_outrank_the_runs_to_come()
    {
        await Bench.SyncText(Feed(0, 50, 1));
        for (var i = 0; i < 30; i++)
            await _cluster.BulkAsync($"p-{await Bench.Live()}", new { update = new { _id = "3" } }, new { doc = new { price = i } });
        await Bench.ShouldEndAs(Feed(0, 50, 2).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        (await VerifyAsync()).InStep.ShouldBeTrue();
    }

    [Fact]
    public async Task A_write_alias_that_somebody_removed_is_put_back_by_the_next_process()
    {
        await Bench.SyncText(Feed(0, 50, 1));
        await _cluster.SendAsync(HttpMethod.Delete, $"/p-{await Bench.Live()}/_alias/p-{await Bench.Live()}.w");
        (await Bench.SyncText(Feed(0, 51, 1))).State.ShouldBe(RunState.Failed);
        await using var next = _cluster.Open("bench", Bench.DataFolder);
        next.Definition = Bench.Definition;
        await next.ShouldEndAs(Feed(0, 51, 1).Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task A_live_index_that_is_gone_is_named_in_the_report()
    {
        await Bench.SyncText(Feed(0, 50, 1));
        var live = (await Bench.Live())!;
        await _cluster.SendAsync(HttpMethod.Delete, $"/p-{live}/_alias/p-shop");
        string.Join("; ", (await Bench.SyncText(Feed(0, 50, 1))).Notes).ShouldContain($"though the index {live} is there");
        live = (await Bench.Live())!;
        await _cluster.SendAsync(HttpMethod.Delete, $"/p-{live}");
        string.Join("; ", (await Bench.SyncText(Feed(0, 50, 1))).Notes).ShouldContain($"the index {live}, which was searched, is gone");
    }

    [Fact]
    public async Task What_was_put_goes_along_to_an_index_that_lacks_one_of_its_fields()
    {
        var feed = Bench.OldFile([.. Enumerable.Range(0, 10).Select(i => Line($"{i}", "n1"))]);
        await Bench.SyncFile(feed);
        await Bench.Put(Line("5", "put"));
        Bench.Definition = Bench.Definition with { Fields = [.. Bench.Definition.Fields.Where(field => field.Name != "price")] };
        (await Bench.SyncFile(feed)).State.ShouldBe(RunState.Done);
        (await Bench.Documents())["5"].ShouldBe("""{"name":"put","other":{"price":1}}""");
    }

    [Theory]
    [InlineData("promote")]
    [InlineData("refresh")]
    public async Task An_index_deleted_after_its_run_was_cut_short_does_not_hold_up_the_next(string at)
    {
        await Bench.SyncText(Feed(0, 50, 1));
        Bench.Index.After = (name, _) =>
        {
            if (name == at)
                throw new FaultyIndex.Crash();
        };
        await Bench.SyncText(Feed(0, 50, 1), new SyncOptions { Rebuild = true });
        Bench.Index.After = (_, _) => { };
        foreach (var index in _cluster.Server.Indexes)
            await _cluster.SendAsync(HttpMethod.Delete, "/" + index);
        await Bench.ShouldEndAs(Feed(0, 55, 1).Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task What_others_did_to_documents_is_found_and_mended()
    {
        await Bench.SyncText(Feed(0, 50, 1));
        await Bench.BehindOurBackAsync(
            new Change(ChangeKind.Remove, "3", default),
            new Change(ChangeKind.Replace, "4", """{"name":"other"}"""u8.ToArray()),
            new Change(ChangeKind.Add, "x", """{"name":"extra"}"""u8.ToArray()));
        var report = await VerifyAsync(mend: true);
        (report.Missing, report.Extra, report.Stale).ShouldBe((1, 1, 1));
        await Bench.ShouldEndAs(Feed(0, 50, 1).Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task A_lost_ledger_is_restored_from_the_index()
    {
        await Bench.SyncText(Feed(0, 2500, 1));
        Directory.Delete(Bench.FileOf("ledgers"), recursive: true);
        (await Bench.Repair.RebuildLedgerAsync(Bench.Definition, default)).Documents.ShouldBe(2500);
        var report = await Bench.SyncText(Feed(0, 2500, 1));
        (report.State, report.Added, report.Replaced, report.Unchanged).ShouldBe((RunState.Done, 0, 0, 2500));
    }

    [Fact]
    public async Task After_a_lost_data_folder_and_a_restored_ledger_feeds_are_written_again()
    {
        for (var version = 1; version <= 4; version++)
            await Bench.SyncText(Feed(0, 1200, version));
        await using var again = _cluster.Open("bench");
        (await again.Repair.RebuildLedgerAsync(again.Definition, default)).Documents.ShouldBe(1200);

        var report = await again.SyncText(Feed(0, 1200, 5));

        (report.State, report.Patched + report.Replaced).ShouldBe((RunState.Done, 400));
        (await again.Documents()).Values.Count(document => document.Contains("n5")).ShouldBe(400);
    }

    [Fact]
    public async Task After_an_older_data_folder_was_put_back_a_repair_lets_feeds_be_written_again()
    {
        await Bench.SyncText(Feed(0, 50, 1));
        await using var older = _cluster.Open("bench", Bench.DataFolder);
        await Bench.SyncText(Feed(0, 50, 2));
        await Bench.SyncText(Feed(0, 60, 3));
        var ignored = await older.SyncText(Feed(0, 60, 4));
        ignored.Notes.ShouldContain(note => note.Contains("reshelve verify"));

        (await older.Repair.VerifyAsync(older.Definition, mend: true, default)).Stale.ShouldBe(20);

        await older.ShouldEndAs(Feed(0, 60, 4).Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task A_document_that_the_mapping_refuses_is_a_rejected_record_with_the_server_s_reason()
    {
        await Bench.SyncText(Feed(0, 10, 1));
        Bench.Index.Stores = change => change.Id == "3" ? change with { Document = """{"name":"n2","price":"cheap"}"""u8.ToArray() } : change;
        var report = await Bench.SyncText(Feed(0, 10, 2), new SyncOptions());
        report = report.State == RunState.Held ? await Bench.Approve() : report;
        report.Rejected.ShouldBe(1);
        Bench.Runs.ReadRejected("shop", report.Run).ShouldHaveSingleItem().Reason.ShouldContain("[price]");
        (await Bench.Documents())["3"].ShouldContain("n1");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_sync_that_ends_at_any_call_is_finished_by_the_next(bool before)
    {
        for (var at = 0; ; at++)
        {
            await using var cluster = await ClusterBench.StartAsync();
            var bench = cluster.Bench;
            bench.Definition = bench.Definition with { Checks = CatalogChecks.None };
            await bench.SyncText(Feed(0, 300, 1));
            var first = bench.Index.Calls;
            var interrupted = false;
            void Fail(string name, int number)
            {
                if (number - first != at)
                    return;
                interrupted = true;
                throw new FaultyIndex.Crash();
            }

            if (before)
                bench.Index.Before = Fail;
            else
                bench.Index.After = Fail;
            await bench.SyncText(Feed(20, 400, 2), new SyncOptions { Rebuild = at % 2 == 0 });
            bench.Index.Before = bench.Index.After = (_, _) => { };
            await bench.ShouldEndAs(Feed(50, 420, 3).Split('\n', StringSplitOptions.RemoveEmptyEntries));
            if (!interrupted)
                return;
            at.ShouldBeLessThan(30);
        }
    }

    [Fact]
    public async Task An_index_deleted_behind_our_back_is_missed_and_filled_anew()
    {
        await Bench.SyncText(Feed(0, 100, 1));
        var live = (await Bench.Live())!;
        await _cluster.SendAsync(HttpMethod.Delete, $"/p-{live}");
        var report = await Bench.SyncText(Feed(0, 100, 1));
        report.State.ShouldBe(RunState.Done, report.Error);
        (report.Added, await Bench.Live() == live).ShouldBe((100, false));
        _cluster.Server.Indexes.Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_index_deleted_while_it_is_written_is_not_made_by_the_writing()
    {
        await Bench.SyncText(Feed(0, 100, 1));
        var live = (await Bench.Live())!;
        await Bench.During("write", () => _cluster.SendAsync(HttpMethod.Delete, $"/p-{live}"));
        var report = await Bench.SyncText(Feed(0, 101, 1));
        (report.State, report.Error!.Contains($"p-{live}")).ShouldBe((RunState.Failed, true), report.Error);
        _cluster.Server.Indexes.ShouldBeEmpty();
        await Bench.ShouldEndAs(Feed(0, 101, 1).Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task An_index_with_the_alias_s_name_is_explained_and_nothing_is_touched()
    {
        await _cluster.SendAsync(HttpMethod.Put, "/p-shop");
        var report = await Bench.SyncText(Feed(0, 10, 1));
        report.State.ShouldBe(RunState.Failed);
        report.Error!.ShouldContain("p-shop");
        report.Error!.ShouldContain("take over");
        _cluster.Server.Indexes.ShouldBe(["p-shop"]);
    }

    [Fact]
    public async Task An_alias_that_points_at_two_indexes_is_explained()
    {
        await Bench.SyncText(Feed(0, 10, 1));
        await _cluster.SendAsync(HttpMethod.Put, "/other");
        await _cluster.SendAsync(HttpMethod.Put, "/other/_alias/p-shop");
        var report = await Bench.SyncText(Feed(0, 11, 1));
        report.State.ShouldBe(RunState.Failed);
        report.Error!.ShouldContain("other");
        await _cluster.SendAsync(HttpMethod.Delete, "/other/_alias/p-shop");
        await Bench.ShouldEndAs(Feed(0, 11, 1).Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private Task<DriftReport> VerifyAsync(bool mend = false) => Bench.Repair.VerifyAsync(Bench.Definition, mend, default);

    private static string Line(string id, string name) => $$"""{"id":"{{id}}","name":"{{name}}","price":1}""";

    private static string Feed(int from, int to, int version) =>
        string.Concat(Enumerable.Range(from, to - from).Select(i => Line($"{i}", $"n{(i % 3 == 0 ? version : 1)}") + "\n"));
}
