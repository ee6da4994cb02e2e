using System.Net;
using System.Net.Sockets;
using Reshelve.Catalogs;
using Reshelve.Feeds;

namespace Reshelve.Tests.Feeds.Sources;

public sealed class HttpRetryTests : IDisposable
{
    private readonly SourceBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(408)]
    [InlineData(425)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(599)]
    public async Task What_may_pass_is_tried_again(int status)
    {
        await using var server = FaultyServer.Replying(Reply.Of(status), Reply.Of(status), Reply.Feed("{}"));

        SourceBench.Text(await _bench.DownloadAsync(server)).ShouldBe("{}");
        server.Requests.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Waits_double_and_vary_and_end_with_the_retries()
    {
        await using var server = FaultyServer.Replying(Reply.Of(503));

        var e = await Should.ThrowAsync<FeedUnavailableException>(_bench.DownloadAsync(server, retries: 8));

        server.Requests.Count.ShouldBe(9);
        e.Message.ShouldContain("in 9 tries: the server answered 503 (As Told).");
        double[] longest = [1, 2, 4, 8, 16, 32, 60, 60];
        _bench.Time.Waits.Count.ShouldBe(longest.Length);
        for (var i = 0; i < longest.Length; i++)
            _bench.Time.Waits[i].TotalSeconds.ShouldBeInRange(longest[i] / 2, longest[i]);
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("Sat, 10 Jan 2026 12:01:30 GMT", 90)]
    [InlineData("86400", 300)]
    public async Task The_wait_that_the_server_asks_for_is_honoured_within_reason(string retryAfter, double seconds)
    {
        await using var server = FaultyServer.Replying(Reply.Of(429, ("Retry-After", retryAfter)), Reply.Feed("{}"));

        await _bench.DownloadAsync(server);

        _bench.Time.Waits.ShouldBe([TimeSpan.FromSeconds(seconds)]);
    }

    [Fact]
    public async Task A_wait_that_is_over_already_is_none()
    {
        await using var server = FaultyServer.Replying(Reply.Of(503, ("Retry-After", "Fri, 09 Jan 2026 12:00:00 GMT")), Reply.Feed("{}"));

        SourceBench.Text(await _bench.DownloadAsync(server)).ShouldBe("{}");
        _bench.Time.Waits.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(400, "Check source.url")]
    [InlineData(401, "source.headers")]
    [InlineData(403, "access")]
    [InlineData(404, "Check source.url")]
    [InlineData(407, "proxy")]
    [InlineData(410, "new address")]
    [InlineData(451, "supplier")]
    [InlineData(416, "Check source.url")]
    [InlineData(204, "holds no feed")]
    [InlineData(206, "holds no feed")]
    public async Task What_will_not_pass_fails_at_once_and_says_what_to_do(int status, string remedy)
    {
        await using var server = FaultyServer.Replying(Reply.Of(status));

        var e = await Should.ThrowAsync<FeedUnavailableException>(_bench.DownloadAsync(server));

        e.Message.ShouldContain($"answered {status}");
        e.Message.ShouldContain(remedy);
        e.Message.ShouldContain(server.Address().ToString());
        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task What_the_server_says_cannot_write_to_the_terminal()
    {
        await using var server = FaultyServer.Replying(Reply.Of(404) with { Reason = "Gone\u001b[2J fishing" });

        (await Should.ThrowAsync<FeedUnavailableException>(_bench.DownloadAsync(server))).Message.ShouldNotContain("\u001b");
    }

    [Fact]
    public async Task A_host_that_is_not_reached_is_tried_again_and_then_named()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var url = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/feed");
        listener.Stop();

        var e = await Should.ThrowAsync<FeedUnavailableException>(_bench.DownloadAsync(url, retries: 2));

        e.Message.ShouldContain(url.ToString());
        e.Message.ShouldContain("in 3 tries");
        e.Message.ShouldContain("Check that the server runs");
        _bench.Time.Waits.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_given_up()
    {
        await using var server = FaultyServer.Replying(new Reply { Mute = true });

        var e = await Should.ThrowAsync<FeedUnavailableException>(_bench.ReceiveAsync(
            new SourceDefinition { Url = server.Address(), Timeout = TimeSpan.FromSeconds(0.2), Retries = 0 }, TimeProvider.System));

        e.Message.ShouldContain("did not answer within 0.2 s");
        e.Message.ShouldContain("source.timeout");
    }

    [Fact]
    public async Task A_connection_that_breaks_before_the_answer_is_tried_again()
    {
        var broken = new Reply { AnnouncedLength = 5, CutAfter = 0 };
        await using var server = FaultyServer.Replying(broken, Reply.Feed("{}"));

        SourceBench.Text(await _bench.DownloadAsync(server)).ShouldBe("{}");
    }

    [Fact]
    public async Task Cancelling_ends_a_wait()
    {
        await using var server = FaultyServer.Replying(Reply.Of(503));
        using var stop = new CancellationTokenSource();
        _bench.Time.OnWait = stop.Cancel;

        await Should.ThrowAsync<OperationCanceledException>(_bench.ReceiveAsync(
            new SourceDefinition { Url = server.Address(), Timeout = SourceBench.LongTimeout }, stop: stop.Token));

        server.Requests.Count.ShouldBe(1);
    }
}
