using System.IO.Compression;
using System.Text;
using Reshelve.Images.Fetching;
using Reshelve.Tests.Feeds.Sources;

namespace Reshelve.Tests.Images.Fetching;

public sealed class ImageFetcherTests : IDisposable
{
    private const string Modified = "Fri, 09 Jan 2026 08:00:00 GMT";

    private readonly FetchBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task A_picture_comes_with_what_to_ask_with_the_next_time()
    {
        await using var server = FaultyServer.Replying(
            FetchBench.Picture.With("ETag", "\"v1\"").With("Last-Modified", Modified).With("Cache-Control", "max-age=60").With("Set-Cookie", "a=b"),
            Reply.Of(304, ("ETag", "\"v1\""), ("Cache-Control", "max-age=90")));

        var first = await _bench.FetchAsync(server.Address("/a.png"));
        var second = await _bench.FetchAsync(server.Address("/a.png"), first);

        first.Bytes!.Value.ToArray().ShouldBe(FetchBench.Png);
        (first.ETag, first.LastModified, first.MaxAge).ShouldBe(("\"v1\"", Modified, TimeSpan.FromSeconds(60)));
        second.IsNotModified.ShouldBeTrue();
        (second.ETag, second.LastModified, second.MaxAge).ShouldBe(("\"v1\"", Modified, TimeSpan.FromSeconds(90)));
        server.Requests[0]["If-None-Match"].ShouldBeNull();
        server.Requests[1]["If-None-Match"].ShouldBe("\"v1\"");
        server.Requests[1]["If-Modified-Since"].ShouldBe(Modified);
        server.Requests[1]["Cookie"].ShouldBeNull();
        server.Requests[1]["User-Agent"].ShouldStartWith("Reshelve/");
    }

    [Theory]
    [InlineData("max-age=3600", 3600)]
    [InlineData("public, max-age=31536000, immutable", 31536000)]
    [InlineData("immutable", 31536000)]
    [InlineData("max-age=99999999999", null)]
    [InlineData("no-cache", 0)]
    [InlineData("no-store, max-age=60", 0)]
    [InlineData("max-age=soon", null)]
    [InlineData("private", null)]
    public async Task The_promise_of_a_server_is_read(string control, int? seconds)
    {
        await using var server = FaultyServer.Replying(FetchBench.Picture.With("Cache-Control", control));

        (await _bench.FetchAsync(server.Address())).MaxAge.ShouldBe(seconds is { } s ? TimeSpan.FromSeconds(s) : null);
    }

    [Theory]
    [InlineData("Sat, 10 Jan 2026 13:00:00 GMT", 3600)]
    [InlineData("Sat, 10 Jan 2026 11:00:00 GMT", 0)]
    [InlineData("0", 0)]
    public async Task An_older_kind_of_promise_is_read_too(string expires, int seconds)
    {
        await using var server = FaultyServer.Replying(FetchBench.Picture.With("Expires", expires));

        (await _bench.FetchAsync(server.Address())).MaxAge.ShouldBe(TimeSpan.FromSeconds(seconds));
    }

    [Fact]
    public async Task A_date_of_just_now_is_no_validator_and_a_tag_without_quotes_is_one()
    {
        await using var server = FaultyServer.Replying(
            FetchBench.Picture.With("ETag", "v1").With("Last-Modified", "Sat, 10 Jan 2026 12:00:00 GMT").With("Date", "Sat, 10 Jan 2026 12:00:01 GMT"));

        var image = await _bench.FetchAsync(server.Address());

        (image.ETag, image.LastModified).ShouldBe(("v1", null));
    }

    [Fact]
    public async Task What_a_redirect_led_to_is_asked_by_its_validators_only_while_it_leads_there()
    {
        var target = "/one.png";
        await using var server = new FaultyServer((request, _) => request.Target == "/a.png"
            ? Reply.Of(302, ("Location", target))
            : FetchBench.Picture.With("ETag", "\"same\""));

        var first = await _bench.FetchAsync(server.Address("/a.png"));
        await _bench.FetchAsync(server.Address("/a.png"), first);
        target = "/two.png";
        await _bench.FetchAsync(server.Address("/a.png"), first);

        server.Requests.Select(r => (r.Target, r["If-None-Match"])).ShouldBe(
            [("/a.png", null), ("/one.png", null), ("/a.png", null), ("/one.png", "\"same\""), ("/a.png", null), ("/two.png", null)]);
    }

