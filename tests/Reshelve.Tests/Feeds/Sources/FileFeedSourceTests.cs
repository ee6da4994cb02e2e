using Reshelve.Catalogs;
using Reshelve.Feeds;

namespace Reshelve.Tests.Feeds.Sources;

public sealed class FileFeedSourceTests : IDisposable
{
    private readonly SourceBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task A_file_is_read_where_it_lies()
    {
        var path = _bench.Write("feeds/shop.jsonl", "{}\n");

        var feed = await Receive("feeds/shop.jsonl");

        feed.Files.ShouldBe([path]);
        feed.Unchanged.ShouldBeFalse();
        feed.Description.ShouldBe(path);
        _bench.Archived.ShouldBeEmpty();
        _bench.Progress[^1].ShouldBe((3, 3));
    }

    [Fact]
    public async Task An_absolute_path_and_an_absolute_glob_need_no_workspace()
    {
        var path = _bench.Write("feeds/shop.jsonl", "{}");

        (await Receive(path)).Files.ShouldBe([path]);
        (await Receive(Path.Combine(_bench.Workspace, "feeds", "*.jsonl"))).Files.ShouldBe([path]);
        (await Receive("../workspace/feeds/sh?p.jsonl")).Files.ShouldBe([path]);
    }

    [Fact]
    public async Task Parts_come_in_the_ordinal_order_of_their_names()
    {
        foreach (var name in new[] { "part-b", "part-A", "part-10", "part-2", "other" })
            _bench.Write($"feeds/{name}.jsonl", "{}");

        var feed = await Receive("feeds/part-*.jsonl");

        SourceBench.Names(feed).ShouldBe(["part-10.jsonl", "part-2.jsonl", "part-A.jsonl", "part-b.jsonl"]);
        feed.Description.ShouldContain("4 files matching feeds/part-*.jsonl");
    }

    [Fact]
    public async Task The_newest_is_the_one_whose_name_comes_last_whatever_its_time()
    {
        _bench.Write("feed-2026-01-09.jsonl", "{}", TimeSpan.FromMinutes(5));
        _bench.Write("feed-2026-01-10.jsonl", "{}", TimeSpan.FromDays(5));

        var feed = await Receive("feed-*.jsonl", FilePick.Newest);

        SourceBench.Names(feed).ShouldBe(["feed-2026-01-10.jsonl"]);
    }

    [Fact]
    public async Task Two_stars_stand_for_any_number_of_folders_including_none()
    {
        foreach (var name in new[] { "a.jsonl", "x/b.jsonl", "x/y/c.jsonl", "x/y/d.csv", ".hidden/e.jsonl", ".f.jsonl" })
            _bench.Write("feeds/" + name, "{}");

        SourceBench.Names(await Receive("feeds/**/*.jsonl")).ShouldBe(["a.jsonl", "b.jsonl", "c.jsonl"]);
        SourceBench.Names(await Receive("feeds/**")).ShouldBe(["a.jsonl", "b.jsonl", "c.jsonl", "d.csv"]);
        SourceBench.Names(await Receive("feeds/**/y/*")).ShouldBe(["c.jsonl", "d.csv"]);
        SourceBench.Names(await Receive("feeds/*/*/c.jsonl")).ShouldBe(["c.jsonl"]);
        SourceBench.Names(await Receive("feeds/**/**/**/c.jsonl")).ShouldBe(["c.jsonl"]);
        SourceBench.Names(await Receive("feeds/.*.jsonl")).ShouldBe([".f.jsonl"]);
    }

    [Fact]
    public async Task A_name_that_holds_a_wildcard_is_found_by_that_name()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such names.");
        _bench.Write("what?.jsonl", "{}");
        _bench.Write("whatever.jsonl", "{}");
        _bench.Write(@"back\slash-1.jsonl", "{}");

