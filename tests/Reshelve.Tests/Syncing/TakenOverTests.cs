using Reshelve.Embedded;
using Reshelve.Embedded.Files;
using Reshelve.Feeds;
using Reshelve.Running;

namespace Reshelve.Tests.Syncing;

/// <summary>
/// A run that is suspended anywhere, loses its catalog meanwhile to a run with a newer feed, and wakes up again: it writes nothing that
/// counts any more.
/// </summary>
public sealed class TakenOverTests
{
    private const int Most = 60;

    private static readonly string[] Before = [.. Enumerable.Range(0, 30).Select(i => Line(i, 1))];
    private static readonly string[] Suspended = [.. Enumerable.Range(0, 34).Select(i => Line(i, i % 5 == 0 ? 2 : 1))];
    private static readonly string[] Newer = [.. Enumerable.Range(2, 30).Select(i => Line(i, i % 4 == 0 ? 3 : 1))];

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task A_run_that_lost_its_catalog_changes_nothing_wherever_it_wakes_up(bool rebuild, bool nextRebuilds)
    {
        var takenOver = 0;
        for (var at = 0; at < Most; at++)
        {
            await using var bench = new SyncBench();
            await bench.SyncLines(Before);
            Task<RunReport>? next = null;
            var wasApplied = false;
            var step = 0;
            bench.Index.Step = _ =>
            {
                if (step++ != at || IsHeldFirmly(bench))
                    return;
                bench.Index.Step = _ => { };
                // When only the sweep is left, there is nothing to lose any more.
                wasApplied = rebuild && !File.Exists(bench.FileOf("applying.json"))
                    && File.ReadAllText(bench.FileOf("indexes.json")).Contains($"\"run\": {bench.Runs.List("shop", 1)[0].Run},");
                next = Task.Run(() => TakeOverAsync(bench, new SyncOptions { Rebuild = nextRebuilds }));
                next.Wait();
            };
            var report = await bench.SyncLines(Suspended, new SyncOptions { Rebuild = rebuild });
            bench.Index.Step = _ => { };
            if (step <= at)
            {
                takenOver.ShouldBeGreaterThan(5);
                return;
            }

            if (next is null)
                continue;

            takenOver++;
            var place = $"suspended at step {at}";
            (await next).State.ShouldBe(RunState.Done, $"{place}: {(await next).Error}");
            (await next).Notes.ShouldContain(note => note.Contains("was taken over"), place);
            if (!wasApplied)
            {
                report.State.ShouldBe(RunState.Failed, place);
                report.Cause.ShouldBeOfType<LeaseLostException>(place);
            }

            await using var fresh = new SyncBench();
            await fresh.SyncLines(Newer);
            (await bench.Documents()).ShouldBe(await fresh.Documents(), place);
            var settled = await bench.SyncLines(Newer);
            (settled.State, settled.Added, settled.Replaced, settled.Removed).ShouldBe((RunState.Done, 0, 0, 0), $"{place}: {settled.Error}");
            (await bench.Repair.VerifyAsync(bench.Definition, mend: false, CancellationToken.None)).InStep.ShouldBeTrue(place);
        }

        Assert.Fail("there were more steps than the test expects");
    }

    /// <summary>
    /// Whether the run is just where nobody can take the catalog from it, or has the events lock: then the next one waits for it.
    /// </summary>
    private static bool IsHeldFirmly(SyncBench bench) => !new[] { "guard.lock", "events.lock" }.All(name =>
    {
        using var free = FileLock.TryTake(Path.Combine(bench.DataFolder, "shop", "runs", name));
        return free is not null;
    });

    /// <summary>Another process, at a time when the owner has been silent for an hour.</summary>
    private static Task<RunReport> TakeOverAsync(SyncBench bench, SyncOptions options)
    {
        var time = new LateTime();
        var runs = new FileRunStore(bench.DataFolder, time);
        var path = bench.OldFile(Newer);
        return new CatalogSync(bench.Index, runs, bench.DataFolder, bench.DataFolder, time)
            .RunAsync(bench.Definition, options with { FeedPath = path }, null, CancellationToken.None);
    }

    private static string Line(int id, int version) => $$"""{"id":"{{id}}","name":"n{{version}}"}""";

    private sealed class LateTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddHours(1);
    }
}