    [Theory]
    [InlineData(400, false)]
    [InlineData(401, false)]
    [InlineData(403, false)]
    [InlineData(404, false)]
    [InlineData(410, false)]
    [InlineData(415, false)]
    [InlineData(204, false)]
    [InlineData(206, false)]
    [InlineData(304, false)]
    [InlineData(408, true)]
    [InlineData(425, true)]
    [InlineData(429, true)]
    [InlineData(500, true)]
    [InlineData(503, true)]
    public async Task A_status_says_whether_the_next_try_may_succeed(int status, bool isTransient)
    {
        await using var server = FaultyServer.Replying(Reply.Of(status));

        var e = await _bench.FailAsync(server.Address("/a.png?token=secret"));

        e.IsTransient.ShouldBe(isTransient);
        e.Message.ShouldContain($"the server answered {status} (As Told).");
        e.Message.ShouldNotContain("secret");
        server.Requests.Count.ShouldBe(isTransient ? 3 : 1);
    }

    [Fact]
    public async Task A_short_wait_that_a_server_asks_for_is_kept()
    {
        await using var server = FaultyServer.Replying(Reply.Of(429, ("Retry-After", "2")), FetchBench.Picture);

        await _bench.FetchAsync(server.Address());

        _bench.Time.Waits.ShouldBe([TimeSpan.FromSeconds(2)]);
    }

    [Fact]
    public async Task A_host_that_asks_for_a_long_wait_is_left_alone_meanwhile()
    {
        await using var server = FaultyServer.Replying(Reply.Of(503, ("Retry-After", "3600")), FetchBench.Picture);

        (await _bench.FailAsync(server.Address("/a.png"))).IsTransient.ShouldBeTrue();
        var e = await _bench.FailAsync(server.Address("/b.png"));

        e.IsTransient.ShouldBeTrue();
        e.Message.ShouldContain("asked to be left alone");
        server.Requests.Count.ShouldBe(1);
        _bench.Time.Advance(TimeSpan.FromSeconds(60));
        (await _bench.FetchAsync(server.Address("/b.png"))).IsNotModified.ShouldBeFalse();
    }

    [Fact]
    public async Task A_picture_of_more_bytes_than_allowed_is_refused_whatever_it_says_of_its_length()
    {
        _bench.Settings = _bench.Settings with { Bytes = 100_000 };
        var much = new Reply { Body = new byte[100_001] };
        var bomb = Compressed(new byte[5_000_000]);
        await using var server = FaultyServer.Replying(
            Reply.Feed("x") with { AnnouncedLength = long.MaxValue },
            much,
            much with { Chunked = true },
            much with { UntilClose = true },
            new Reply { Body = bomb }.With("Content-Encoding", "gzip"));

        for (var i = 0; i < 5; i++)
        {
            var e = await _bench.FailAsync(server.Address());
            e.IsTransient.ShouldBeFalse();
            e.Message.ShouldContain("more than 100,000 bytes");
        }

        bomb.Length.ShouldBeLessThan(100_000);
    }

    [Fact]
    public async Task A_picture_that_was_compressed_again_is_expanded()
    {
        await using var server = FaultyServer.Replying(new Reply { Body = Compressed(FetchBench.Png) }.With("Content-Encoding", "gzip"));

        (await _bench.FetchAsync(server.Address())).Bytes!.Value.ToArray().ShouldBe(FetchBench.Png);
        server.Requests[0]["Accept-Encoding"].ShouldBe("identity");
    }

    [Theory]
    [InlineData("<!DOCTYPE html><html>", "an HTML page")]
    [InlineData("\ufeff \n<HTML>", "an HTML page")]
    [InlineData("<?xml version='1.0'?><Error/>", "an XML document")]
    [InlineData("{\"error\":1}", "a JSON document")]
    [InlineData("%PDF-1.7", "a PDF document")]
    [InlineData("", "empty")]
    public async Task What_is_no_picture_is_named(string body, string what)
    {
        await using var server = FaultyServer.Replying(Reply.Feed(body).With("Content-Type", "image/jpeg"));

        var e = await _bench.FailAsync(server.Address("/a.jpg"));

        e.IsTransient.ShouldBeFalse();
        e.Message.ShouldContain($"what came is {what}, not a picture");
    }

