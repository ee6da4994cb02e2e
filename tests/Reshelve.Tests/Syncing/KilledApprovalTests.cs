using Reshelve.Catalogs;
using Reshelve.Running;

namespace Reshelve.Tests.Syncing;

/// <summary>An approval killed at any of its steps: the next sync carries on, and what is put meanwhile stays.</summary>
public sealed class KilledApprovalTests
{
    [Fact]
    public async Task An_approval_killed_at_any_step_ends_with_the_index_of_a_fresh_sync()
    {
        using var snapshots = new TemporaryFolder();
        var names = new List<string>();
        await using (var bench = new SyncBench())
        {
            await bench.SyncText(Feed(0, 400));
            await bench.SyncText(Feed(100, 400, version: 2));
            bench.Index.Step = call =>
            {
                names.Add($"{names.Count:D4} {call}");
                bench.Snapshot(snapshots[names[^1]]);
            };
            (await bench.ApproveAll()).State.ShouldBe(RunState.Done);
        }

        var expected = await FreshAsync(Feed(100, 400, version: 2));
        names.Count.ShouldBeGreaterThan(5);
        foreach (var name in names)
        {
            await using var bench = new SyncBench(snapshots[name]);
            var next = await bench.SyncText(Feed(100, 400, version: 2));
            next.State.ShouldBeOneOf(RunState.Done, RunState.Held);
            if (bench.Holds.Find("shop") is not null)
                (await bench.ApproveAll()).State.ShouldBe(RunState.Done, name);
            (await bench.Documents()).ShouldBe(expected, $"killed at step {name}");
            bench.Holds.Find("shop").ShouldBeNull(name);
            var last = await bench.SyncText(Feed(100, 400, version: 2));
            (last.State, last.Unchanged, last.HeldReasons.Count).ShouldBe((RunState.Done, 300, 0), name);
        }
    }

    [Fact]
    public async Task What_was_put_while_removals_were_held_is_not_removed_by_approving_them()
    {
        await using var bench = new SyncBench();
        await bench.SyncText(Feed(0, 400));
        (await bench.SyncText(Feed(100, 400))).RemovalsHeld.ShouldBe(100);
        await bench.Put("""{"id":"7","name":"put by hand"}""");
        var approved = await bench.Approve(removals: true);
        (approved.State, approved.Removed).ShouldBe((RunState.Done, 99), approved.Error);
        (await bench.Documents())["7"].ShouldContain("put by hand");
    }

    [Fact]
    public async Task What_was_put_while_a_plan_was_held_is_newer_than_the_plan()
    {
        await using var bench = new SyncBench();
        await bench.SyncText(Feed(0, 400));
        (await bench.SyncText(Feed(0, 400, version: 2))).State.ShouldBe(RunState.Held);
        await bench.Put("""{"id":"7","name":"put by hand"}""");
        (await bench.Approve()).State.ShouldBe(RunState.Done);
        var documents = await bench.Documents();
        (documents["7"].Contains("put by hand"), documents["8"].Contains("n2")).ShouldBe((true, true));
        // The next feed is newer again.
        await bench.SyncText(Feed(0, 400, version: 2));
        (await bench.Documents()).ShouldBe(await FreshAsync(Feed(0, 400, version: 2)));
    }

    private static async Task<Dictionary<string, string>> FreshAsync(string feed)
    {
        await using var fresh = new SyncBench { Definition = Some.Catalog() with { Checks = CatalogChecks.None } };
        await fresh.SyncText(feed);
        return await fresh.Documents();
    }

    private static string Feed(int from, int to, int version = 0) =>
        string.Concat(Enumerable.Range(from, to - from).Select(i => $$"""{"id":"{{i}}","name":"n{{version}}","price":1}""" + "\n"));
}
