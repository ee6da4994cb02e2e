using Reshelve.Catalogs;
using Reshelve.Planning;
using Reshelve.Running;

namespace Reshelve.Tests.Syncing;

/// <summary>What is held waits as it was made, until it is approved, discarded, or replaced by a newer feed's plan.</summary>
public sealed class HeldPlanTests : IAsyncDisposable
{
    private readonly SyncBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task Held_removals_wait_while_the_rest_goes_on_and_are_carried_out_when_approved()
    {
        await _bench.SyncText(Feed(0, 1000));
        var held = await _bench.SyncText(Feed(500, 1010));
        (held.State, held.Added, held.Removed, held.RemovalsHeld).ShouldBe((RunState.Done, 10, 0, 500));
        held.HeldReasons.ShouldHaveSingleItem().ShouldContain("--removals");
        (await _bench.Documents()).Count.ShouldBe(1010);

        var waiting = _bench.Holds.Find("shop").ShouldNotBeNull();
        (waiting.Run, waiting.Part, waiting.Counts.RemovalsHeld).ShouldBe((held.Run, HeldPart.Removals, 500));
        (await _bench.Approve()).Error.ShouldNotBeNull().ShouldContain("--removals");

        var approved = await _bench.Approve(removals: true);
        (approved.State, approved.Removed).ShouldBe((RunState.Done, 500), approved.Error);
        _bench.Holds.Find("shop").ShouldBeNull();
        await ShouldEqualFreshAsync(Feed(500, 1010));
        var next = await _bench.SyncText(Feed(500, 1010));
        (next.State, next.Unchanged, next.Parsed, next.HeldReasons.Count).ShouldBe((RunState.Done, 510, 0, 0));
        Report(held.Run).Notes.ShouldContain(note => note.Contains($"approved by run {approved.Run}"));
    }

    [Fact]
    public async Task A_held_plan_is_applied_as_it_was_made_when_approved()
    {
        await _bench.SyncText(Feed(0, 1000));
        var calls = _bench.Index.Calls;
        var held = await _bench.SyncText(Feed(5, 1003, version: 2));
        (held.State, held.Replaced, held.Added, held.Removed).ShouldBe((RunState.Held, 995, 3, 5));
        held.HeldReasons.ShouldHaveSingleItem().ShouldContain("`name` changed in nearly every record");
        _bench.Index.Calls.ShouldBe(calls);

        var approved = await _bench.Approve(run: held.Run);
        (approved.State, approved.Replaced, approved.Removed, approved.HeldReasons.Count).ShouldBe((RunState.Done, 995, 5, 0), approved.Error);
        await ShouldEqualFreshAsync(Feed(5, 1003, version: 2));
        (Report(held.Run).State, _bench.Holds.Find("shop")).ShouldBe((RunState.Done, null));
        (await _bench.SyncText(Feed(5, 1003, version: 2))).Parsed.ShouldBe(0);
    }

    [Fact]
    public async Task What_an_approved_plan_rejected_is_found_with_the_run_that_approved_it()
    {
        await _bench.SyncText(Feed(0, 100));
        var held = await _bench.SyncText(Feed(0, 100) + Broken(30));
        (held.State, held.Rejected).ShouldBe((RunState.Held, 30));

        var approved = await _bench.Approve();
        (approved.State, approved.Rejected).ShouldBe((RunState.Done, 30), approved.Error);
        _bench.Runs.ReadRejected("shop", approved.Run).Select(record => (record.Record, record.Id, record.Reason))
            .ShouldBe(_bench.Runs.ReadRejected("shop", held.Run).Select(record => (record.Record, record.Id, record.Reason)));
    }

