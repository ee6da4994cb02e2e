using Reshelve.OpenSearch.Connection;
using Reshelve.OpenSearch.Writing;
using Reshelve.Tests.OpenSearch.Connection;

namespace Reshelve.Tests.OpenSearch.Writing;

public sealed class GovernedWritingTests
{
    private static readonly TimeSpan RequestTime = TimeSpan.FromMilliseconds(100);
    private readonly HandClock _time = new();
    private readonly ClusterFigures _figures = new();
    private long _sequence;

    [Fact]
    public async Task Writing_falls_below_half_within_seconds_while_searches_are_slow_and_recovers()
    {
        await using var server = new BulkServer(request =>
        {
            _figures.Pass();
            return _figures.Answer(request);
        });
        server.Gate = () =>
        {
            _time.Advance(RequestTime);
            return Task.CompletedTask;
        };
        await using var client = new ClusterClient(Clusters.Settings(server.Http), "/", _time, new Random(1));
        await using var writer = new BulkWriter(client, _time);
        writer.Watch("shop");

        var usual = await WritesPerSecondAsync(writer, TimeSpan.FromSeconds(5));
        usual.ShouldBeGreaterThan(9);

        _figures.MillisecondsPerSearch = 500;
        await WritesPerSecondAsync(writer, TimeSpan.FromSeconds(5));
        (await WritesPerSecondAsync(writer, TimeSpan.FromSeconds(5))).ShouldBeLessThan(usual / 2);

        _figures.MillisecondsPerSearch = 5;
        await WritesPerSecondAsync(writer, TimeSpan.FromSeconds(20));
        (await WritesPerSecondAsync(writer, TimeSpan.FromSeconds(5))).ShouldBeGreaterThan(usual * 0.9);
        writer.Figures.Slowed.ShouldBeGreaterThan(TimeSpan.FromSeconds(5));
    }

    private async Task<double> WritesPerSecondAsync(BulkWriter writer, TimeSpan during)
    {
        var begun = _time.GetTimestamp();
        var writes = 0;
        while (_time.GetElapsedTime(begun) < during)
        {
            var write = writer.WriteAsync("shop_1.w", [Batches.Add("a")], ++_sequence, default);
            while (!write.IsCompleted)
            {
                // The governor and the writer that is held back: when both wait, nothing is on its way.
                if (_time.CountWaits(atMost: TimeSpan.FromSeconds(1)) == 2)
                    _time.AdvanceToNext();
                await Task.Delay(1);
            }

            (await write).ShouldAllBe(result => result.Acknowledged);
            writes++;
        }

        return writes / _time.GetElapsedTime(begun).TotalSeconds;
    }
}
