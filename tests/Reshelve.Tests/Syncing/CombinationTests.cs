using Reshelve.Catalogs;
using Reshelve.Running;

namespace Reshelve.Tests.Syncing;

/// <summary>What waits, what is put, what is missing and which index is live, all at once.</summary>
public sealed class CombinationTests : IAsyncDisposable
{
    private readonly SyncBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_held_plan_outlasts_a_sweep_and_what_is_put_and_shown_meanwhile(bool rebuild)
    {
        await _bench.SyncText(Feed(0, 1000, 1));
        var held = await _bench.SyncText(Feed(0, 1000, 2), new SyncOptions { Rebuild = rebuild });
        held.State.ShouldBe(RunState.Held);
        await _bench.Put(Line("5", "put"), Line("new", "put"));
        await _bench.Events.RemoveAsync(_bench.Definition, ["7"], CancellationToken.None);
        (await _bench.Indexes.SweepAsync(_bench.Definition, dryRun: false, CancellationToken.None)).ShouldBeEmpty();
        (await _bench.SyncText(Feed(0, 900, 3), new SyncOptions { PlanOnly = true, FromArchive = true })).State.ShouldBe(RunState.Planned);
        (await _bench.Indexes.SweepAsync(_bench.Definition, dryRun: false, CancellationToken.None)).Count.ShouldBeLessThan(2);
        (await _bench.Approve(run: held.Run)).State.ShouldBe(RunState.Done);
        var documents = await _bench.Documents();
        (documents.Count, documents["5"].Contains("put"), documents.ContainsKey("7"), documents["8"].Contains("n2")).ShouldBe((1000, true, false, true));
        (await _bench.Repair.VerifyAsync(_bench.Definition, mend: false, CancellationToken.None)).InStep.ShouldBeTrue();
        await EndsAsAsync(Feed(0, 1000, 2));
    }

    [Fact]
    public async Task A_held_plan_can_be_approved_once_its_index_is_live_again()
    {
        await _bench.SyncText(Feed(0, 1000, 1));
        await _bench.SyncText(Feed(1, 1000, 1), new SyncOptions { Rebuild = true });
        var newest = (await _bench.Live())!;
        var held = await _bench.SyncText(Feed(1, 1000, 2));
        held.State.ShouldBe(RunState.Held);
        await _bench.Indexes.RollBackAsync("shop", null, CancellationToken.None);
        (await _bench.Approve()).Error.ShouldNotBeNull().ShouldContain("can no longer be applied");
        await _bench.Put(Line("5", "put"));
        await _bench.Indexes.PromoteAsync("shop", newest, CancellationToken.None);
        (await _bench.Approve()).State.ShouldBe(RunState.Done);
        (await _bench.Documents())["5"].ShouldContain("put");
        await EndsAsAsync(Feed(1, 1000, 2));
    }

    [Fact]
    public async Task Nothing_is_removed_early_when_a_ledger_is_restored_whose_records_are_missing()
    {
        _bench.Definition = _bench.Definition with { RemovalDelay = new RemovalDelay(2, TimeSpan.Zero) };
        await _bench.SyncText(Feed(0, 20, 1));
        (await _bench.SyncText(Feed(0, 19, 1))).Kept.ShouldBe(1);
        await _bench.Repair.RebuildLedgerAsync(_bench.Definition, CancellationToken.None);
        (await _bench.SyncText(Feed(0, 18, 1))).Kept.ShouldBe(2);
        (await _bench.SyncText(Feed(0, 18, 1))).Kept.ShouldBe(2);
        (await _bench.SyncText(Feed(0, 18, 1))).Removed.ShouldBe(2);
    }

    [Fact]
    public async Task Held_removals_are_carried_out_after_the_ledger_was_folded_and_mended()
    {
        await _bench.SyncText(Feed(0, 1000, 1));
        (await _bench.SyncText(Feed(500, 1000, 1))).RemovalsHeld.ShouldBe(500);
        await _bench.Put(Line("5", "put"));
        await _bench.Events.RemoveAsync(_bench.Definition, ["6"], CancellationToken.None);
        await _bench.BehindOurBackAsync(new Reshelve.Planning.Change(Reshelve.Planning.ChangeKind.Replace, "7", "{\"name\":\"vandal\"}"u8.ToArray()));
        (await _bench.Repair.VerifyAsync(_bench.Definition, mend: true, CancellationToken.None)).Mended.ShouldBeTrue();
        var approved = await _bench.Approve(removals: true);
        (approved.State, approved.Removed).ShouldBe((RunState.Done, 497), approved.Error);
        (await _bench.Documents()).Keys.Where(id => int.Parse(id) < 500).Order().ShouldBe(["5", "7"]);
        (await _bench.Repair.VerifyAsync(_bench.Definition, mend: false, CancellationToken.None)).InStep.ShouldBeTrue();
    }

    [Fact]
    public async Task A_shuffled_feed_whose_order_is_left_alone_is_followed_through_edits_and_single_documents()
    {
        var random = new Random(7);
        var lines = Enumerable.Range(0, 400).Select(i => Line($"{i}", $"n{i}")).ToArray();
        await _bench.SyncLines(lines);
        for (var round = 0; round < 12; round++)
        {
            if (round % 3 != 2)
                random.Shuffle(lines);
            lines[random.Next(lines.Length)] = Line($"x{round}", "new");
            await _bench.Put(Line($"{round}", "put"), Line($"put{round}", "put"));
            await _bench.Events.RemoveAsync(_bench.Definition, [$"{round + 100}"], CancellationToken.None);
            await _bench.ShouldEndAs(lines);
            (await _bench.Repair.VerifyAsync(_bench.Definition, mend: false, CancellationToken.None)).InStep.ShouldBeTrue();
        }
    }

    [Fact]
    public async Task What_is_put_into_an_index_in_which_records_are_missing_goes_along_to_a_rebuilt_one()
    {
        _bench.Definition = _bench.Definition with { RemovalDelay = new RemovalDelay(5, TimeSpan.Zero) };
        await _bench.SyncText(Feed(0, 20, 1));
        (await _bench.SyncText(Feed(0, 19, 1))).Kept.ShouldBe(1);
        (await _bench.SyncText(Feed(0, 19, 1), new SyncOptions { Rebuild = true })).State.ShouldBe(RunState.Held);
        await _bench.During("write", () => _bench.Put(Line("19", "put"), Line("3", "put")));
        (await _bench.Approve()).State.ShouldBe(RunState.Done);
        var documents = await _bench.Documents();
        (documents.Count, documents["19"].Contains("put"), documents["3"].Contains("put")).ShouldBe((20, true, true));
        (await _bench.SyncText(Feed(0, 19, 1))).Kept.ShouldBe(1);
        (await _bench.Documents())["3"].ShouldContain("n1");
    }

    private async Task EndsAsAsync(string feed) =>
        await _bench.ShouldEndAs(feed.Split('\n', StringSplitOptions.RemoveEmptyEntries));

    private static string Feed(int from, int to, int version) =>
        string.Concat(Enumerable.Range(from, to - from).Select(i => Line($"{i}", $"n{version}") + "\n"));

    private static string Line(string id, string name) => $$"""{"id":"{{id}}","name":"{{name}}"}""";
}
