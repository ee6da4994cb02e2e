using System.Text;
using Reshelve.Feeds;

namespace Reshelve.Tests.Feeds;

public sealed class GzipFeedTests
{
    [Fact]
    public void Concatenated_members_are_one_text_wherever_they_meet()
    {
        var lines = Some.Lines(200).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        for (var padding = 0; padding < 40; padding++)
        {
            var members = lines.Chunk(7 + padding).Select(chunk => FeedOnDisk.Gzip(Encoding.UTF8.GetBytes(string.Join('\n', chunk) + "\n")));
            using var feed = new FeedOnDisk([.. members.SelectMany(member => member), .. FeedOnDisk.Gzip([])]);
            feed.ReadTexts(Some.Jsonl).ShouldBe(lines);
        }
    }

    [Fact]
    public void Members_that_meet_at_any_place_of_the_decompressors_buffer_are_all_read()
    {
        // Incompressible, so that the second member's place can be chosen: around where 8 KiB end.
        for (var length = 8100; length < 8210; length++)
        {
            var text = "\"" + string.Concat(Enumerable.Range(0, length).Select(i => (char)('a' + (i * 7919 % 26)))) + "\"\n";
            var member = FeedOnDisk.Gzip(Encoding.UTF8.GetBytes(text), System.IO.Compression.CompressionLevel.NoCompression);
            using var feed = new FeedOnDisk([.. member, .. FeedOnDisk.Gzip("1\n"u8)]);
            feed.ReadTexts(Some.Jsonl).ShouldBe([text.TrimEnd(), "1"]);
        }
    }

    [Fact]
    public void A_feed_of_several_members_is_incomplete_wherever_it_is_cut()
    {
        byte[] bytes = [.. Named(FeedOnDisk.Gzip("{\"id\":1}\n"u8)), .. Named(FeedOnDisk.Gzip("{\"id\":2}\n"u8)), .. FeedOnDisk.Gzip([])];
        var ends = new List<int>();
        for (var length = 1; length <= bytes.Length; length++)
        {
            using var feed = new FeedOnDisk(bytes[..length]);
            try
            {
                feed.Read(Some.Jsonl);
                ends.Add(length);
            }
            catch (FeedIncompleteException)
            {
                // What it should be.
            }
        }

        // Cut between two members it is a shorter but whole file: nothing in it tells.
        var member = Named(FeedOnDisk.Gzip("{\"id\":1}\n"u8)).Length;
        ends.ShouldBe([member, 2 * member, bytes.Length]);
    }

    [Fact]
    public void Damage_to_any_byte_of_the_trailer_makes_the_feed_incomplete()
    {
        var bytes = FeedOnDisk.Gzip(Encoding.UTF8.GetBytes(Some.Lines(1000)));
        for (var i = 1; i <= 8; i++)
        {
            var damaged = (byte[])bytes.Clone();
            damaged[^i] ^= 0x10;
            using var feed = new FeedOnDisk(damaged);
            Should.Throw<FeedIncompleteException>(() => feed.Read(Some.Jsonl));
        }
    }

    [Fact]
    public void Something_else_after_the_last_member_makes_the_feed_incomplete()
    {
        foreach (var tail in (byte[][])[[0], [0x1f], [0x1f, 0x8b], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], "<html>"u8.ToArray()])
        {
            using var feed = new FeedOnDisk([.. FeedOnDisk.Gzip("1\n"u8), .. tail]);
            Should.Throw<FeedIncompleteException>(() => feed.Read(Some.Jsonl), Convert.ToHexString(tail));
        }
    }

    [Fact]
    public void A_feed_that_expands_beyond_the_ratio_is_refused()
    {
        var zeros = new byte[80 << 20];
        zeros.AsSpan().Fill((byte)'\n');
        using var feed = new FeedOnDisk(FeedOnDisk.Gzip(zeros));
        Should.Throw<FeedRefusedException>(() => feed.Read(Some.Jsonl)).Message.ShouldContain("200 times");
    }

    [Fact]
    public void A_feed_that_is_longer_than_the_limit_is_refused()
    {
        var bytes = Encoding.UTF8.GetBytes(Some.Lines(1000));
        var limits = new FeedLimits { FeedBytes = bytes.Length };
        using var exact = new FeedOnDisk(FeedOnDisk.Gzip(bytes));
        exact.Read(Some.Jsonl, limits).Count.ShouldBe(1000);
        using var two = new FeedOnDisk(FeedOnDisk.Gzip(bytes), FeedOnDisk.Gzip(bytes));
        Should.Throw<FeedRefusedException>(() => two.Read(Some.Jsonl, limits)).Message.ShouldContain("limit");
        using var plain = new FeedOnDisk(bytes, bytes);
        Should.Throw<FeedRefusedException>(() => plain.Open(Some.Jsonl, limits)).Message.ShouldContain("limit");
    }

    [Fact]
    public void Disposing_in_the_middle_ends_the_thread_that_decompresses()
    {
        using var feed = new FeedOnDisk(FeedOnDisk.Gzip(Encoding.UTF8.GetBytes(Some.Lines(100_000))));
        using var file = new FeedFile(feed.Files[0]);
        var source = new ReadAheadSource(new GzipSource(file, new ExpansionLimit(new FeedLimits())), "test");
        source.Read(new byte[100], CancellationToken.None).ShouldBeGreaterThan(0);
        source.Dispose();
        source.IsRunning.ShouldBeFalse();
    }

    [Fact]
    public void Foreign_archives_are_refused_by_name()
    {
        using var zip = new FeedOnDisk([(byte)'P', (byte)'K', 3, 4, 0, 0]);
        Should.Throw<FeedRefusedException>(() => zip.Read(Some.Jsonl)).Message.ShouldContain("ZIP");
        using var twice = new FeedOnDisk(FeedOnDisk.Gzip(FeedOnDisk.Gzip("1"u8)));
        Should.Throw<FeedRefusedException>(() => twice.Read(Some.Jsonl)).Message.ShouldContain("gzip twice");
    }

    /// <summary>The member with a file name, an extra field and a comment in its header.</summary>
    private static byte[] Named(byte[] member)
    {
        byte[] header = [.. member[..3], 4 + 8 + 16, .. member[4..10], 6, 0, (byte)'R', (byte)'S', 2, 0, 1, 2];
        return [.. header, .. "a feed.jsonl\0 of today\0"u8, .. member[10..]];
    }
}
