using Reshelve.Catalogs;
using Reshelve.Feeds;

namespace Reshelve.Tests.Feeds.Sources;

public sealed class HttpResumeTests : IDisposable
{
    private const int Cut = 1200;

    private static readonly string Long = string.Concat(Enumerable.Range(0, 500).Select(i => $"{{\"id\":{i}}}\n"));

    private static readonly string Large = string.Concat(Enumerable.Range(0, 100_000).Select(i => $"{{\"id\":{i}}}\n"));

    private readonly SourceBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task A_broken_download_goes_on_where_it_broke()
    {
        await using var server = Breaking(ServedFeed.Tagged(Long), breaks: 3);

        var feed = await _bench.DownloadAsync(server);

        SourceBench.Text(feed).ShouldBe(Long);
        server.Requests.Select(r => r["Range"]).ShouldBe([null, "bytes=1200-", "bytes=2400-", "bytes=3600-"]);
        server.Requests[1]["If-Range"].ShouldBe("\"v1\"");
        feed.Identity!.ShouldEndWith("etag \"v1\"");
        _bench.Time.Waits.Count.ShouldBe(3);
        _bench.Progress.Select(p => p.Received).ShouldBeInOrder();
        _bench.Progress.ShouldAllBe(p => p.Total == Long.Length);
    }

    [Fact]
    public async Task A_time_safely_in_the_past_is_enough_to_resume_by()
    {
        await using var server = Breaking(ServedFeed.Dated(Long), breaks: 1);

        var feed = await _bench.DownloadAsync(server);

        SourceBench.Text(feed).ShouldBe(Long);
        server.Requests[1]["If-Range"].ShouldBe("Fri, 09 Jan 2026 08:00:00 GMT");
        feed.Identity!.ShouldEndWith($"modified 2026-01-09T08:00:00Z {Long.Length}");
    }

    [Fact]
    public async Task A_chunked_download_that_was_cut_goes_on_too()
    {
        var whole = ServedFeed.Tagged(Long);
        await using var server = new FaultyServer(
            (r, n) => n == 1 ? whole.Answer(r) with { Chunked = true, CutAfter = 2000 } : whole.Answer(r));

        SourceBench.Text(await _bench.DownloadAsync(server)).ShouldBe(Long);
        server.Requests[1]["Range"].ShouldBe("bytes=2000-");
    }

    [Fact]
    public async Task Without_validator_a_broken_download_begins_anew()
    {
        await using var server = Breaking(new ServedFeed(Long), breaks: 1);

        SourceBench.Text(await _bench.DownloadAsync(server)).ShouldBe(Long);
        server.Requests[1]["Range"].ShouldBeNull();
    }

    [Fact]
    public async Task A_server_that_accepts_no_ranges_is_not_asked_for_one()
    {
        var whole = ServedFeed.Tagged(Long);
        await using var server = new FaultyServer(
            (r, n) => (whole.Answer(r) with { CutAfter = n == 1 ? Cut : null }).With("Accept-Ranges", "none"));

        SourceBench.Text(await _bench.DownloadAsync(server)).ShouldBe(Long);
        server.Requests[1]["Range"].ShouldBeNull();
    }

    [Fact]
    public async Task A_server_that_ignores_ranges_sends_all_of_it()
    {
        await using var server = Breaking(ServedFeed.Tagged(Long) with { Ranges = false }, breaks: 1);

        SourceBench.Text(await _bench.DownloadAsync(server)).ShouldBe(Long);
        server.Requests.Count.ShouldBe(2);
        server.Requests[1]["Range"].ShouldBe("bytes=1200-");
    }

    [Fact]
    public async Task A_feed_that_changed_meanwhile_is_not_glued_to_its_older_part()
    {
        var older = ServedFeed.Tagged(Long);
        var newer = ServedFeed.Tagged(Long.Replace("id", "no"), "\"v2\"");
        await using var server = new FaultyServer((r, n) => n == 1 ? older.Answer(r) with { CutAfter = Cut } : newer.Answer(r));

        var feed = await _bench.DownloadAsync(server);

        SourceBench.Text(feed).ShouldBe(newer.Text);
        feed.Identity!.ShouldEndWith("\"v2\"");
    }

