using Reshelve.Catalogs;
using Reshelve.Planning;
using Reshelve.Running;

namespace Reshelve.Tests.Syncing;

/// <summary>Held plans of incremental feeds, which the next feed builds on.</summary>
public sealed class HeldIncrementalTests : IAsyncDisposable
{
    private readonly SyncBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task Tombstones_that_are_held_are_not_lost_when_the_next_incremental_feed_comes()
    {
        _bench.Definition = Incremental with { Feed = FeedKind.Full };
        await _bench.SyncText(Feed(0, 1000));
        _bench.Definition = Incremental;
        (await _bench.SyncText(Gone(0, 200))).RemovalsHeld.ShouldBe(200);
        var second = await _bench.SyncText(Gone(150, 300) + Feed(5, 6, version: 3));
        (second.State, second.Replaced, second.RemovalsHeld).ShouldBe((RunState.Done, 1, 299));
        (await _bench.SyncText("")).RemovalsHeld.ShouldBe(299);
        var approved = await _bench.Approve(removals: true);
        (approved.State, approved.Removed).ShouldBe((RunState.Done, 299), approved.Error);
        var documents = await _bench.Documents();
        (documents.Count, documents["5"].Contains("n3")).ShouldBe((701, true));
    }

    [Fact]
    public async Task Tombstones_that_are_held_are_not_lost_when_the_next_incremental_feed_is_not_applied()
    {
        _bench.Definition = Incremental with { Feed = FeedKind.Full };
        await _bench.SyncText(Feed(0, 1000));
        _bench.Definition = Incremental;
        (await _bench.SyncText(Gone(0, 200))).RemovalsHeld.ShouldBe(200);
        // The next feed's plan cannot begin: what was noted of the one before must still be there.
        Directory.CreateDirectory(_bench.FileOf("applying.json"));
        (await _bench.SyncText(Feed(950, 951, version: 2))).State.ShouldBe(RunState.Failed);
        Directory.Delete(_bench.FileOf("applying.json"));
        _bench.Holds.Find("shop").ShouldNotBeNull().Counts.RemovalsHeld.ShouldBe(200);
        (await _bench.SyncText(Feed(950, 951, version: 2))).RemovalsHeld.ShouldBe(200);
        (await _bench.Approve(removals: true)).Removed.ShouldBe(200);
    }

    [Fact]
    public async Task A_document_that_was_put_leaves_the_held_plan_of_an_incremental_feed_to_be_approved_whatever_is_looked_at_meanwhile()
    {
        _bench.Definition = Incremental with { Feed = FeedKind.Full };
        await _bench.SyncText(Feed(0, 1000));
        _bench.Definition = Incremental;
        (await _bench.SyncText(Feed(0, 900, version: 2))).State.ShouldBe(RunState.Held);
        await _bench.Put("""{"id":"5","name":"put"}""");
        (await _bench.SyncText(Feed(0, 1, version: 2), new SyncOptions { PlanOnly = true })).State.ShouldBe(RunState.Planned);
        (await _bench.Repair.VerifyAsync(_bench.Definition, mend: false, CancellationToken.None)).InStep.ShouldBeTrue();
        var approved = await _bench.Approve();
        (approved.State, approved.Replaced).ShouldBe((RunState.Done, 900), approved.Error);
        var documents = await _bench.Documents();
        (documents["5"].Contains("put"), documents["6"].Contains("n2")).ShouldBe((true, true));
    }

    [Fact]
    public async Task A_tombstone_that_is_held_counts_no_longer_when_its_record_comes_back_as_it_was()
    {
        _bench.Definition = Incremental with { Feed = FeedKind.Full };
        await _bench.SyncText(Feed(0, 1000));
        _bench.Definition = Incremental;
        await _bench.SyncText(Gone(0, 200));
        (await _bench.SyncText(Feed(100, 150) + Feed(170, 171) + Gone(170, 171) + Feed(160, 161))).RemovalsHeld.ShouldBe(148);
        (await _bench.SyncText("")).RemovalsHeld.ShouldBe(148);
        (await _bench.Approve(removals: true)).Removed.ShouldBe(148);
        (await _bench.Documents()).Keys.Where(id => int.Parse(id) < 200).Select(int.Parse).Order().ShouldBe([.. Enumerable.Range(100, 50), 160]);
    }

    [Fact]
    public async Task While_the_plan_of_an_incremental_feed_is_held_no_other_takes_its_place()
    {
        _bench.Definition = Incremental with { Feed = FeedKind.Full };
        await _bench.SyncText(Feed(0, 1000));
        _bench.Definition = Incremental;
        var held = await _bench.SyncText(Feed(0, 900, version: 2));
        held.State.ShouldBe(RunState.Held);
        var next = await _bench.SyncText(Feed(950, 960, version: 4));
        (next.State, next.HeldReasons.Count).ShouldBe((RunState.Held, held.HeldReasons.Count));
        next.Notes.ShouldContain(note => note.Contains($"run {held.Run} is held"));
        (await _bench.Approve(run: held.Run)).Replaced.ShouldBe(900);
        (await _bench.SyncText(Feed(950, 960, version: 4))).Replaced.ShouldBe(10);
    }

    private CatalogDefinition Incremental =>
        _bench.Definition with { Feed = FeedKind.Incremental, Tombstone = new Tombstone(FieldPath.Of("gone"), ["true"]) };

    private static string Gone(int from, int to) =>
        string.Concat(Enumerable.Range(from, to - from).Select(i => $$"""{"id":"{{i}}","gone":true}""" + "\n"));

    private static string Feed(int from, int to, int version = 0) =>
        string.Concat(Enumerable.Range(from, to - from).Select(i => $$"""{"id":"{{i}}","name":"n{{version}}","price":1}""" + "\n"));
}
