using Reshelve.Catalogs;
using Reshelve.Running;

namespace Reshelve.Tests.Syncing;

/// <summary>A run that ends anywhere, before or after the index did what was asked, is finished by the next one.</summary>
public sealed class InterruptedSyncTests
{
    private const int Many = 25_000;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_first_sync_interrupted_at_any_call_is_finished_by_the_next(bool before)
    {
        for (var at = 0; at < 12; at++)
        {
            await using var bench = new SyncBench();
            var interrupted = await InterruptAsync(bench, Feed(0, Many), at, before);
            await bench.SyncText(Feed(0, Many));
            (await bench.Documents()).Count.ShouldBe(Many, $"interrupted at call {at}");
            if (!interrupted)
                return;
        }

        Assert.Fail("there were more calls than the test expects");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_sync_interrupted_at_any_call_ends_with_the_same_index_as_a_fresh_one(bool before)
    {
        for (var at = 0; at < 12; at++)
        {
            // More is removed than the checks let pass.
            await using var bench = new SyncBench { Definition = Some.Catalog() with { Checks = CatalogChecks.None } };
            await bench.SyncText(Feed(0, Many));
            // The next feed differs from the one that was interrupted, also in what it lacks.
            var interrupted = await InterruptAsync(bench, Feed(100, Many + 11_000, 7), at, before);
            var last = await bench.SyncText(Feed(50, Many + 500, 5));
            last.State.ShouldBe(RunState.Done, last.Error);

            await using var fresh = new SyncBench();
            await fresh.SyncText(Feed(50, Many + 500, 5));
            (await bench.Documents()).ShouldBe(await fresh.Documents(), $"interrupted at call {at}");
            if (!interrupted)
                return;
        }

        Assert.Fail("there were more calls than the test expects");
    }

    [Fact]
    public async Task What_was_acknowledged_is_not_written_again()
    {
        await using var bench = new SyncBench();
        bench.Index.Before = (name, number) =>
        {
            if (name == "write" && number == 2)
                throw new FaultyIndex.Crash();
        };
        var stopped = await bench.SyncText(Feed(0, Many));
        stopped.State.ShouldBe(RunState.Failed);
        var written = bench.Index.Written;
        written.ShouldBeGreaterThan(0);
        bench.Index.Before = (_, _) => { };
        var next = await bench.SyncText(Feed(0, Many));
        bench.Index.Written.ShouldBe(Many);
        next.Notes.ShouldContain(note => note.Contains($"run {stopped.Run} had been interrupted"));
        bench.Runs.List("shop", 10).Single(report => report.Run == stopped.Run).State.ShouldBe(RunState.Done);
    }

    [Fact]
    public async Task Cancelling_stops_between_two_batches_and_the_next_sync_carries_on()
    {
        await using var bench = new SyncBench();
        using var cancellation = new CancellationTokenSource();
        bench.Index.After = (name, _) =>
        {
            if (name == "write")
                cancellation.Cancel();
        };
        var stopped = await bench.SyncText(Feed(0, Many), cancellationToken: cancellation.Token);
        stopped.State.ShouldBe(RunState.Stopped);
        (stopped.Feed.Records, stopped.Added).ShouldBe((Many, 0));
        bench.Index.Written.ShouldBeInRange(1, Many - 1);
        (await bench.Documents()).ShouldBeEmpty();
        bench.Index.After = (_, _) => { };
        await bench.SyncText(Feed(0, Many));
        bench.Index.Written.ShouldBe(Many);
        (await bench.Documents()).Count.ShouldBe(Many);
    }

    /// <summary>Syncs, failing at the call of this number; false: there were fewer calls.</summary>
    private static async Task<bool> InterruptAsync(SyncBench bench, string feed, int at, bool before)
    {
        var interrupted = false;
        var first = bench.Index.Calls;
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
        var report = await bench.SyncText(feed);
        report.State.ShouldBe(interrupted ? RunState.Failed : RunState.Done);
        bench.Index.Before = bench.Index.After = (_, _) => { };
        return interrupted;
    }

    private static string Feed(int from, int to, int version = 0) => string.Concat(
        Enumerable.Range(from, to - from).Select(i =>
            $$"""{"id":"{{i}}","name":"n{{(i % 9 == 0 ? version : 0)}}","price":{{(i % 4 == 1 ? version : 1)}}}""" + "\n"));
}
