using System.Diagnostics;

namespace Reshelve.Tests.Images.Fetching;

public sealed class FolderPicturesTests : IDisposable
{
    private readonly FetchBench _bench = new();
    private readonly TemporaryFolder _folder = new();

    public FolderPicturesTests()
    {
        Directory.CreateDirectory(_folder["feed/images"]);
        _bench.Base = new Uri(_folder["feed"]);
        Write("outside.png");
        Write("feed/images/a b%20c.png");
    }

    public void Dispose()
    {
        _bench.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_picture_beside_the_feed_is_read_once_until_it_changes()
    {
        var first = await _bench.FetchAsync("images/a b%20c.png");
        var second = await _bench.FetchAsync("./images/../images/a b%20c.png", first);
        File.AppendAllText(_folder["feed/images/a b%20c.png"], "!");
        var third = await _bench.FetchAsync("images/a b%20c.png", first);

        first.Bytes!.Value.ToArray().ShouldBe(FetchBench.Png);
        first.LastModified.ShouldNotBeNull();
        second.IsNotModified.ShouldBeTrue();
        second.LastModified.ShouldBe(first.LastModified);
        third.Bytes!.Value.Length.ShouldBe(FetchBench.Png.Length + 1);
    }

    [Fact]
    public async Task A_picture_that_was_written_just_now_is_read_again_the_next_time()
    {
        File.SetLastWriteTimeUtc(_folder["feed/images/a b%20c.png"], _bench.Time.GetUtcNow().UtcDateTime.AddSeconds(-1));

        (await _bench.FetchAsync("images/a b%20c.png")).LastModified.ShouldBeNull();
    }

    [Fact]
    public async Task The_folder_is_known_with_a_slash_at_its_end_too()
    {
        _bench.Base = new Uri(_folder["feed"] + "/");

        (await _bench.FetchAsync("images/a b%20c.png")).IsNotModified.ShouldBeFalse();
    }

    [Theory]
    [InlineData("../outside.png")]
    [InlineData("images/../../outside.png")]
    [InlineData("images/../../feed/../outside.png")]
    [InlineData("../feed-other/a.png")]
    [InlineData("/etc/passwd")]
    [InlineData("//etc/passwd")]
    [InlineData("\\\\server\\share\\a.png")]
    [InlineData("C:\\a.png")]
    [InlineData("file:///etc/passwd")]
    [InlineData("FILE:images/a.png")]
    [InlineData("images/a.png\0.jpg")]
    [InlineData(".")]
    [InlineData("..")]
    public async Task Nothing_outside_of_the_folder_is_read(string location)
    {
        var e = await _bench.FailAsync(location);

        e.Message.ShouldContain("was refused");
        e.IsTransient.ShouldBeFalse();
    }

    [Theory]
    [InlineData("%2e%2e/outside.png")]
    [InlineData("..%2foutside.png")]
    [InlineData("images/none.png")]
    [InlineData("images/a b%20c.png/x")]
    public async Task What_is_not_there_is_said_to_be_missing(string location)
    {
        var e = await _bench.FailAsync(location);

        e.Message.ShouldContain($"'{location}' is not in the feed's folder");
        e.IsTransient.ShouldBeFalse();
    }

    [Fact]
    public async Task A_link_counts_by_where_it_leads()
    {
        File.CreateSymbolicLink(_folder["feed/inside.png"], "images/a b%20c.png");
        File.CreateSymbolicLink(_folder["feed/out.png"], "../outside.png");
        File.CreateSymbolicLink(_folder["feed/zero.png"], "/dev/zero");
        Directory.CreateSymbolicLink(_folder["feed/up"], "..");
        Directory.CreateSymbolicLink(_folder["linked"], _folder["feed"]);

        (await _bench.FetchAsync("inside.png")).IsNotModified.ShouldBeFalse();
        foreach (var location in (string[])["out.png", "zero.png", "up/outside.png"])
            (await _bench.FailAsync(location)).Message.ShouldContain("a link on its way leads out of the feed's folder");
        _bench.Base = new Uri(_folder["linked"]);
        (await _bench.FetchAsync("images/a b%20c.png")).IsNotModified.ShouldBeFalse();
    }

    [Fact]
    public async Task What_is_no_file_is_refused_at_once()
    {
        using var made = Process.Start("mkfifo", _folder["feed/pipe.png"]);
        await made.WaitForExitAsync();

        (await _bench.FailAsync("pipe.png")).Message.ShouldContain("a pipe or a device");
        (await _bench.FailAsync("images")).Message.ShouldContain("no file but a folder");
    }

    [Fact]
    public async Task A_file_is_bounded_and_looked_at_as_what_comes_over_the_network_is()
    {
        _bench.Settings = _bench.Settings with { Bytes = 10 };
        (await _bench.FailAsync("images/a b%20c.png")).Message.ShouldContain("10 are allowed");

        File.WriteAllText(_folder["feed/page.jpg"], "<html>");
        (await _bench.FailAsync("page.jpg")).Message.ShouldContain("the file is an HTML page");
    }

    private void Write(string name)
    {
        File.WriteAllBytes(_folder[name], FetchBench.Png);
        File.SetLastWriteTimeUtc(_folder[name], _bench.Time.GetUtcNow().UtcDateTime.AddHours(-1));
    }
}
