using System.Text;
using Reshelve.Catalogs;
using Reshelve.OpenSearch.Connection;
using Reshelve.OpenSearch.Writing;
using Reshelve.Planning;
using Reshelve.Tests.OpenSearch.Connection;

namespace Reshelve.Tests.OpenSearch.Writing;

/// <summary>Whatever goes wrong on the way: what the writer says became of each change is what the server has.</summary>
public sealed class BulkFaultTests
{
    public static TheoryData<int> SomeSeeds => [.. Seeds.Of(40)];

    [Theory]
    [MemberData(nameof(SomeSeeds))]
    public async Task Results_are_true_under_random_faults(int seed)
    {
        var random = new Random(seed);
        await using var one = new BulkServer();
        // The second node is a way to the same documents.
        await using var two = new BulkServer { Before = request => one.Answer(request) };
        var faults = new Faults(seed, refused: id => id.EndsWith('7'));
        one.Before = faults.Before;
        one.Item = faults.Item;
        one.IsRefused = faults.Refused;
        one.After = faults.After;
        var settings = Clusters.Settings(one.Http, two.Http) with
        {
            Limits = new WriteLimits { Requests = random.Next(1, 6), RequestBytes = random.Next(200, 20_000) },
            Compress = random.Next(2) == 0,
            Patience = TimeSpan.FromDays(1),
        };
        var time = Clusters.Clock();
        await using var client = Clusters.Client(settings, time);
        await using var writer = new BulkWriter(client, time);
        var expected = new Dictionary<string, string>(StringComparer.Ordinal);

        for (var sequence = 1; sequence <= 4; sequence++)
        {
            var batch = Draw(random, sequence);
            var results = await writer.WriteAsync("shop_1.w", batch, sequence, default);

            results.Select(result => result.Id).ShouldBe(batch.Select(change => change.Id), $"seed {seed}");
            for (var i = 0; i < batch.Count; i++)
            {
                var isRefused = batch[i].Kind != ChangeKind.Remove && faults.Refused(batch[i].Id);
                results[i].Acknowledged.ShouldBe(!isRefused, $"seed {seed}: {results[i]}");
                if (isRefused)
                    continue;
                if (batch[i].Kind == ChangeKind.Remove)
                    expected.Remove(batch[i].Id);
                else
                    expected[batch[i].Id] = Batches.Spliced(batch[i].Id, Encoding.UTF8.GetString(batch[i].Document.Span));
            }

            one.Documents.OrderBy(pair => pair.Key, StringComparer.Ordinal).ShouldBe(expected.OrderBy(pair => pair.Key, StringComparer.Ordinal), $"seed {seed}");
        }

        var figures = writer.Figures;
        figures.Requests.ShouldBeLessThan(20_000, $"seed {seed}: {figures}");
    }

    private static List<Change> Draw(Random random, int sequence) =>
    [
        .. Enumerable.Range(0, 300).Where(_ => random.Next(3) > 0).Select(i => random.Next(5) == 0
            ? Batches.Remove($"d{i}")
            : Batches.Add($"d{i}", $"{{\"n\":{sequence},\"t\":\"{new string('x', random.Next(200))}\"}}")),
    ];

    /// <summary>Draws what goes wrong.</summary>
    private sealed class Faults(int seed, Func<string, bool> refused)
    {
        private readonly Random _random = new(seed);

        public bool Refused(string id) => refused(id);

        public Reply? Before(ReceivedRequest request) => _random.Next(20) switch
        {
            0 => Reply.Of(429, "{}") with { Headers = ["Retry-After: 3"] },
            1 => Reply.Of(503, "<html>"),
            2 => Reply.Closed,
            3 => Reply.Broken,
            4 when BulkServer.Count(request) > 1 => Reply.Of(413, ""),
            5 when BulkServer.Count(request) > 1 => Reply.Of(400, """{"error":{"type":"a","reason":"b"},"status":400}"""),
            _ => null,
        };

        public string? Item(string id)
        {
            if (id == "reshelve.guard")
                return null;
            return _random.Next(30) switch
            {
                0 => BulkServer.Error(429, "es_rejected_execution_exception", "busy"),
                1 => BulkServer.Error(503, "unavailable_shards_exception", "primary shard is not active"),
                _ => null,
            };
        }

        public Reply After(Reply reply) => _random.Next(10) switch
        {
            0 => reply with { BodyBytesSent = -1 },
            1 => reply with { BodyBytesSent = _random.Next(reply.Body.Length) },
            _ => reply,
        };
    }
}
