using Reshelve.Catalogs;
using Reshelve.Feeds;

namespace Reshelve.Tests.Feeds.Sources;

/// <summary>Links, pipes and devices where files are expected.</summary>
public sealed class FileLinkTests : IDisposable
{
    private readonly SourceBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Folders_that_link_in_a_circle_end()
    {
        _bench.Write("feeds/a.jsonl", "{}");
        Directory.CreateSymbolicLink(Path.Combine(_bench.Workspace, "feeds", "again"), Path.Combine(_bench.Workspace, "feeds"));

        SourceBench.Names(await Receive("feeds/**/*.jsonl")).ShouldBe(["a.jsonl"]);
    }

    [Fact]
    public async Task A_link_out_of_the_folder_that_wildcards_search_is_refused_however_it_leads_out()
    {
        _bench.Write("feeds/a.jsonl", "{}");
        var secret = _bench.Write("secret/b.jsonl", "{}");
        var folder = Path.Combine(_bench.Workspace, "feeds");
        (string Link, string Target, string Pattern)[] links =
        [
            ("b.jsonl", secret, "feeds/*.jsonl"),
            ("b.jsonl", "../secret/b.jsonl", "feeds/**/*.jsonl"),
            ("b.jsonl", "/etc/passwd", "feeds/*"),
            ("below", "../secret", "feeds/*/*.jsonl"),
        ];
        foreach (var (link, target, pattern) in links)
        {
            var path = Path.Combine(folder, link);
            File.CreateSymbolicLink(path, target);
            var message = (await Should.ThrowAsync<FeedRefusedException>(Receive(pattern))).Message;
            message.ShouldContain(path);
            message.ShouldContain($"leads out of {folder}");
            File.Delete(path);
        }

        // Two links, of which the first stays inside.
        File.CreateSymbolicLink(Path.Combine(folder, "c.jsonl"), "d");
        File.CreateSymbolicLink(Path.Combine(folder, "d"), secret);
        (await Should.ThrowAsync<FeedRefusedException>(Receive("feeds/*.jsonl"))).Message.ShouldContain(secret);
    }

    [Fact]
    public async Task Links_that_stay_in_the_folder_and_those_that_a_plain_path_goes_by_are_followed()
    {
        _bench.Write("feeds/.days/monday/a.jsonl", "{}");
        var folder = Path.Combine(_bench.Workspace, "feeds");
        File.CreateSymbolicLink(Path.Combine(folder, ".current"), ".days/monday");
        File.CreateSymbolicLink(Path.Combine(folder, "a.jsonl"), ".current/a.jsonl");
        SourceBench.Names(await Receive("feeds/*.jsonl")).ShouldBe(["a.jsonl"]);

        Directory.CreateSymbolicLink(Path.Combine(_bench.Workspace, "elsewhere"), folder);
        SourceBench.Names(await Receive("elsewhere/*.jsonl")).ShouldBe(["a.jsonl"]);

        File.CreateSymbolicLink(Path.Combine(_bench.Workspace, "plain.jsonl"), Path.Combine(folder, "a.jsonl"));
        SourceBench.Names(await Receive("plain.jsonl")).ShouldBe(["plain.jsonl"]);
    }

    [Fact]
    public async Task A_link_to_nowhere_or_to_itself_is_named()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_bench.Workspace, "feeds")).FullName;
        File.CreateSymbolicLink(Path.Combine(folder, "a.jsonl"), "gone.jsonl");
        (await Should.ThrowAsync<FeedRefusedException>(Receive("feeds/*.jsonl"))).Message.ShouldContain("gone.jsonl, which is not there");

        File.Delete(Path.Combine(folder, "a.jsonl"));
        File.CreateSymbolicLink(Path.Combine(folder, "b.jsonl"), "b.jsonl");
        (await Should.ThrowAsync<FeedUnavailableException>(Receive("feeds/*.jsonl"))).Message.ShouldContain("in a circle");
    }

    [Theory]
    [InlineData("feeds/a.jsonl")]
    [InlineData("feeds/*.jsonl")]
    public async Task A_pipe_or_a_device_is_refused_and_not_waited_for(string source)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "What a path leads to is asked of Linux.");
        var path = Path.Combine(Directory.CreateDirectory(Path.Combine(_bench.Workspace, "feeds")).FullName, "a.jsonl");
        using (var made = System.Diagnostics.Process.Start("mkfifo", [path]))
            await made.WaitForExitAsync(TestContext.Current.CancellationToken);

        var message = (await Should.ThrowAsync<FeedUnavailableException>(Task.Run(() => Receive(source)).WaitAsync(TimeSpan.FromSeconds(20)))).Message;
        message.ShouldContain($"{path} is a pipe or a device");
        (await Should.ThrowAsync<FeedUnavailableException>(Task.Run(() => Receive("/dev/zero")).WaitAsync(TimeSpan.FromSeconds(20)))).Message
            .ShouldContain("/dev/zero is a pipe or a device");
    }

    [Fact]
    public async Task A_device_is_no_feed()
    {
        Assert.SkipUnless(File.Exists("/dev/tty") || File.Exists("/dev/null"), "There are no devices here.");
        using var pipe = new System.IO.Pipes.AnonymousPipeServerStream(System.IO.Pipes.PipeDirection.Out);
        var path = $"/proc/self/fd/{pipe.ClientSafePipeHandle.DangerousGetHandle()}";
        Assert.SkipUnless(File.Exists(path), "There is no /proc here.");

        (await Should.ThrowAsync<FeedUnavailableException>(Receive(path))).Message.ShouldContain("is a pipe or a device");
    }

    [Fact]
    public async Task A_link_that_points_at_another_file_of_equal_size_and_time_is_another_feed()
    {
        _bench.Write("monday.jsonl", "{1}");
        _bench.Write("tuesday.jsonl", "{2}");
        var link = Path.Combine(_bench.Workspace, "current");
        File.CreateSymbolicLink(link, "monday.jsonl");
        var first = await Receive("current");
        File.Delete(link);
        File.CreateSymbolicLink(link, "tuesday.jsonl");

        var second = await Receive("current", last: first.Identity);

        first.Identity.ShouldNotBeNull();
        second.Unchanged.ShouldBeFalse();
    }

    [Fact]
    public async Task A_file_that_a_link_points_at_tells_size_and_time()
    {
        var target = _bench.Write("monday.jsonl", "{1}");
        File.CreateSymbolicLink(Path.Combine(_bench.Workspace, "current"), target);
        var first = await Receive("current");
        _bench.Write("monday.jsonl", "{1, and more}");

        (await Receive("current", last: first.Identity)).Unchanged.ShouldBeFalse();
    }

    private Task<ReceivedFeed> Receive(string path, FilePick pick = FilePick.All, string? last = null) =>
        _bench.ReceiveAsync(new SourceDefinition { Path = path, Pick = pick }, last);
}