        SourceBench.Names(await Receive("what?.jsonl")).ShouldBe(["what?.jsonl"]);
        SourceBench.Names(await Receive(@"*\slash-?.jsonl")).ShouldBe([@"back\slash-1.jsonl"]);
    }

    [Fact]
    public async Task A_pattern_without_match_names_the_folder_what_is_there_and_what_to_do()
    {
        for (var i = 0; i < 7; i++)
            _bench.Write($"feeds/file{i}.csv", "");

        var message = (await Should.ThrowAsync<FeedUnavailableException>(Receive("feeds/*.jsonl"))).Message;

        message.ShouldContain("feeds/*.jsonl");
        message.ShouldContain(Path.Combine(_bench.Workspace, "feeds"));
        message.ShouldContain("file0.csv, file1.csv, file2.csv, file3.csv, file4.csv and 2 more");
        message.ShouldContain("Correct source.path");
    }

    [Theory]
    [InlineData("feeds/shop.jsonl")]
    [InlineData("feeds/*.jsonl")]
    public async Task A_missing_folder_is_named_with_the_nearest_one_that_exists(string path)
    {
        var message = (await Should.ThrowAsync<FeedUnavailableException>(Receive(path))).Message;

        message.ShouldContain($"the folder {Path.Combine(_bench.Workspace, "feeds")} does not exist (there is {_bench.Workspace})");
    }

    [Theory]
    [InlineData("feeds")]
    [InlineData("feeds/")]
    public async Task A_folder_is_no_feed_and_its_files_are_named(string path)
    {
        _bench.Write("feeds/shop.jsonl", "{}");

        var message = (await Should.ThrowAsync<FeedUnavailableException>(Receive(path))).Message;

        message.ShouldContain("is a folder");
        message.ShouldContain("It holds shop.jsonl.");
        message.ShouldContain("'feeds/*.jsonl'");
    }

    [Fact]
    public async Task Names_of_files_cannot_write_to_the_terminal()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such names.");
        _bench.Write("evil\u001b[2J.csv", "");

        (await Should.ThrowAsync<FeedUnavailableException>(Receive("*.jsonl"))).Message.ShouldContain("evil?[2J.csv");
    }

    [Fact]
    public async Task Going_up_behind_a_wildcard_is_refused() =>
        (await Should.ThrowAsync<FeedUnavailableException>(() => Receive("*/../x.jsonl"))).Message.ShouldContain("'..'");

    [Fact]
    public async Task An_unreadable_file_is_an_error_that_names_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || System.Environment.IsPrivilegedProcess, "The superuser may read everything.");
        var path = _bench.Write("shop.jsonl", "{}");
#pragma warning disable CA1416 // skipped there
        File.SetUnixFileMode(path, UnixFileMode.None);
