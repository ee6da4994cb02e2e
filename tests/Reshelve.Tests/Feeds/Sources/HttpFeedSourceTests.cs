using System.IO.Compression;
using System.Text;
using Reshelve.Catalogs;
using Reshelve.Feeds;

namespace Reshelve.Tests.Feeds.Sources;

public sealed class HttpFeedSourceTests : IDisposable
{
    private readonly SourceBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task A_feed_is_spooled_as_received_under_the_name_it_has_at_the_server()
    {
        await using var server = FaultyServer.Replying(Reply.Feed("{\"id\":1}\n"));

        var feed = await _bench.DownloadAsync(server.Address("/shops/42/pro%20ducts.jsonl?page=1"));

        SourceBench.Text(feed).ShouldBe("{\"id\":1}\n");
        feed.Files.ShouldBe([Path.Combine(_bench.Spool, "20260110T120000000", "pro_ducts.jsonl")]);
        feed.Unchanged.ShouldBeFalse();
        _bench.Progress[^1].ShouldBe((9, 9));
        server.Requests.Single().Target.ShouldBe("/shops/42/pro%20ducts.jsonl?page=1");
        _bench.Archived.Count.ShouldBe(1);
        File.Exists(_bench.PartPath).ShouldBeFalse();
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/..%2f..%2fetc%2fpasswd")]
    [InlineData("/.received.json")]
    [InlineData("/%00%01/..")]
    [InlineData("/a%5c..%5cb")]
    public async Task Whatever_the_address_the_feed_stays_inside_its_folder(string path)
    {
        await using var server = FaultyServer.Replying(Reply.Feed("{}"));

        var feed = await _bench.DownloadAsync(server.Address(path));

        Path.GetDirectoryName(feed.Files.Single()).ShouldBe(Path.Combine(_bench.Spool, "20260110T120000000"));
        SourceBench.Text(feed).ShouldBe("{}");
    }

    [Fact]
    public async Task An_empty_feed_is_a_feed() =>
        SourceBench.Text(await Download(Reply.Feed(""))).ShouldBe("");

    [Fact]
    public async Task A_chunked_feed_is_complete_when_its_last_chunk_came()
    {
        var text = new string('x', 5000);

        SourceBench.Text(await Download(Reply.Feed(text) with { Chunked = true })).ShouldBe(text);
        _bench.Progress[^1].ShouldBe((5000, null));
    }

    [Fact]
    public async Task A_length_beside_chunks_means_nothing() =>
        SourceBench.Text(await Download((Reply.Feed("{}\n") with { Chunked = true }).With("Content-Length", "999"))).ShouldBe("{}\n");

    [Fact]
    public async Task A_feed_without_length_ends_with_the_connection() =>
        SourceBench.Text(await Download(Reply.Feed("{}\n") with { UntilClose = true })).ShouldBe("{}\n");

    [Fact]
    public async Task An_unmodified_feed_is_not_sent_again_and_its_spooled_copy_is_given()
    {
        await using var server = Serving(ServedFeed.Tagged("{}\n"));
        var first = await _bench.DownloadAsync(server);

        var second = await _bench.DownloadAsync(server, first.Identity);

        server.Requests[1]["If-None-Match"].ShouldBe("\"v1\"");
        second.Unchanged.ShouldBeTrue();
        second.Identity.ShouldBe(first.Identity);
        second.Files.ShouldBe(first.Files);
        second.Description.ShouldContain("not modified");
    }

    [Fact]
    public async Task An_unmodified_feed_needs_no_spooled_copy()
    {
        await using var server = Serving(ServedFeed.Tagged("{}\n"));
        var first = await _bench.DownloadAsync(server);
        Directory.Delete(_bench.Spool, recursive: true);

        var second = await _bench.DownloadAsync(server, first.Identity);

        second.Unchanged.ShouldBeTrue();
        second.Files.ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_an_etag_the_time_and_length_identify_a_feed()
    {
        await using var server = Serving(ServedFeed.Dated("{}\n"));
        var first = await _bench.DownloadAsync(server);

        var second = await _bench.DownloadAsync(server, first.Identity);

        first.Identity!.ShouldEndWith("modified 2026-01-09T08:00:00Z 3");
        server.Requests[1]["If-Modified-Since"].ShouldBe("Fri, 09 Jan 2026 08:00:00 GMT");
        second.Unchanged.ShouldBeTrue();
    }

    [Fact]
    public async Task A_changed_feed_is_sent()
    {
        await using var server = new FaultyServer((r, n) => ServedFeed.Tagged($"feed {n}", $"\"v{n}\"").Answer(r));
        var first = await _bench.DownloadAsync(server);

        var second = await _bench.DownloadAsync(server, first.Identity);

        second.Unchanged.ShouldBeFalse();
        second.Identity.ShouldNotBe(first.Identity);
        SourceBench.Text(second).ShouldBe("feed 2");
    }

    [Fact]
    public async Task A_weak_etag_and_a_time_within_the_clocks_second_identify_nothing()
    {
        var fresh = Reply.Feed("{}").With("Last-Modified", "Sat, 10 Jan 2026 11:59:59 GMT");

        (await Download(Reply.Feed("{}").With("ETag", "W/\"v1\""))).Identity.ShouldBeNull();
        (await Download(fresh.With("Date", ServedFeed.Date))).Identity.ShouldBeNull();
        (await Download(fresh)).Identity.ShouldBeNull();
        (await Download(Reply.Feed("{}").With("ETag", "unquoted"))).Identity.ShouldBeNull();
        (await Download(Reply.Feed("{}"))).Identity.ShouldBeNull();
    }

    [Fact]
    public async Task A_feed_received_by_a_run_that_failed_is_had_from_the_spool_and_is_not_unchanged()
    {
        var held = "\"v1\"";
        await using var server = new FaultyServer((r, _) => ServedFeed.Tagged("feed " + held, held).Answer(r));
        var indexed = await _bench.DownloadAsync(server);
        held = "\"v2\"";
        var failed = await _bench.DownloadAsync(server, indexed.Identity);

        var again = await _bench.DownloadAsync(server, indexed.Identity);

        server.Requests[2]["If-None-Match"].ShouldBe("\"v2\", \"v1\"");
        again.Unchanged.ShouldBeFalse();
        again.Files.ShouldBe(failed.Files);
        again.Identity.ShouldBe(failed.Identity);
    }

    [Fact]
    public async Task Without_last_identity_the_files_are_given_in_any_case()
    {
        await using var server = Serving(ServedFeed.Tagged("{}"));
        await _bench.DownloadAsync(server);

        var again = await _bench.DownloadAsync(server);

        again.Unchanged.ShouldBeFalse();
        SourceBench.Text(again).ShouldBe("{}");
    }

    [Fact]
    public async Task A_spooled_copy_that_was_damaged_is_not_given()
    {
        await using var server = Serving(ServedFeed.Tagged("{}\n"));
        var first = await _bench.DownloadAsync(server);
        File.WriteAllText(first.Files[0], "{");

        var again = await _bench.DownloadAsync(server);

        SourceBench.Text(again).ShouldBe("{}\n");
        server.Requests[1]["If-None-Match"].ShouldBeNull();
    }

    [Fact]
    public async Task A_304_that_does_not_say_which_of_two_feeds_it_means_is_asked_again_without_condition()
    {
        var held = "\"v1\"";
        await using var server = new FaultyServer(
            (r, _) => (ServedFeed.Tagged("feed " + held, held) with { SilentNotModified = true }).Answer(r));
        var indexed = await _bench.DownloadAsync(server);
        held = "\"v2\"";
        await _bench.DownloadAsync(server, indexed.Identity);

        var again = await _bench.DownloadAsync(server, indexed.Identity);

        server.Requests.Count.ShouldBe(4);
        server.Requests[3]["If-None-Match"].ShouldBeNull();
        SourceBench.Text(again).ShouldBe("feed \"v2\"");
    }

    [Fact]
    public async Task A_304_of_another_time_than_asked_about_does_not_make_an_older_feed_the_current_one()
    {
        await using var server = new FaultyServer((r, n) => n == 2
            ? Reply.Of(304, ("Last-Modified", "Thu, 01 Jan 2026 08:00:00 GMT"))
            : ServedFeed.Dated($"feed {n}").Answer(r));
        var first = await _bench.DownloadAsync(server);

        var second = await _bench.DownloadAsync(server, first.Identity);

        second.Unchanged.ShouldBeFalse();
        SourceBench.Text(second).ShouldBe("feed 3");
        server.Requests[2]["If-Modified-Since"].ShouldBeNull();
    }

    [Fact]
    public async Task A_304_that_nobody_asked_for_is_an_error()
    {
        var e = await Should.ThrowAsync<FeedUnavailableException>(Download(Reply.Of(304)));

        e.Message.ShouldContain("answered 304");
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("http")]
    [InlineData("http 0123456789abcdef etag \"v1\"")]
    [InlineData("files 1 2 abc")]
    [InlineData("")]
    public async Task An_identity_of_another_source_is_no_condition(string identity)
    {
        await using var server = Serving(ServedFeed.Tagged("{}"));

        (await _bench.DownloadAsync(server, identity)).Unchanged.ShouldBeFalse();
        server.Requests[0]["If-None-Match"].ShouldBeNull();
    }

    [Fact]
    public async Task An_etag_means_nothing_at_another_address_or_with_other_headers()
    {
        await using var server = Serving(ServedFeed.Tagged("{}"));
        var first = await _bench.DownloadAsync(server);

        await _bench.DownloadAsync(server.Address("/other"), first.Identity);
        var source = new SourceDefinition { Url = server.Address(), Timeout = SourceBench.LongTimeout };
        await _bench.ReceiveAsync(source with { Headers = new Dictionary<string, string> { ["X-Shop"] = "7" } }, first.Identity);

        server.Requests.ShouldAllBe(r => r["If-None-Match"] == null);
    }

    [Fact]
    public async Task The_last_three_feeds_are_kept_unless_the_definition_says_otherwise()
    {
        await using var server = new FaultyServer((_, n) => Reply.Feed($"feed {n}"));
        for (var i = 0; i < 5; i++)
            await _bench.DownloadAsync(server);
        _bench.Archived.Count.ShouldBe(3);

        var last = await _bench.DownloadAsync(server, archive: 0);

        _bench.Archived.Count.ShouldBe(1);
        SourceBench.Text(last).ShouldBe("feed 6");
    }

    [Fact]
    public async Task A_gzip_body_is_spooled_as_gzip()
    {
        var gzip = Gzip("{\"id\":1}\n");

        var feed = await Download(new Reply { Body = gzip }.With("Content-Encoding", "gzip"));

        File.ReadAllBytes(feed.Files[0]).ShouldBe(gzip);
    }

    [Theory]
    [InlineData("/feed.jsonl", "gzip")]
    [InlineData("/feed.jsonl.gz", "identity")]
    public async Task Gzip_is_asked_for_unless_the_feed_is_compressed_already(string path, string expected)
    {
        await using var server = FaultyServer.Replying(Reply.Feed("{}"));

        await _bench.DownloadAsync(server.Address(path));

        server.Requests[0]["Accept-Encoding"].ShouldBe(expected);
    }

    [Theory]
    [InlineData("br")]
    [InlineData("deflate")]
    [InlineData("gzip, gzip")]
    public async Task Another_content_encoding_is_refused(string encoding)
    {
        var e = await Should.ThrowAsync<FeedRefusedException>(Download(Reply.Feed("x").With("Content-Encoding", encoding)));

        e.Message.ShouldContain($"'Content-Encoding: {encoding}'");
        _bench.Archived.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_feed_over_the_limit_is_refused_whether_announced_or_not()
    {
        var announced = Reply.Feed("12345678901").With("ETag", "\"v1\"");
        await using var server = FaultyServer.Replying(announced, announced with { Chunked = true });
        var spool = new FeedSpool(_bench.Spool, _bench.Time);
        var definition = new SourceDefinition { Url = server.Address(), Timeout = SourceBench.LongTimeout };
        var source = new HttpFeedSource(definition.Url, definition, spool, _bench.Time, _ => null) { MaxBytes = 10 };

        for (var i = 0; i < 2; i++)
        {
            var e = await Should.ThrowAsync<FeedRefusedException>(source.ReceiveAsync(null, null, default));
            e.Message.ShouldContain("longer than 10 bytes");
        }

        File.Exists(_bench.PartPath).ShouldBeFalse();
    }

    [Fact]
    public async Task A_full_disk_is_an_error_that_names_the_folder_and_what_to_free()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no /dev/full here.");
        Directory.CreateDirectory(_bench.Spool);
        File.CreateSymbolicLink(_bench.PartPath, "/dev/full");

        var e = await Should.ThrowAsync<ReshelveException>(Download(Reply.Feed("{}").With("ETag", "\"v1\"")));

        e.Message.ShouldContain("full");
        e.Message.ShouldContain(_bench.Spool);
        e.Message.ShouldContain("may be deleted");
        File.Delete(_bench.PartPath);
        SourceBench.Text(await Download(Reply.Feed("{}"))).ShouldBe("{}");
    }

    [Fact]
    public async Task A_given_client_is_used_and_left_open()
    {
        await using var server = FaultyServer.Replying(Reply.Feed("{}"));
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Add("X-Given", "yes");
        var source = new SourceDefinition { Url = server.Address(), Timeout = SourceBench.LongTimeout };

        await _bench.ReceiveAsync(source, http: http);
        await _bench.ReceiveAsync(source, http: http);

        server.Requests.ShouldAllBe(r => r["X-Given"] == "yes");
    }

    private async Task<ReceivedFeed> Download(Reply reply)
    {
        await using var server = FaultyServer.Replying(reply);
        return await _bench.DownloadAsync(server);
    }

    private static FaultyServer Serving(ServedFeed feed) => new((r, _) => feed.Answer(r));

    private static byte[] Gzip(string text)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Fastest))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return target.ToArray();
    }
}
