using Reshelve.Feeds;

namespace Reshelve.Tests.Feeds.Sources;

public sealed class HttpChaosTests
{
    [Fact]
    public async Task Whatever_a_server_does_a_feed_is_one_of_its_states_and_whole()
    {
        for (var seed = 1; seed <= 60; seed++)
        {
            using var bench = new SourceBench();
            var chaos = new Chaos(new Random(seed));
            await using var server = new FaultyServer((request, _) => chaos.Answer(request));
            ReceivedFeed? feed = null;
            for (var run = 0; run < 4; run++)
            {
                feed = await ReceiveUntilItSucceedsAsync(bench, server, feed?.Identity);
                if (feed.Unchanged && feed.Files.Count == 0)
                    continue;
                var text = SourceBench.Text(feed);
                chaos.Served.ShouldContain(text, $"seed {seed}, run {run}");
                if (feed.Identity is { } identity && identity.Contains("etag", StringComparison.Ordinal))
                    identity.ShouldEndWith(Chaos.Tag(text), customMessage: $"seed {seed}, run {run}");
            }
        }
    }

    private static async Task<ReceivedFeed> ReceiveUntilItSucceedsAsync(SourceBench bench, FaultyServer server, string? last)
    {
        while (true)
        {
            try
            {
                return await bench.DownloadAsync(server, last, retries: 1);
            }
            catch (ReshelveException e) when (e is FeedIncompleteException or FeedUnavailableException)
            {
                // The next run takes over what this one left.
            }
        }
    }

    /// <summary>Changes its feed now and then, cuts, ignores ranges and their conditions, leaves out validators, errs.</summary>
    private sealed class Chaos(Random random)
    {
        private string _text = Feed(0);
        private int _version;

        public List<string> Served { get; } = [Feed(0)];

        public static string Tag(string text) => $"\"{text[1..4]}-{text.Length}\"";

        public Reply Answer(RecordedRequest request)
        {
            if (random.Next(3) == 0)
                Served.Add(_text = Feed(++_version));
            if (random.Next(8) == 0)
                return Reply.Of(random.Next(2) == 0 ? 503 : 416);
            var feed = new ServedFeed(_text)
            {
                ETag = random.Next(5) == 0 ? null : Tag(_text),
                Ranges = random.Next(4) != 0,
                IgnoresIfRange = random.Next(3) == 0,
                SilentNotModified = random.Next(2) == 0,
            };
            var reply = feed.Answer(request);
            return random.Next(3) switch
            {
                0 => reply,
                1 => reply with { CutAfter = random.Next(reply.Body.Length + 1) },
                _ => reply with { CutAfter = random.Next(reply.Body.Length + 1), Chunked = reply.Body.Length > 0 },
            };
        }

        // Versions of equal length and of different ones, no two alike anywhere.
        private static string Feed(int version) =>
            string.Concat(Enumerable.Repeat($"[{version:000}]", 1000 + (version % 5 == 0 ? 200 : 0)));
    }
}
