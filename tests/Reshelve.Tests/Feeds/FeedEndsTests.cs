using System.Text;
using Reshelve.Feeds;

namespace Reshelve.Tests.Feeds;

/// <summary>How a feed of lines ends, whichever way it is read.</summary>
public sealed class FeedEndsTests
{
    [Theory]
    [InlineData("a,b\n1,2\n", false)]
    [InlineData("a,b\n1,2\r\n", false)]
    [InlineData("a,b\n1,2\n \t", false)]
    [InlineData("a,b\n1,2\n\n\n", false)]
    [InlineData("a,b\n1,2", true)]
    [InlineData("a,b\n1,", true)]
    [InlineData("a,b\n1,\"2\"", true)]
    [InlineData("a,b", true)]
    public void A_CSV_feed_whose_last_row_has_no_line_break_ends_open(string text, bool isOpen) => ShouldEnd(Some.Csv, text, isOpen);

    [Theory]
    [InlineData("{}\n", false)]
    [InlineData("{}\n{}\r\n  ", false)]
    [InlineData("{}\n{}", true)]
    [InlineData("{}\n{\"a\":", true)]
    [InlineData("", false)]
    public void A_JSON_Lines_feed_whose_last_line_has_no_line_break_ends_open(string text, bool isOpen) => ShouldEnd(Some.Jsonl, text, isOpen);

    [Fact]
    public void Formats_that_end_by_themselves_need_no_line_break()
    {
        EndsOpen(Some.Json, Encoding.UTF8.GetBytes("[{}]")).ShouldBeFalse();
        EndsOpen(Some.Xml, Encoding.UTF8.GetBytes("<r><i/></r>")).ShouldBeFalse();
    }

    [Fact]
    public void One_open_end_among_several_files_counts()
    {
        using var feed = new FeedOnDisk("{}", "{}\n");
        using var reader = feed.Open(Some.Jsonl);
        Drain(reader);
        reader.EndsOpen.ShouldBeTrue();
    }

    [Fact]
    public void A_last_line_over_the_record_limit_ends_open_too()
    {
        var limits = new FeedLimits { RecordBytes = 1000 };
        foreach (var end in new[] { "", "\n" })
        {
            var text = "a\n" + new string('x', 100_000) + end;
            EndsOpen(Some.Csv, Encoding.UTF8.GetBytes(text), limits).ShouldBe(end.Length == 0);
            EndsOpen(Some.Csv, FeedOnDisk.Gzip(Encoding.UTF8.GetBytes(text)), limits).ShouldBe(end.Length == 0);
            EndsOpen(Some.Jsonl, FeedOnDisk.Gzip(Encoding.UTF8.GetBytes(text)), limits).ShouldBe(end.Length == 0);
        }
    }

    private static void ShouldEnd(FeedFormat format, string text, bool isOpen)
    {
        EndsOpen(format, Encoding.UTF8.GetBytes(text)).ShouldBe(isOpen, "plain");
        if (text.Length == 0)
            return;
        EndsOpen(format, FeedOnDisk.Gzip(Encoding.UTF8.GetBytes(text))).ShouldBe(isOpen, "gzip");
        EndsOpen(format with { Encoding = FeedEncoding.Utf16 }, [0xff, 0xfe, .. Encoding.Unicode.GetBytes(text)]).ShouldBe(isOpen, "UTF-16");
        for (var size = 1; size < 9; size++)
            EndsOpen(format, FeedOnDisk.Gzip(Encoding.UTF8.GetBytes(text)), chunkBytes: size).ShouldBe(isOpen, $"gzip in pieces of {size}");
    }

    private static bool EndsOpen(FeedFormat format, byte[] bytes, FeedLimits? limits = null, int chunkBytes = FeedReaders.ChunkBytes)
    {
        using var feed = new FeedOnDisk(bytes);
        using var reader = feed.Open(format, limits, chunkBytes);
        Drain(reader);
        return reader.EndsOpen;
    }

    private static void Drain(IFeedReader reader)
    {
        var chunk = new FeedChunk();
        while (reader.TryReadChunk(chunk, CancellationToken.None))
        {
            // Its records are not looked at.
        }
    }
}
