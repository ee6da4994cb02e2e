using System.IO.Compression;
using System.Text;
using Reshelve.Feeds;

namespace Reshelve.Tests.Feeds;

public sealed class EveryFormatTests
{
    public static TheoryData<FeedFormatKind> Kinds => [.. Enum.GetValues<FeedFormatKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Records_are_the_same_whatever_the_chunk_size_and_compression(FeedFormatKind kind)
    {
        var (format, text, records) = Some.Feed(kind);
        var bytes = Encoding.UTF8.GetBytes(text);
        using var plain = new FeedOnDisk(bytes);
        using var gzip = new FeedOnDisk(FeedOnDisk.Gzip(bytes));
        foreach (var size in (int[])[.. Enumerable.Range(1, 130), .. FeedOnDisk.ChunkSizes])
        {
            plain.ReadTexts(format, chunkBytes: size).ShouldBe(records, ignoreOrder: false, $"chunk size {size}");
            gzip.ReadTexts(format, chunkBytes: size).ShouldBe(records, ignoreOrder: false, $"chunk size {size}, gzip");
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_records_offset_is_its_place_in_the_text(FeedFormatKind kind)
    {
        var (format, text, _) = Some.Feed(kind);
        var bytes = Encoding.UTF8.GetBytes(text);
        using var feed = new FeedOnDisk(FeedOnDisk.Gzip(bytes), bytes);
        foreach (var size in FeedOnDisk.ChunkSizes)
        {
            foreach (var record in feed.Read(format, chunkBytes: size))
                bytes.AsSpan((int)record.Offset, record.Bytes.Length).SequenceEqual(record.Bytes).ShouldBeTrue(record.Text);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_parts_of_a_feed_are_read_in_order_each_with_its_own_context(FeedFormatKind kind)
    {
        var (format, text, records) = Some.Feed(kind);
        var bytes = Encoding.UTF8.GetBytes(text);
        using var feed = new FeedOnDisk(bytes, FeedOnDisk.Gzip(bytes), bytes);
        var read = feed.Read(format, chunkBytes: 64);
        read.Select(record => record.Text).ShouldBe([.. records, .. records, .. records]);
        read.Select(record => record.Context.File).Distinct().ShouldBe(feed.Files);
        read.Select(record => record.Context).Distinct(ReferenceEqualityComparer.Instance).Count().ShouldBe(3);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_cut_off_gzip_feed_is_incomplete_wherever_it_is_cut(FeedFormatKind kind)
    {
        var (format, text, _) = Some.Feed(kind);
        foreach (var level in (CompressionLevel[])[CompressionLevel.Optimal, CompressionLevel.NoCompression])
        {
            var bytes = FeedOnDisk.Gzip(Encoding.UTF8.GetBytes(text), level);
            for (var length = 1; length < bytes.Length; length++)
            {
                using var feed = new FeedOnDisk(bytes[..length]);
                Should.Throw<FeedIncompleteException>(() => feed.Read(format), $"cut at {length} of {bytes.Length}")
                    .Message.ShouldContain(feed.Files[0]);
            }
        }
    }

    [Theory]
    [InlineData(FeedFormatKind.Json)]
    [InlineData(FeedFormatKind.Xml)]
    public void A_cut_off_JSON_or_XML_feed_is_incomplete_wherever_it_is_cut(FeedFormatKind kind)
    {
        var (format, text, _) = Some.Feed(kind);
        var bytes = Encoding.UTF8.GetBytes(text.TrimEnd());
        for (var length = 0; length < bytes.Length; length++)
        {
            using var feed = new FeedOnDisk(bytes[..length]);
            foreach (var size in (int[])[64, FeedReaders.ChunkBytes])
                Should.Throw<FeedIncompleteException>(() => feed.Read(format, chunkBytes: size), $"cut at {length}");
        }
    }

    [Theory]
    [InlineData(FeedFormatKind.Jsonl)]
    [InlineData(FeedFormatKind.Csv)]
    public void A_cut_off_plain_line_feed_gives_whole_records_and_at_most_one_cut_record_and_none_ends_inside_quotes(FeedFormatKind kind)
    {
        var (format, text, records) = Some.Feed(kind);
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var length = 0; length <= bytes.Length; length++)
        {
            using var feed = new FeedOnDisk(bytes[..length]);
            List<ReadRecord> read;
            try
            {
                read = feed.Read(format, chunkBytes: 64);
            }
            catch (FeedIncompleteException)
            {
                kind.ShouldBe(FeedFormatKind.Csv);
                continue;
            }

            for (var i = 0; i < read.Count - 1; i++)
                read[i].Text.ShouldBe(records[i]);
            if (read.Count > 0)
                Encoding.UTF8.GetBytes(records[read.Count - 1]).AsSpan().StartsWith(read[^1].Bytes.AsSpan().TrimEnd((byte)'\r')).ShouldBeTrue();
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Several_threads_get_every_record_once(FeedFormatKind kind)
    {
        var (format, text, records) = Some.Feed(kind);
        var bytes = Encoding.UTF8.GetBytes(text);
        using var feed = new FeedOnDisk([.. Enumerable.Range(0, 40).Select(i => i % 3 == 0 ? FeedOnDisk.Gzip(bytes) : bytes)]);
        using var reader = feed.Open(format, chunkBytes: 64);
        var all = new System.Collections.Concurrent.ConcurrentBag<ReadRecord>();
        Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 4 }, _ =>
        {
            var chunk = new FeedChunk();
            while (reader.TryReadChunk(chunk, CancellationToken.None))
            {
                foreach (var record in FeedOnDisk.RecordsOf(chunk))
                    all.Add(record);
            }
        });
        all.OrderBy(record => record.Sequence).ThenBy(record => record.Offset).Select(record => record.Text)
            .ShouldBe(Enumerable.Repeat(records, 40).SelectMany(part => part));
    }

    [Fact]
    public void An_empty_feed_has_no_records_and_is_complete()
    {
        foreach (var nothing in (byte[][])[[], FeedOnDisk.Gzip([])])
        {
            using var feed = new FeedOnDisk(nothing);
            feed.Read(Some.Jsonl).ShouldBeEmpty();
            feed.Read(Some.Csv).ShouldBeEmpty();
            Should.Throw<FeedIncompleteException>(() => feed.Read(Some.Json)).Message.ShouldContain("[]");
            Should.Throw<FeedIncompleteException>(() => feed.Read(Some.Xml)).Message.ShouldContain("root");
        }

        using var json = new FeedOnDisk(" [ ] \n");
        json.Read(Some.Json).ShouldBeEmpty();
        using var csv = new FeedOnDisk("id,name\n");
        csv.Read(Some.Csv).ShouldBeEmpty();
        using var xml = new FeedOnDisk("<products/>");
        xml.Read(Some.Xml).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_record_over_the_limit_is_marked_cut_short_and_passed(FeedFormatKind kind)
    {
        var limits = new FeedLimits { RecordBytes = 200_000 };
        foreach (var length in (int[])[199_000, 200_001, 700_000])
        {
            var giant = Giant(kind, length);
            var (format, text, records) = Some.Feed(kind);
            text = text.Replace(records[1], giant, StringComparison.Ordinal);
            var bytes = Encoding.UTF8.GetBytes(text);
            using var feed = new FeedOnDisk(bytes, FeedOnDisk.Gzip(bytes, CompressionLevel.Fastest));
            foreach (var size in (int[])[4096, 100_000, FeedReaders.ChunkBytes])
            {
                var read = feed.Read(format, limits, size);
                read.Count.ShouldBe(6);
                read.Select(record => record.TooLarge).ShouldBe([false, length > 200_000, false, false, length > 200_000, false]);
                read[1].Text.ShouldBe(length > 200_000 ? giant[..(64 << 10)] : giant);
                read[2].Text.ShouldBe(records[2]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_endless_record_is_read_in_bounded_memory(FeedFormatKind kind)
    {
        var limits = new FeedLimits { RecordBytes = 100_000 };
        var (format, text, records) = Some.Feed(kind);
        var bytes = Encoding.UTF8.GetBytes(text.Replace(records[1], Giant(kind, 30_000_000), StringComparison.Ordinal));
        using var feed = new FeedOnDisk(bytes);
        using var reader = feed.Open(format, limits);
        var chunk = new FeedChunk();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var count = 0;
        while (reader.TryReadChunk(chunk, CancellationToken.None))
            count += chunk.Count;
        count.ShouldBe(3);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(2_000_000);
        chunk.Buffer.Length.ShouldBeLessThan(500_000);
    }

    private static string Giant(FeedFormatKind kind, int length)
    {
        var (begin, end) = kind switch
        {
            FeedFormatKind.Csv => ("2,\"", "\",x"),
            FeedFormatKind.Xml => ("<item><a b='", "'/></item>"),
            _ => ("{\"id\":\"", "\"}"),
        };
        return begin + new string('y', length - begin.Length - end.Length) + end;
    }
}