    [Theory]
    [InlineData("bytes 1100-5389/5390")]
    [InlineData("bytes 1200-5389/9999")]
    [InlineData("bytes 1200-5389/*")]
    [InlineData("bytes 1200-4000/5390")]
    [InlineData("lines 1200-5389/5390")]
    [InlineData("nonsense")]
    public async Task A_part_that_is_not_the_one_asked_for_makes_the_download_begin_anew(string contentRange)
    {
        Long.Length.ShouldBe(5390);
        var whole = ServedFeed.Tagged(Long);
        await using var server = new FaultyServer((r, n) => n switch
        {
            1 => whole.Answer(r) with { CutAfter = Cut },
            2 => (Reply.Feed(Long[Cut..]) with { Status = 206 }).With("Content-Range", contentRange).With("ETag", "\"v1\""),
            _ => whole.Answer(r),
        });

        SourceBench.Text(await _bench.DownloadAsync(server, retries: 1)).ShouldBe(Long);
        server.Requests.Count.ShouldBe(3);
        server.Requests[2]["Range"].ShouldBeNull();
    }

    [Theory]
    [InlineData("\"v2\"", "identity")]
    [InlineData("W/\"v1\"", "identity")]
    [InlineData(null, "identity")]
    [InlineData("\"v1\"", "gzip")]
    public async Task A_rest_of_another_state_or_encoding_makes_the_download_begin_anew(string? tag, string encoding)
    {
        var rest = (Reply.Feed(Long[Cut..]) with { Status = 206 })
            .With("Content-Range", "bytes 1200-5389/5390")
            .With("Content-Encoding", encoding);
        if (tag is not null)
            rest = rest.With("ETag", tag);
        var whole = ServedFeed.Tagged(Long);
        await using var server = new FaultyServer((r, n) => n switch
        {
            1 => whole.Answer(r) with { CutAfter = Cut },
            2 => rest,
            _ => whole.Answer(r),
        });

        SourceBench.Text(await _bench.DownloadAsync(server, retries: 1)).ShouldBe(Long);
        server.Requests.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_range_that_cannot_be_satisfied_makes_the_download_begin_anew()
    {
        var whole = ServedFeed.Tagged(Long);
        await using var server = new FaultyServer((r, n) => n switch
        {
            1 => whole.Answer(r) with { CutAfter = Cut },
            2 => Reply.Of(416, ("Content-Range", "bytes */10")),
            _ => whole.Answer(r),
        });

        SourceBench.Text(await _bench.DownloadAsync(server, retries: 1)).ShouldBe(Long);
        server.Requests.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_server_that_sends_the_rest_in_portions_is_asked_until_all_is_there()
    {
        var whole = ServedFeed.Tagged(Long);
        await using var server = new FaultyServer((r, n) => n switch
        {
            1 => whole.Answer(r) with { CutAfter = Cut },
            2 => (Reply.Feed(Long[Cut..2000]) with { Status = 206 }).With("Content-Range", "bytes 1200-1999/5390").With("ETag", "\"v1\""),
            _ => whole.Answer(r),
        });

        SourceBench.Text(await _bench.DownloadAsync(server)).ShouldBe(Long);
        server.Requests[2]["Range"].ShouldBe("bytes=2000-");
    }

    [Fact]
    public async Task A_feed_shorter_than_announced_is_incomplete_and_nothing_of_it_is_given()
    {
        await using var server = FaultyServer.Replying(Reply.Feed(Long) with { AnnouncedLength = 9999 });

        var e = await Should.ThrowAsync<FeedIncompleteException>(_bench.DownloadAsync(server, retries: 2));

        e.Message.ShouldContain("in 3 tries");
        e.Message.ShouldContain("5,390 of 9,999 bytes");
        server.Requests.Count.ShouldBe(3);
        _bench.Archived.ShouldBeEmpty();
        File.Exists(_bench.PartPath).ShouldBeFalse();
    }

    [Fact]
    public async Task A_cut_chunked_feed_is_incomplete()
    {
        await using var server = FaultyServer.Replying(Reply.Feed(Long) with { Chunked = true, CutAfter = 3000 });

        await Should.ThrowAsync<FeedIncompleteException>(_bench.DownloadAsync(server, retries: 0));
        _bench.Archived.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_next_run_goes_on_where_the_last_one_gave_up()
    {
        await using var server = Breaking(ServedFeed.Tagged(Long), breaks: 1);
        var e = await Should.ThrowAsync<FeedIncompleteException>(_bench.DownloadAsync(server, retries: 0));

        var feed = await _bench.DownloadAsync(server);

        e.Message.ShouldContain("What came is kept");
        SourceBench.Text(feed).ShouldBe(Long);
        server.Requests[1]["Range"].ShouldBe("bytes=1200-");
        Directory.EnumerateFiles(_bench.Spool).ShouldBeEmpty();
    }

    [Fact]
    public async Task Bytes_that_may_not_have_reached_the_disk_before_a_crash_are_fetched_again()
    {
        await using var server = Breaking(ServedFeed.Tagged(Long), breaks: 1);
        await Should.ThrowAsync<FeedIncompleteException>(_bench.DownloadAsync(server, retries: 0));
        File.AppendAllText(_bench.PartPath, new string('\0', 500));

        var feed = await _bench.DownloadAsync(server);

        SourceBench.Text(feed).ShouldBe(Long);
        server.Requests[1]["Range"].ShouldBe("bytes=1200-");
    }

    [Fact]
    public async Task A_download_that_a_crash_ended_goes_on_from_the_last_flush()
    {
        await using var server = new FaultyServer((r, _) => ServedFeed.Tagged(Large).Answer(r));
        var definition = new SourceDefinition { Url = server.Address(), Timeout = SourceBench.LongTimeout };
        var source = new HttpFeedSource(definition.Url, definition, new FeedSpool(_bench.Spool, _bench.Time), _bench.Time, _ => null)
        {
            CheckpointBytes = 100_000,
        };
        var crash = new NoteAt(_bench.PartPath + ".json", 500_000);
        await source.ReceiveAsync(null, crash, default);
        Directory.Delete(_bench.Spool, recursive: true);
        Directory.CreateDirectory(_bench.Spool);
        File.WriteAllText(_bench.PartPath + ".json", crash.Note);
        File.WriteAllText(_bench.PartPath, Large[..500_000] + new string('\0', 99_999));

        var feed = await _bench.DownloadAsync(server);

        SourceBench.Text(feed).ShouldBe(Large);
        int.Parse(server.Requests[1]["Range"]!["bytes=".Length..^1]).ShouldBeInRange(300_000, 500_000);
    }

    [Fact]
    public async Task A_second_run_that_uses_the_same_spool_is_refused()
    {
        await using var server = FaultyServer.Replying(Reply.Feed(Long));
        Directory.CreateDirectory(_bench.Spool);
        await using var other = new FileStream(_bench.PartPath, FileMode.Create, FileAccess.Write, FileShare.None);

        var e = await Should.ThrowAsync<ReshelveException>(_bench.DownloadAsync(server));

        e.Message.ShouldContain("no other run of this catalog");
        e.Message.ShouldContain(_bench.Spool);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("")]
    public async Task A_part_whose_note_is_broken_is_not_resumed(string note)
    {
        await using var server = Breaking(ServedFeed.Tagged(Long), breaks: 1);
        await Should.ThrowAsync<FeedIncompleteException>(_bench.DownloadAsync(server, retries: 0));
        File.WriteAllText(_bench.PartPath + ".json", note);

        SourceBench.Text(await _bench.DownloadAsync(server)).ShouldBe(Long);
        server.Requests[1]["Range"].ShouldBeNull();
    }

    [Fact]
    public async Task A_part_shorter_than_its_note_says_or_of_another_address_is_not_resumed()
    {
        await using var server = new FaultyServer((r, n) => ServedFeed.Tagged(Long).Answer(r) with { CutAfter = n <= 2 ? Cut : null });
        await Should.ThrowAsync<FeedIncompleteException>(_bench.DownloadAsync(server, retries: 0));
        await Should.ThrowAsync<FeedIncompleteException>(_bench.DownloadAsync(server.Address("/other"), retries: 0));
        File.WriteAllText(_bench.PartPath, "short");

        SourceBench.Text(await _bench.DownloadAsync(server.Address("/other"))).ShouldBe(Long);
        server.Requests.ShouldAllBe(r => r["Range"] == null);
    }

    [Fact]
    public async Task A_crash_between_the_last_byte_and_the_rename_costs_one_byte()
    {
        var whole = ServedFeed.Tagged(Long);
        await using var server = new FaultyServer((r, n) => n == 1 ? whole.Answer(r) with { CutAfter = Cut } : whole.Answer(r));
        await Should.ThrowAsync<FeedIncompleteException>(_bench.DownloadAsync(server, retries: 0));
        File.WriteAllText(_bench.PartPath, Long);
        var note = File.ReadAllText(_bench.PartPath + ".json");
        File.WriteAllText(_bench.PartPath + ".json", note.Replace("\"received\": 1200", "\"received\": 5390", StringComparison.Ordinal));

        var feed = await _bench.DownloadAsync(server);

        server.Requests[1]["Range"].ShouldBe("bytes=5389-");
        SourceBench.Text(feed).ShouldBe(Long);
    }

    [Fact]
    public async Task A_cancelled_download_leaves_a_part_that_the_next_run_goes_on_from()
    {
        var whole = ServedFeed.Tagged(Long);
        await using var server = new FaultyServer((r, n) => n == 1 ? whole.Answer(r) with { StallAfter = Cut } : whole.Answer(r));
        using var stop = new CancellationTokenSource();
        var definition = new SourceDefinition { Url = server.Address(), Timeout = SourceBench.LongTimeout };
        var source = FeedSources.Create(definition, _bench.Workspace, _bench.Spool, null, _bench.Time, _ => null);

        await Should.ThrowAsync<OperationCanceledException>(source.ReceiveAsync(null, new CancelAt(Cut, stop), stop.Token));

        SourceBench.Text(await _bench.DownloadAsync(server)).ShouldBe(Long);
        server.Requests.Count.ShouldBe(2);
        server.Requests[1]["Range"].ShouldBe("bytes=1200-");
    }

    [Fact]
    public async Task A_part_goes_when_the_server_says_that_a_known_feed_is_current()
    {
        var current = ServedFeed.Tagged("older");
        var cut = false;
        await using var server = new FaultyServer((r, _) => current.Answer(r) with { CutAfter = cut ? Cut : null });
        var first = await _bench.DownloadAsync(server);
        current = ServedFeed.Tagged(Long, "\"v2\"");
        cut = true;
        await Should.ThrowAsync<FeedIncompleteException>(_bench.DownloadAsync(server, first.Identity, retries: 0));
        current = ServedFeed.Tagged("older");
        cut = false;

        (await _bench.DownloadAsync(server, first.Identity)).Unchanged.ShouldBeTrue();

        File.Exists(_bench.PartPath).ShouldBeFalse();
    }

    [Fact]
    public async Task A_stalled_download_is_incomplete_and_can_be_resumed()
    {
        var whole = ServedFeed.Tagged(Long);
        await using var server = new FaultyServer((r, n) => n == 1 ? whole.Answer(r) with { StallAfter = Cut } : whole.Answer(r));

        var e = await Should.ThrowAsync<FeedIncompleteException>(_bench.ReceiveAsync(
            new SourceDefinition { Url = server.Address(), Timeout = TimeSpan.FromSeconds(1), Retries = 0 }, TimeProvider.System));

        e.Message.ShouldContain("no byte came for 1 s after 1,200 of 5,390 bytes");
        SourceBench.Text(await _bench.DownloadAsync(server)).ShouldBe(Long);
        server.Requests[1]["Range"].ShouldBe("bytes=1200-");
    }

    /// <summary>Cuts the first replies after <see cref="Cut"/> bytes each.</summary>
    private static FaultyServer Breaking(ServedFeed feed, int breaks) =>
        new((r, n) => feed.Answer(r) with { CutAfter = n <= breaks ? Cut : null });

    private sealed class CancelAt(long bytes, CancellationTokenSource stop) : IProgress<(long Received, long? Total)>
    {
        public void Report((long Received, long? Total) value)
        {
            if (value.Received >= bytes)
                stop.Cancel();
        }
    }

    /// <summary>
    /// Takes the note of the unfinished download once so many bytes have come: what a crash at that moment would leave.
    /// </summary>
    private sealed class NoteAt(string path, long bytes) : IProgress<(long Received, long? Total)>
    {
        public string? Note { get; private set; }

        public void Report((long Received, long? Total) value)
        {
            if (value.Received >= bytes)
                Note ??= File.ReadAllText(path);
        }
    }
}