#pragma warning restore CA1416

        (await Should.ThrowAsync<FeedUnavailableException>(Receive("shop.jsonl"))).Message.ShouldContain($"{path} may not be read");
    }

    [Fact]
    public async Task The_same_files_are_the_unchanged_feed()
    {
        _bench.Write("a.jsonl", "{}");
        _bench.Write("b.jsonl", "{}");
        var first = await Receive("*.jsonl");

        var second = await Receive("*.jsonl", last: first.Identity);

        first.Identity.ShouldNotBeNull();
        second.Unchanged.ShouldBeTrue();
        second.Identity.ShouldBe(first.Identity);
        second.Files.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Another_size_time_name_or_number_of_files_is_another_feed()
    {
        _bench.Write("a.jsonl", "{}");
        var identities = new List<string?> { (await Receive("*.jsonl")).Identity };
        _bench.Write("a.jsonl", "{ }");
        identities.Add((await Receive("*.jsonl")).Identity);
        _bench.Write("a.jsonl", "{ }", TimeSpan.FromMinutes(59));
        identities.Add((await Receive("*.jsonl")).Identity);
        _bench.Write("b.jsonl", "");
        identities.Add((await Receive("*.jsonl")).Identity);
        File.Delete(Path.Combine(_bench.Workspace, "b.jsonl"));
        _bench.Write("c.jsonl", "");
        identities.Add((await Receive("*.jsonl")).Identity);

        identities.ShouldNotContain((string?)null);
        identities.ShouldBeUnique();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1.9)]
    [InlineData(-30)]
    public async Task A_file_changed_just_now_has_no_identity_as_it_may_change_again_unnoticed(double secondsAgo)
    {
        _bench.Write("a.jsonl", "{}");
        _bench.Write("b.jsonl", "{}", TimeSpan.FromSeconds(secondsAgo));

        (await Receive("*.jsonl")).Identity.ShouldBeNull();
        _bench.Time.Advance(TimeSpan.FromMinutes(1));
        (await Receive("*.jsonl")).Identity.ShouldNotBeNull();
    }

    [Fact]
    public async Task Files_are_archived_only_if_asked_and_the_last_few_are_kept()
    {
        for (var day = 1; day <= 4; day++)
        {
            _bench.Write("feeds/x/a.jsonl", $"a{day}");
            _bench.Write("feeds/y/a.jsonl", new string('b', day));
            await _bench.ReceiveAsync(new SourceDefinition { Path = "feeds/*/a.jsonl", Archive = 2 });
            _bench.Time.Advance(TimeSpan.FromDays(1));
        }

        _bench.Archived.ShouldBe(["20260112T120000000", "20260113T120000000"]);
        File.ReadAllText(Path.Combine(_bench.Spool, _bench.Archived[0], "x", "a.jsonl")).ShouldBe("a3");
        File.ReadAllText(Path.Combine(_bench.Spool, _bench.Archived[1], "y", "a.jsonl")).ShouldBe("bbbb");
    }

    [Fact]
    public async Task A_feed_that_comes_again_after_a_failed_run_does_not_push_others_out_of_the_archive()
    {
        _bench.Write("a.jsonl", "1");
        var source = new SourceDefinition { Path = "a.jsonl", Archive = 2 };
        await _bench.ReceiveAsync(source);
        _bench.Write("a.jsonl", "22");
        for (var run = 0; run < 3; run++)
            await _bench.ReceiveAsync(source);

        _bench.Archived.Select(d => File.ReadAllText(Path.Combine(_bench.Spool, d, "a.jsonl"))).ShouldBe(["1", "22"]);
    }

    [Fact]
    public async Task A_clock_that_was_set_back_does_not_make_the_newest_feed_the_oldest()
    {
        var source = new SourceDefinition { Path = "a.jsonl", Archive = 2 };
        for (var run = 1; run <= 4; run++)
        {
            _bench.Write("a.jsonl", new string('x', run));
            await _bench.ReceiveAsync(source);
            _bench.Time.Advance(TimeSpan.FromHours(-1));
        }

        _bench.Archived.Select(d => File.ReadAllText(Path.Combine(_bench.Spool, d, "a.jsonl"))).ShouldBe(["xxx", "xxxx"]);
    }

    [Fact]
    public async Task What_is_not_a_received_feed_stays_in_the_spool_folder()
    {
        Directory.CreateDirectory(Path.Combine(_bench.Spool, "notes"));
        Directory.CreateDirectory(Path.Combine(_bench.Spool, "20260101T000000000.new"));
        _bench.Write("a.jsonl", "1");

        await _bench.ReceiveAsync(new SourceDefinition { Path = "a.jsonl", Archive = 1 });

        _bench.Archived.ShouldBe(["20260110T120000000", "notes"]);
    }

    [Fact]
    public async Task A_spool_folder_that_cannot_be_made_is_an_error_that_names_it()
    {
        _bench.Write("a.jsonl", "1");
        File.WriteAllText(_bench.Spool, "in the way");

        var e = await Should.ThrowAsync<ReshelveException>(_bench.ReceiveAsync(new SourceDefinition { Path = "a.jsonl", Archive = 1 }));

        e.Message.ShouldContain(_bench.Spool);
    }

    [Fact]
    public void A_source_names_a_path_or_a_url_of_http_and_not_both()
    {
        Make(new SourceDefinition()).ShouldContain("exactly one");
        Make(new SourceDefinition { Path = "a", Url = new Uri("http://a/") }).ShouldContain("exactly one");
        Make(new SourceDefinition { Url = new Uri("ftp://a/b") }).ShouldContain("'ftp:'");
        Make(new SourceDefinition { Url = new Uri("file:///etc/passwd") }).ShouldContain("source.path");
        Make(new SourceDefinition { Url = new Uri("feeds/a", UriKind.Relative) }).ShouldContain("https://");
        Make(new SourceDefinition { Path = "a\0b" }).ShouldContain("null character");
        Make(new SourceDefinition { Url = new Uri("http://a/"), Timeout = TimeSpan.Zero }).ShouldContain("source.timeout");
        Make(new SourceDefinition { Url = new Uri("http://a/"), Timeout = TimeSpan.FromDays(90) }).ShouldContain("source.timeout");

        string Make(SourceDefinition source) => Should.Throw<FeedUnavailableException>(
            () => FeedSources.Create(source, _bench.Workspace, _bench.Spool, null, _bench.Time, _ => null)).Message;
    }

    private Task<ReceivedFeed> Receive(string path, FilePick pick = FilePick.All, string? last = null) =>
        _bench.ReceiveAsync(new SourceDefinition { Path = path, Pick = pick }, last);
}