    [Fact]
    public async Task Drawings_are_left_to_the_decoder()
    {
        await using var server = FaultyServer.Replying(Reply.Feed("<?xml version='1.0'?><svg/>"));

        (await _bench.FetchAsync(server.Address())).IsNotModified.ShouldBeFalse();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_that_hangs_is_given_up_when_the_time_is_over(bool afterTheHead)
    {
        var stalled = FetchBench.Picture with { StallAfter = 5 };
        await using var server = FaultyServer.Replying(afterTheHead ? stalled : stalled with { Mute = true });

        var fetch = _bench.FailAsync(server.Address());
        await FetchBench.AskedAsync(server, 1);
        _bench.Time.Advance(FetchBench.LongTimeout);
        var e = await fetch;

        e.IsTransient.ShouldBeTrue();
        e.Message.ShouldContain("did not come within 600 s");
        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task What_breaks_off_is_fetched_again_whole()
    {
        await using var server = FaultyServer.Replying(FetchBench.Picture with { CutAfter = 4 }, FetchBench.Picture);

        (await _bench.FetchAsync(server.Address())).Bytes!.Value.ToArray().ShouldBe(FetchBench.Png);
        server.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Headers_without_end_are_refused()
    {
        await using var server = FaultyServer.Replying(FetchBench.Picture.With("X-Long", new string('x', 100_000)));

        (await _bench.FailAsync(server.Address())).Message.ShouldContain("headers are too long");
    }

    [Fact]
    public async Task A_redirect_in_a_circle_ends()
    {
        await using var server = FaultyServer.Replying(Reply.Of(301, ("Location", "/b")));

        var e = await _bench.FailAsync(server.Address("/a"));

        e.IsTransient.ShouldBeFalse();
        e.Message.ShouldContain("redirects more than 5 times");
        server.Requests.Count.ShouldBe(6);
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://127.0.0.1/a")]
    [InlineData("data:image/png;base64,AAAA")]
    [InlineData(null)]
    public async Task A_redirect_leads_to_http_or_nowhere(string? location)
    {
        await using var server = FaultyServer.Replying(location is null ? Reply.Of(302) : Reply.Of(302, ("Location", location)));

        (await _bench.FailAsync(server.Address("/a"))).IsTransient.ShouldBeFalse();
    }

    [Fact]
    public void A_redirect_does_not_lead_from_https_to_http()
    {
        using var response = new HttpResponseMessage(System.Net.HttpStatusCode.Found);
        response.Headers.Location = new Uri("http://shop.example/b.png?k=secret");

        var e = Should.Throw<FetchProblem>(() => Redirect.Next(new Uri("https://shop.example/a.png"), response, 0, 5));

        e.IsTransient.ShouldBeFalse();
        e.Message.ShouldNotContain("secret");
    }

    [Fact]
    public async Task Credentials_go_to_their_own_server_only()
    {
        await using var other = FaultyServer.Replying(FetchBench.Picture);
        await using var server = new FaultyServer((request, _) => request.Target == "/a"
            ? Reply.Of(302, ("Location", "/b"))
            : Reply.Of(302, ("Location", other.Address("/c").ToString())));

        await _bench.FetchAsync($"http://user:secret@127.0.0.1:{server.Port}/a");

        server.Requests.Select(r => r["Authorization"]).ShouldAllBe(a => a == "Basic dXNlcjpzZWNyZXQ=");
        other.Requests[0]["Authorization"].ShouldBeNull();
    }

    [Fact]
    public async Task A_relative_picture_of_a_downloaded_feed_is_at_the_feeds_server()
    {
        await using var server = FaultyServer.Replying(FetchBench.Picture);
        _bench.Base = server.Address("/feeds/products.xml");

        await _bench.FetchAsync("images/a%20b.png");
        await _bench.FetchAsync("/c.png");
        await _bench.FetchAsync($"//127.0.0.1:{server.Port}/d.png#top");

        server.Requests.Select(r => r.Target).ShouldBe(["/feeds/images/a%20b.png", "/c.png", "/d.png"]);
    }

    [Fact]
    public async Task Cancelling_is_no_failure_of_the_picture()
    {
        using var stop = new CancellationTokenSource();
        await using var server = FaultyServer.Replying(FetchBench.Picture with { Mute = true });

        var fetch = _bench.FetchAsync(server.Address(), stop: stop.Token);
        await FetchBench.AskedAsync(server, 1);
        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(fetch);
    }

    private static byte[] Compressed(byte[] bytes)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return compressed.ToArray();
    }
}
