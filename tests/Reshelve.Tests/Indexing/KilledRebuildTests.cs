using Reshelve.Indexing;
using Reshelve.Running;
using Reshelve.Tests.Syncing;

namespace Reshelve.Tests.Indexing;

/// <summary>
/// What a kill leaves: the data folder is copied before and after every call of the index, also those that read, so between any two
/// steps of a rebuild, a promotion, a rollback and a sweep. Whatever comes next in such a copy must end right.
/// </summary>
public sealed class KilledRebuildTests
{
    private static readonly string[] Old = ["""{"id":"1","name":"a"}""", """{"id":"2","name":"b"}"""];
    private static readonly string[] New = ["""{"id":"1","name":"A"}""", """{"id":"3","name":"c"}"""];
    private static readonly string[] Next = ["""{"id":"3","name":"c"}""", """{"id":"4","name":"d"}"""];

    [Fact]
    public async Task After_a_rebuild_killed_anywhere_the_next_sync_ends_with_its_feed_and_no_orphans() =>
        await AfterEachKillAsync(bench => bench.RebuildLines(New), EndsRightAsync);

    [Fact]
    public async Task After_a_rebuild_killed_anywhere_another_rebuild_ends_with_its_feed_and_no_orphans() => await AfterEachKillAsync(
        bench => bench.RebuildLines(New),
        async (bench, place) =>
        {
            var rebuilt = await bench.RebuildLines("""{"id":"1","name":"a"}""", """{"id":"4","name":"d"}""");
            rebuilt.State.ShouldBe(RunState.Done, $"{place}: {rebuilt.Error}");
            (await IdsAsync(bench)).ShouldBe("1,4", place);
            await EndsRightAsync(bench, place);
        });

    [Fact]
    public async Task After_a_rebuild_killed_anywhere_a_rollback_or_sweep_does_no_harm() => await AfterEachKillAsync(
        bench => bench.RebuildLines(New),
        async (bench, place) =>
        {
            var seen = await bench.Documents();
            await bench.Indexes.SweepAsync(bench.Definition, dryRun: false, default);
            (await bench.Documents()).ShouldBe(seen, place);
            if ((await bench.InState(IndexState.Retained)).Count > 0)
            {
                await bench.Indexes.RollBackAsync("shop", null, default);
                (await IdsAsync(bench)).ShouldBe("1,2", place);
            }

            await EndsRightAsync(bench, place);
        });

    [Fact]
    public async Task After_a_rebuild_over_an_interrupted_sync_killed_anywhere_the_next_sync_ends_with_its_feed() => await AfterEachKillAsync(
        async bench =>
        {
            bench.Index.After = (name, _) =>
            {
                if (name == "write")
                    throw new FaultyIndex.Crash();
            };
            (await bench.SyncLines([.. Old, """{"id":"5","name":"e"}"""])).State.ShouldBe(RunState.Failed);
            bench.Index.After = (_, _) => { };
            return await bench.RebuildLines(New);
        },
        EndsRightAsync);

    [Fact]
    public async Task After_a_rebuild_that_is_refused_and_killed_while_it_is_dropped_all_goes_on() => await AfterEachKillAsync(
        async bench =>
        {
            bench.Index.Stores = change => change.Id == "3" ? null : change;
            var refused = await bench.RebuildLines(New);
            refused.State.ShouldBe(RunState.Failed);
            return refused with { State = RunState.Done };
        },
        async (bench, place) =>
        {
            // Refused again where it was filled and not yet refused; it must not stay in the way.
            await bench.SyncLines(Old);
            (await IdsAsync(bench)).ShouldBe("1,2", place);
            await EndsRightAsync(bench, place);
        });

    [Fact]
    public async Task After_a_rollback_killed_anywhere_searches_see_one_of_the_two_and_the_next_sync_ends_with_its_feed() => await AfterEachKillAsync(
        async bench =>
        {
            await bench.RebuildLines(New);
            return await bench.Indexes.RollBackAsync("shop", null, default);
        },
        async (bench, place) =>
        {
            (await IdsAsync(bench)).ShouldBeOneOf("1,2", "1,3");
            await EndsRightAsync(bench, place);
        });

    [Fact]
    public async Task After_a_sweep_killed_anywhere_the_next_sweep_ends_it() => await AfterEachKillAsync(
        async bench =>
        {
            await bench.RebuildLines(New);
            await bench.RebuildLines(Old);
            bench.Definition = bench.Definition with { Rebuilds = new() { Retain = 0 } };
            (await bench.Indexes.SweepAsync(bench.Definition, dryRun: false, default)).Count.ShouldBe(2);
            return new RunReport { Catalog = "shop", Run = 0, State = RunState.Done, Started = default };
        },
        EndsRightAsync);

    private static async Task<string> IdsAsync(SyncBench bench) => string.Join(',', (await bench.Documents()).Keys);

    private static async Task EndsRightAsync(SyncBench bench, string place)
    {
        var last = await bench.SyncLines(Next);
        last.State.ShouldBe(RunState.Done, $"{place}: {last.Error}");
        (await bench.Documents()).ShouldBe(new Dictionary<string, string> { ["3"] = """{"name":"c"}""", ["4"] = """{"name":"d"}""" }, place);
        bench.Definition = bench.Definition with { Rebuilds = new() { Retain = 0 } };
        await bench.Indexes.SweepAsync(bench.Definition, dryRun: false, default);
        (await bench.Listed()).ShouldHaveSingleItem(place).Registered.ShouldNotBeNull(place).State.ShouldBe(IndexState.Live, place);
        Directory.GetDirectories(bench.FileOf("ledgers")).Length.ShouldBe(1, place);
        (await bench.SyncLines(Next)).Unchanged.ShouldBe(2, place);
        await bench.Indexes.SweepAsync(bench.Definition, dryRun: false, default);
        (await bench.Indexes.SweepAsync(bench.Definition, dryRun: false, default)).ShouldBeEmpty(place);
    }

    /// <summary>Runs it once and copies the data at each step; then does to every copy what the test wants to see.</summary>
    private static async Task AfterEachKillAsync(Func<SyncBench, Task<RunReport>> act, Func<SyncBench, string, Task> check)
    {
        using var snapshots = new TemporaryFolder();
        var names = new List<string>();
        await using (var bench = new SyncBench())
        {
            await bench.SyncLines(Old);
            bench.Index.Step = call =>
            {
                var name = $"{names.Count:D4} {call}";
                bench.Snapshot(snapshots[name]);
                names.Add(name);
            };
            (await act(bench)).State.ShouldBe(RunState.Done);
        }

        names.Count.ShouldBeGreaterThan(5);
        foreach (var name in names)
        {
            await using var bench = new SyncBench(snapshots[name]);
            await check(bench, $"killed at step {name}");
        }
    }
}
