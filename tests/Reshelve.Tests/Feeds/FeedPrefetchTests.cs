using System.Text;
using Reshelve.Feeds;

namespace Reshelve.Tests.Feeds;

public sealed class FeedPrefetchTests
{
    [Fact]
    public void What_cannot_be_read_beforehand_is_left_to_those_who_read_it()
    {
        using var feed = new FeedOnDisk(Some.Lines(10));
        FeedPrefetch.Begin(feed.Files[0]);
        FeedPrefetch.Begin(Path.GetDirectoryName(feed.Files[0])!);
        FeedPrefetch.Begin(feed.Files[0] + ".missing");
        FeedPrefetch.Begin("feeds/*.jsonl");
        FeedPrefetch.Begin("/dev/null");
        AwaitNobodyReads(feed.Files[0]);
    }

    [Fact]
    public void A_feed_is_read_whole_while_it_is_read_beforehand_too()
    {
        var text = Some.Lines(300_000);
        using var feed = new FeedOnDisk(text, text);
        FeedPrefetch.Begin(feed.Files[0]);
        feed.ReadTexts(Some.Jsonl).Count.ShouldBe(600_000);
        feed.Files.ForEach(AwaitNobodyReads);
    }

    [Fact]
    public void Leaving_a_feed_ends_reading_it_beforehand()
    {
        using var feed = new FeedOnDisk(Encoding.UTF8.GetBytes(Some.Lines(300_000)));
        for (var i = 0; i < 20; i++)
        {
            using var reader = feed.Open(Some.Jsonl);
            reader.TryReadChunk(new FeedChunk(), CancellationToken.None).ShouldBeTrue();
        }

        AwaitNobodyReads(feed.Files[0]);
    }

    private static void AwaitNobodyReads(string path)
    {
        if (OperatingSystem.IsLinux())
            SpinWait.SpinUntil(() => !IsOpen(path), TimeSpan.FromSeconds(30)).ShouldBeTrue();
    }

    private static bool IsOpen(string path) =>
        Directory.EnumerateFileSystemEntries("/proc/self/fd").Any(link => new FileInfo(link).LinkTarget == path);
}