    [Fact]
    public async Task An_approved_feed_is_not_held_again_for_the_records_that_it_rejects()
    {
        await _bench.SyncText(Feed(0, 100));
        var path = _bench.OldFile((Feed(0, 100) + Broken(30)).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        (await _bench.SyncFile(path)).State.ShouldBe(RunState.Held);
        await _bench.Approve();

        var again = await _bench.SyncFile(path);
        (again.State, again.Rejected, again.HeldReasons.Count).ShouldBe((RunState.Done, 30, 0), again.Error);
        _bench.Holds.Find("shop").ShouldBeNull();
        (await _bench.SyncText(Feed(0, 101) + Broken(30))).State.ShouldBe(RunState.Held);
    }

    [Fact]
    public async Task The_same_feed_again_stays_held_and_since_the_first_time()
    {
        await _bench.SyncText(Feed(0, 1000));
        var path = _bench.OldFile(Feed(0, 1000, version: 2).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        (await _bench.SyncFile(path)).State.ShouldBe(RunState.Held);
        var since = _bench.Holds.Find("shop")!.Since;
        var again = await _bench.SyncFile(path);
        again.State.ShouldBe(RunState.Held);
        (_bench.Holds.Find("shop")!.Run, _bench.Holds.Find("shop")!.Since).ShouldBe((again.Run, since));
        (await _bench.Approve(run: again.Run - 1)).Error.ShouldNotBeNull().ShouldContain("no longer");
        (await _bench.Approve()).State.ShouldBe(RunState.Done);
        (await _bench.SyncFile(path)).Notes.ShouldContain("the feed is the one that was applied last");
    }

    [Fact]
    public async Task Removals_that_are_held_are_held_again_with_the_same_feed()
    {
        await _bench.SyncText(Feed(0, 1000));
        var path = _bench.OldFile(Feed(500, 1000).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        for (var i = 0; i < 3; i++)
        {
            var report = await _bench.SyncFile(path);
            (report.State, report.RemovalsHeld, report.HeldReasons.Count).ShouldBe((RunState.Done, 500, 1), $"sync {i}");
        }

        (await _bench.Documents()).Count.ShouldBe(1000);
        (await _bench.Approve(removals: true)).Removed.ShouldBe(500);
    }

    [Fact]
    public async Task A_newer_feed_replaces_a_held_plan()
    {
        await _bench.SyncText(Feed(0, 1000));
        var held = await _bench.SyncText(Feed(0, 1000, version: 2));
        var folder = _bench.Holds.Find("shop")!.Folder;
        var newer = await _bench.SyncText(Feed(0, 1001));
        newer.State.ShouldBe(RunState.Done);
        newer.Notes.ShouldContain(note => note.Contains($"run {held.Run} is replaced"));
        (_bench.Holds.Find("shop"), Directory.Exists(folder)).ShouldBe((null, false));
        (await _bench.Approve()).Error.ShouldNotBeNull().ShouldContain("nothing of catalog 'shop' waits");
        await ShouldEqualFreshAsync(Feed(0, 1001));
    }

    [Fact]
    public async Task The_applied_feed_coming_back_drops_a_held_plan()
    {
        var path = _bench.OldFile(Feed(0, 1000).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        await _bench.SyncFile(path);
        (await _bench.SyncText("")).State.ShouldBe(RunState.Held);
        var back = await _bench.SyncFile(path);
        back.State.ShouldBe(RunState.Done);
        back.Notes.ShouldContain(note => note.Contains("is dropped"));
        _bench.Holds.Find("shop").ShouldBeNull();
    }

    [Fact]
    public async Task A_discarded_plan_is_gone_and_the_same_feed_is_judged_anew()
    {
        await _bench.SyncText(Feed(0, 1000));
        await _bench.SyncText(Feed(0, 1000, version: 2));
        (await _bench.Holds.DiscardAsync("shop", null)).State.ShouldBe(RunState.Done);
        _bench.Holds.Find("shop").ShouldBeNull();
        await ShouldEqualFreshAsync(Feed(0, 1000));
        (await _bench.SyncText(Feed(0, 1000, version: 2))).State.ShouldBe(RunState.Held);
    }

    [Fact]
    public async Task A_held_plan_survives_runs_that_get_no_plan_and_plans_that_are_only_shown()
    {
        await _bench.SyncText(Feed(0, 1000));
        var held = await _bench.SyncText(Feed(0, 1000, version: 2));
        (await _bench.SyncFile("no-such-feed")).State.ShouldBe(RunState.Failed);
        (await _bench.SyncText(Feed(0, 500), new SyncOptions { PlanOnly = true })).State.ShouldBe(RunState.Planned);
        _bench.Holds.Find("shop").ShouldNotBeNull().Run.ShouldBe(held.Run);
        (await _bench.Approve()).State.ShouldBe(RunState.Done);
        await ShouldEqualFreshAsync(Feed(0, 1000, version: 2));
    }

    [Fact]
    public async Task A_plan_and_its_removals_can_both_be_held_and_approved_one_after_the_other()
    {
        await _bench.SyncText(Feed(0, 1000));
        var held = await _bench.SyncText(Feed(300, 1000, version: 2));
        held.HeldReasons.Count.ShouldBe(2);
        var plan = await _bench.Approve();
        (plan.State, plan.Replaced, plan.RemovalsHeld, plan.HeldReasons.Count).ShouldBe((RunState.Done, 700, 300, 1), plan.Error);
        (await _bench.Documents()).Count.ShouldBe(1000);
        (await _bench.Approve(removals: true)).Removed.ShouldBe(300);
        await ShouldEqualFreshAsync(Feed(300, 1000, version: 2));
    }

    [Fact]
    public async Task Approving_removals_never_approves_a_whole_plan()
    {
        await _bench.SyncText(Feed(0, 1000));
        await _bench.SyncText(Feed(300, 1000, version: 2));
        var refused = await _bench.Approve(removals: true);
        refused.State.ShouldBe(RunState.Failed);
        refused.Error.ShouldNotBeNull().ShouldContain("not its removals alone");
        await ShouldEqualFreshAsync(Feed(0, 1000));
        _bench.Holds.Find("shop")!.Part.ShouldBe(HeldPart.Plan);
    }

    [Fact]
    public async Task A_plan_made_against_another_ledger_is_refused()
    {
        await _bench.SyncText(Feed(0, 1000));
        await _bench.SyncText(Feed(0, 1000, version: 2));
        var ledgers = Directory.GetDirectories(Path.Combine(_bench.DataFolder, "catalogs", "shop", "ledgers")).Single();
        var current = Path.Combine(ledgers, "current");
        var name = await File.ReadAllTextAsync(current, TestContext.Current.CancellationToken);
        File.Copy(Path.Combine(ledgers, name), Path.Combine(ledgers, "000000000002.ledger"));
        await File.WriteAllTextAsync(current, "000000000002.ledger", TestContext.Current.CancellationToken);
        var refused = await _bench.Approve();
        (refused.State, refused.Error!.Contains("can no longer be applied")).ShouldBe((RunState.Failed, true));
        (await _bench.Documents())["0"].ShouldContain("n0");
    }

    [Fact]
    public async Task An_approved_empty_feed_empties_the_index()
    {
        await _bench.SyncText(Feed(0, 1000));
        (await _bench.SyncText("")).State.ShouldBe(RunState.Held);
        (await _bench.Approve()).Removed.ShouldBe(1000);
        (await _bench.Documents()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_plan_that_is_only_shown_says_what_would_be_held_and_holds_nothing()
    {
        await _bench.SyncText(Feed(0, 1000));
        var shown = await _bench.SyncText(Feed(0, 1000, version: 2), new SyncOptions { PlanOnly = true });
        (shown.State, shown.HeldReasons.Count).ShouldBe((RunState.Planned, 1));
        shown.Verdicts.Count.ShouldBeGreaterThan(8);
        _bench.Holds.Find("shop").ShouldBeNull();
    }

    [Fact]
    public async Task Removals_wait_when_feeds_come_from_another_place_until_they_are_approved()
    {
        _bench.Definition = _bench.Definition with { Source = new SourceDefinition { Path = "old.jsonl" } };
        await File.WriteAllTextAsync(_bench.PathOf("old.jsonl"), Feed(0, 10), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(_bench.PathOf("new.jsonl"), Feed(1, 12), TestContext.Current.CancellationToken);
        await _bench.SyncSource();
        _bench.Definition = _bench.Definition with { Source = new SourceDefinition { Path = "new.jsonl" } };
        for (var i = 0; i < 2; i++)
        {
            var moved = await _bench.SyncSource();
            (moved.State, moved.RemovalsHeld).ShouldBe((RunState.Done, 1));
            moved.HeldReasons.ShouldHaveSingleItem().ShouldContain("feeds came from old.jsonl until now");
        }

        (await _bench.Approve(removals: true)).Removed.ShouldBe(1);
        (await _bench.SyncSource()).HeldReasons.ShouldBeEmpty();
        await File.WriteAllTextAsync(_bench.PathOf("new.jsonl"), Feed(2, 12), TestContext.Current.CancellationToken);
        (await _bench.SyncSource()).Removed.ShouldBe(1);
    }

    [Fact]
    public async Task What_changed_is_found_also_beyond_the_declared_fields_and_volatile_ones_are_not_told()
    {
        string Records(int stamp) => string.Concat(
            Enumerable.Range(0, 500).Select(i => $$"""{"id":"{{i}}","name":"n","price":{{stamp}},"extra":{"a":1},"stamp":{{stamp}}}""" + "\n"));
        await _bench.SyncText(Records(1));
        var held = await _bench.SyncText(Records(2));
        held.HeldReasons.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            text => text.ShouldContain("`other.stamp` changed in nearly every record"), text => text.ShouldContain("others: drop"));
    }

    [Fact]
    public async Task A_first_feed_of_which_all_is_rejected_publishes_nothing()
    {
        var report = await _bench.SyncLines("""{"name":"a"}""", """{"name":"b"}""");
        report.State.ShouldBe(RunState.Held);
        (await _bench.Index.ListAsync("shop", default)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_approval_interrupted_at_any_call_is_finished_by_the_next_sync(bool before)
    {
        for (var at = 0; at < 8; at++)
        {
            await using var bench = new SyncBench();
            await bench.SyncText(Feed(0, 1000));
            await bench.SyncText(Feed(300, 1000, version: 2));
            var interrupted = false;
            var first = bench.Index.Calls;
            void Fail(string name, int number)
            {
                interrupted |= number - first == at;
                if (number - first == at)
                    throw new FaultyIndex.Crash();
            }

            (bench.Index.Before, bench.Index.After) = before ? (Fail, bench.Index.After) : (bench.Index.Before, (Action<string, int>)Fail);
            (await bench.ApproveAll()).State.ShouldBe(interrupted ? RunState.Failed : RunState.Done);
            bench.Index.Before = bench.Index.After = (_, _) => { };
            if (interrupted)
                (await bench.Approve(removals: true)).Error.ShouldNotBeNull().ShouldContain("sync the catalog first");
            var next = await bench.SyncText(Feed(300, 1000, version: 2));
            next.State.ShouldBe(RunState.Done, $"interrupted at call {at}: {next.Error}");
            if (next.RemovalsHeld > 0)
                (await bench.Approve(removals: true)).State.ShouldBe(RunState.Done);
            (await bench.Documents()).ShouldBe(await FreshAsync(Feed(300, 1000, version: 2)), $"interrupted at call {at}");
            bench.Holds.Find("shop").ShouldBeNull();
            if (!interrupted)
                return;
        }

        Assert.Fail("there were more calls than the test expects");
    }

    private RunReport Report(long run) => _bench.Runs.List("shop", 100).Single(report => report.Run == run);

    private async Task ShouldEqualFreshAsync(string feed) => (await _bench.Documents()).ShouldBe(await FreshAsync(feed));

    private static async Task<Dictionary<string, string>> FreshAsync(string feed)
    {
        await using var fresh = new SyncBench { Definition = Some.Catalog() with { Checks = CatalogChecks.None } };
        await fresh.SyncText(feed);
        return await fresh.Documents();
    }

    private static string Broken(int count) =>
        string.Concat(Enumerable.Range(0, count).Select(i => $$"""{"id":"broken {{i}}","name":"n","price":"on request"}""" + "\n"));

    private static string Feed(int from, int to, int version = 0) =>
        string.Concat(Enumerable.Range(from, to - from).Select(i => $$"""{"id":"{{i}}","name":"n{{version}}","price":1}""" + "\n"));
}
