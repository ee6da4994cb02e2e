using System.Net;
using Reshelve.Catalogs;
using Reshelve.Feeds;

namespace Reshelve.Tests.Feeds.Sources;

/// <summary>Headers, credentials and redirects.</summary>
public sealed class HttpRequestTests : IDisposable
{
    private const string Secret = "s3cr3t-value";

    private readonly SourceBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Headers_take_their_secrets_from_the_environment()
    {
        _bench.Environment["SHOP_TOKEN"] = Secret;
        _bench.Environment["SHOP"] = "42";
        await using var server = FaultyServer.Replying(Reply.Feed("{}"));

        await Receive(
            server.Address(), ("Authorization", "Bearer ${SHOP_TOKEN}"), ("X-Shop", "${SHOP}/${SHOP}!"), ("Accept", "application/json"));

        var request = server.Requests.Single();
        request["Authorization"].ShouldBe("Bearer " + Secret);
        request["X-Shop"].ShouldBe("42/42!");
        request["Accept"].ShouldBe("application/json");
        request["User-Agent"]!.ShouldStartWith("Reshelve/");
    }

    [Fact]
    public async Task A_renewed_token_does_not_make_it_another_source()
    {
        await using var server = new FaultyServer((r, _) => ServedFeed.Tagged("{}").Answer(r));
        _bench.Environment["T"] = "monday";
        var first = await Receive(server.Address(), ("X-Token", "${T}"));
        _bench.Environment["T"] = "tuesday";

        await Receive(server.Address(), first.Identity, ("X-Token", "${T}"));

        server.Requests[1]["X-Token"].ShouldBe("tuesday");
        server.Requests[1]["If-None-Match"].ShouldBe("\"v1\"");
    }

