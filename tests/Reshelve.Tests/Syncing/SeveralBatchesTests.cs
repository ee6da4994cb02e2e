using Reshelve.Catalogs;
using Reshelve.Running;

namespace Reshelve.Tests.Syncing;

/// <summary>An engine that wants several batches at a time gets them, and nothing else is different.</summary>
public sealed class SeveralBatchesTests : IAsyncDisposable
{
    private const int Many = 45_000;

    private readonly SyncBench _bench = new() { Definition = Some.Catalog() with { Checks = CatalogChecks.None, Rebuilds = new RebuildPolicy { Above = null } } };
    private readonly Lock _lock = new();
    private int _underWay;
    private int _most;

    public SeveralBatchesTests() => _bench.Index.WritesAtOnce = 3;

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task As_many_batches_are_written_at_a_time_as_the_engine_wants()
    {
        var three = new TaskCompletionSource();
        _bench.Index.Hold = async name =>
        {
            if (name != "write")
                return;
            lock (_lock)
            {
                _most = Math.Max(_most, ++_underWay);
                if (_underWay == 3)
                    three.TrySetResult();
            }

            // Nobody goes on before three have come: fewer would wait for ever.
            await three.Task.WaitAsync(TimeSpan.FromMinutes(1));
            lock (_lock)
                _underWay--;
        };
        var report = await _bench.SyncText(Feed(0, Many, 1));
        (report.State, report.Added, _most).ShouldBe((RunState.Done, Many, 3), report.Error);
    }

    [Fact]
    public async Task Nothing_is_removed_before_all_else_is_acknowledged()
    {
        await _bench.SyncText(Feed(0, Many, 1));
        var slow = new TaskCompletionSource();
        var order = new List<string>();
        var writes = 0;
        _bench.Index.Hold = async name =>
        {
            if (name != "write")
                return;
            var number = Interlocked.Increment(ref writes);
            // The first write is the slowest.
            if (number == 1)
                await slow.Task.WaitAsync(TimeSpan.FromMinutes(1));
            else if (number == 2)
                _ = Task.Run(() => slow.TrySetResult());
            lock (_lock)
                order.Add($"{number}");
        };
        _bench.Index.Stores = change =>
        {
            lock (_lock)
                order.Add(change.Kind.ToString());
            return change;
        };
        var report = await _bench.SyncText(Feed(15_000, Many, 2));
        (report.State, report.Removed).ShouldBe((RunState.Done, 15_000), report.Error);
        order.IndexOf("Remove").ShouldBeGreaterThan(order.FindLastIndex(one => one is "Replace" or "Patch" or "Add"));
        order.IndexOf("Remove").ShouldBeGreaterThan(order.IndexOf("1"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task What_was_acknowledged_beside_a_failed_batch_is_journalled(int failed)
    {
        var writes = -1;
        _bench.Index.Before = (name, _) =>
        {
            if (name == "write" && ++writes == failed)
                throw new FaultyIndex.Crash();
        };
        (await _bench.SyncText(Feed(0, Many, 1))).State.ShouldBe(RunState.Failed);
        var written = _bench.Index.Written;
        _bench.Index.Before = (_, _) => { };

        (await _bench.SyncText(Feed(0, Many, 1))).State.ShouldBe(RunState.Done);

        // All that was written the first time was not written again.
        _bench.Index.Written.ShouldBe(Many);
        written.ShouldBeGreaterThanOrEqualTo(failed * 10_000);
        (await _bench.Documents()).Count.ShouldBe(Many);
    }

    private static string Feed(int from, int to, int version) =>
        string.Concat(Enumerable.Range(from, to - from).Select(i => $$"""{"id":"{{i}}","name":"n{{version}}","price":1}""" + "\n"));
}
