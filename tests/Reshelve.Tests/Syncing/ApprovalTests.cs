using Reshelve.Catalogs;
using Reshelve.Indexing;
using Reshelve.Running;

namespace Reshelve.Tests.Syncing;

/// <summary>What an approval leaves behind, what it leaves alone, and what to do when it comes too late.</summary>
public sealed class ApprovalTests : IAsyncDisposable
{
    private readonly SyncBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task An_approved_rebuild_is_swept_after_like_any_other()
    {
        _bench.Definition = _bench.Definition with { Rebuilds = new RebuildPolicy { Retain = 1 } };
        await _bench.SyncText(Feed(0, 1000, 1));
        await _bench.SyncText(Feed(0, 1000, 1), new SyncOptions { Rebuild = true });
        (await _bench.SyncText(Feed(0, 1000, 2), new SyncOptions { Rebuild = true })).State.ShouldBe(RunState.Held);
        var approved = await _bench.Approve();
        approved.State.ShouldBe(RunState.Done, approved.Error);
        approved.Notes.ShouldContain(note => note.Contains("swept away"));
        (await _bench.InState(IndexState.Retained)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task What_was_put_stays_however_often_the_removals_of_an_older_feed_are_held_and_approved()
    {
        await _bench.SyncText(Feed(0, 1000, 1));
        var feed = _bench.OldFile([.. Lines(500, 1000, 1)]);
        (await _bench.SyncFile(feed)).RemovalsHeld.ShouldBe(500);
        await _bench.Put([.. Enumerable.Range(0, 200).Select(i => Line($"{i}", "put"))]);
        (await _bench.Approve(removals: true)).Removed.ShouldBe(300);
        var again = await _bench.SyncFile(feed);
        if (again.RemovalsHeld > 0)
            (await _bench.Approve(removals: true)).State.ShouldBe(RunState.Done);
        (await _bench.Documents()).Values.Count(document => document.Contains("put")).ShouldBe(200);
        (await _bench.Repair.VerifyAsync(_bench.Definition, mend: false, CancellationToken.None)).InStep.ShouldBeTrue();
        // The next feed is newer.
        (await _bench.SyncText(Feed(500, 1001, 1))).RemovalsHeld.ShouldBe(200);
    }

    [Fact]
    public async Task An_approval_of_an_incremental_plan_that_comes_too_late_does_not_advise_a_sync_that_is_blocked()
    {
        await _bench.SyncText(Feed(0, 1000, 1));
        await _bench.SyncText(Feed(0, 1000, 1), new SyncOptions { Rebuild = true });
        var newest = (await _bench.Live())!;
        _bench.Definition = _bench.Definition with { Feed = FeedKind.Incremental };
        (await _bench.SyncText(Feed(0, 1000, 2))).State.ShouldBe(RunState.Held);
        await _bench.Indexes.RollBackAsync("shop", null, CancellationToken.None);
        var refused = (await _bench.Approve()).Error.ShouldNotBeNull();
        refused.ShouldNotContain("Sync the catalog");
        refused.ShouldContain($"reshelve promote shop {newest}");
        refused.ShouldContain("reshelve discard shop");
        await _bench.Indexes.PromoteAsync("shop", newest, CancellationToken.None);
        (await _bench.Approve()).State.ShouldBe(RunState.Done);
    }

    private static string Feed(int from, int to, int version) => string.Concat(Lines(from, to, version).Select(line => line + "\n"));

    private static IEnumerable<string> Lines(int from, int to, int version) =>
        Enumerable.Range(from, to - from).Select(i => Line($"{i}", $"n{version}"));

    private static string Line(string id, string name) => $$"""{"id":"{{id}}","name":"{{name}}"}""";
}