    [Theory]
    [InlineData("Authorization", "Bearer ${NOT_SET}", "NOT_SET")]
    [InlineData("Authorization", "Bearer ${EMPTY}", "EMPTY")]
    [InlineData("Authorization", "Bearer ${TOKEN", "write ${NAME}")]
    [InlineData("Authorization", "Bearer ${}", "write ${NAME}")]
    [InlineData("Authorization", "${TWO_LINES}", "line break")]
    [InlineData("X-Shop", "caf\u00e9", "plain ASCII")]
    [InlineData("Range", "bytes=0-9", "must not set 'Range'")]
    [InlineData("accept-encoding", "br", "must not set 'accept-encoding'")]
    [InlineData("Content-Type", "text/plain", "no request header")]
    [InlineData("Bad Name", "x", "no request header")]
    public async Task A_header_that_cannot_be_sent_is_named_and_its_value_is_not(string name, string value, string said)
    {
        _bench.Environment["EMPTY"] = "";
        _bench.Environment["TWO_LINES"] = Secret + "\r\nX-Injected: 1";
        await using var server = FaultyServer.Replying(Reply.Feed("{}"));

        var e = await Should.ThrowAsync<FeedUnavailableException>(Receive(server.Address(), (name, value)));

        e.Message.ShouldContain(name);
        e.Message.ShouldContain(said);
        e.Message.ShouldNotContain(Secret);
        server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task User_and_password_of_the_address_are_sent_as_basic_authorization()
    {
        await using var server = FaultyServer.Replying(Reply.Feed("{}"));

        var feed = await Receive(new Uri($"http://me:p%40ss@127.0.0.1:{server.Port}/feed"));

        server.Requests.Single()["Authorization"].ShouldBe("Basic " + Convert.ToBase64String("me:p@ss"u8));
        feed.Description.ShouldNotContain("p%40ss");
    }

    [Fact]
    public async Task Messages_notes_and_descriptions_hold_no_credentials_and_no_query_values()
    {
        await using var server = FaultyServer.Replying(Reply.Feed("{}").With("ETag", "\"v1\""), Reply.Of(404));
        var url = new Uri($"http://me:{Secret}@127.0.0.1:{server.Port}/feed?token={Secret}&page=2&{Secret}");

        var feed = await Receive(url);
        var e = await Should.ThrowAsync<FeedUnavailableException>(Receive(url));

        e.Message.ShouldContain($"http://127.0.0.1:{server.Port}/feed?token=***&page=***&***");
        feed.Description.ShouldBe($"http://127.0.0.1:{server.Port}/feed?token=***&page=***&***");
        server.Requests[0].Target.ShouldBe($"/feed?token={Secret}&page=2&{Secret}");
        foreach (var file in Directory.EnumerateFiles(_bench.Spool, "*", SearchOption.AllDirectories))
            File.ReadAllText(file).ShouldNotContain(Secret);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Redirects_are_followed_and_headers_stay_with_the_host(int status)
    {
        await using var server = FaultyServer.Replying(Reply.Of(status, ("Location", "../moved?x=1#part")), Reply.Feed("{}"));

        SourceBench.Text(await Receive(server.Address("/a/b/feed"), ("X-Token", Secret))).ShouldBe("{}");

        server.Requests[1].Target.ShouldBe("/a/moved?x=1");
        server.Requests[1]["X-Token"].ShouldBe(Secret);
    }

    [Fact]
    public async Task Another_host_gets_no_credentials_and_the_first_one_gets_them_again()
    {
        FaultyServer? home = null;
        await using var other = new FaultyServer((_, _) => Reply.Of(302, ("Location", home!.Address("/final").ToString())));
        home = FaultyServer.Replying(Reply.Of(302, ("Location", $"http://user:pass@127.0.0.1:{other.Port}/hop")), Reply.Feed("{}"));
        await using var closing = home;

        await Receive(
            home.Address(), ("Authorization", "Bearer " + Secret), ("X-Api-Key", Secret), ("Cookie", Secret), ("Accept", "text/csv"));

        other.Requests.Single().Headers.Values.ShouldNotContain(v => v.Contains(Secret, StringComparison.Ordinal));
        other.Requests.Single()["Authorization"].ShouldBeNull();
        other.Requests.Single()["Accept"].ShouldBe("text/csv");
        home.Requests[1]["Authorization"].ShouldBe("Bearer " + Secret);
    }

    [Fact]
    public async Task A_refusal_after_a_redirect_says_that_the_headers_did_not_go_there()
    {
        await using var other = FaultyServer.Replying(Reply.Of(401));
        await using var home = FaultyServer.Replying(Reply.Of(302, ("Location", other.Address("/x?sig=" + Secret).ToString())));

        var e = await Should.ThrowAsync<FeedUnavailableException>(Receive(home.Address(), ("X-Token", Secret)));

        e.Message.ShouldContain($"It redirected to http://127.0.0.1:{other.Port}/x?sig=***");
        e.Message.ShouldNotContain(Secret);
    }

    [Fact]
    public async Task Redirects_in_a_circle_end()
    {
        await using var server = FaultyServer.Replying(Reply.Of(302, ("Location", "/feed.jsonl")));

        var e = await Should.ThrowAsync<FeedUnavailableException>(Receive(server.Address()));

        e.Message.ShouldContain("more than 10 times");
        server.Requests.Count.ShouldBe(11);
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://127.0.0.1/feed")]
    [InlineData("gopher://127.0.0.1/feed")]
    public async Task Redirects_to_other_schemes_are_not_followed(string location)
    {
        await using var server = FaultyServer.Replying(Reply.Of(302, ("Location", location)));

        (await Should.ThrowAsync<FeedUnavailableException>(Receive(server.Address()))).Message.ShouldContain("neither http nor https");
    }

    [Fact]
    public async Task A_redirect_without_a_place_is_an_error()
    {
        await using var server = FaultyServer.Replying(Reply.Of(302));

        (await Should.ThrowAsync<FeedUnavailableException>(Receive(server.Address()))).Message.ShouldContain("without saying where to");
    }

    [Fact]
    public async Task A_redirect_from_https_to_http_is_not_followed()
    {
        using var http = new HttpClient(new Downgrading());

        var source = new SourceDefinition { Url = new Uri("https://shop.example/feed"), Timeout = SourceBench.LongTimeout };

        var e = await Should.ThrowAsync<FeedUnavailableException>(_bench.ReceiveAsync(source, http: http));

        e.Message.ShouldContain("redirects from https to http://shop.example/feed");
    }

    private Task<ReceivedFeed> Receive(Uri url, params (string Name, string Value)[] headers) => Receive(url, null, headers);

    private Task<ReceivedFeed> Receive(Uri url, string? last, params (string Name, string Value)[] headers) => _bench.ReceiveAsync(
        new SourceDefinition
        {
            Url = url,
            Headers = headers.ToDictionary(h => h.Name, h => h.Value),
            Timeout = SourceBench.LongTimeout,
        },
        last);

    /// <summary>Stands in for a TLS server, for which a test would need a trusted certificate.</summary>
    private sealed class Downgrading : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.RequestUri!.Scheme.ShouldBe("https");
            var response = new HttpResponseMessage(HttpStatusCode.Found) { RequestMessage = request };
            response.Headers.Location = new Uri("http://shop.example/feed");
            return Task.FromResult(response);
        }
    }
}
