using System.IO.Compression;
using System.Text;
using Reshelve.Feeds;

namespace Reshelve.Tests.Feeds;

/// <summary>A record as it was read.</summary>
internal sealed record ReadRecord(string Text, byte[] Bytes, int Sequence, long Offset, bool TooLarge, RecordContext Context);

/// <summary>The files of a feed in a folder of their own, and ways to read them.</summary>
internal sealed class FeedOnDisk : IDisposable
{
    /// <summary>From one vector up to the real thing; the small ones put every byte of a small feed at a boundary.</summary>
    public static readonly int[] ChunkSizes = [64, 65, 97, 128, 1000, FeedReaders.ChunkBytes];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("reshelve-feeds-");

    public FeedOnDisk(params byte[][] files)
    {
        foreach (var file in files)
        {
            var path = Path.Combine(_folder.FullName, $"part{Files.Count}.feed");
            File.WriteAllBytes(path, file);
            Files.Add(path);
        }
    }

    public FeedOnDisk(params string[] texts)
        : this([.. texts.Select(Encoding.UTF8.GetBytes)])
    {
    }

    public List<string> Files { get; } = [];

    public static byte[] Gzip(ReadOnlySpan<byte> bytes, CompressionLevel level = CompressionLevel.Optimal)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, level))
            gzip.Write(bytes);

        // The framework writes nothing at all for nothing; other programs write an empty member.
        return bytes.IsEmpty ? [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0] : compressed.ToArray();
    }

    public IFeedReader Open(FeedFormat format, FeedLimits? limits = null, int chunkBytes = FeedReaders.ChunkBytes) =>
        FeedReaders.Open(Files, format, limits ?? new FeedLimits(), chunkBytes);

    public List<ReadRecord> Read(FeedFormat format, FeedLimits? limits = null, int chunkBytes = FeedReaders.ChunkBytes)
    {
        using var reader = Open(format, limits, chunkBytes);
        var chunk = new FeedChunk();
        var records = new List<ReadRecord>();
        var sequence = 0;
        while (reader.TryReadChunk(chunk, CancellationToken.None))
        {
            chunk.Sequence.ShouldBe(sequence++);
            records.AddRange(RecordsOf(chunk));
        }

        reader.TryReadChunk(chunk, CancellationToken.None).ShouldBeFalse();
        reader.BytesRead.ShouldBe(reader.BytesTotal);
        return records;
    }

    public List<string> ReadTexts(FeedFormat format, FeedLimits? limits = null, int chunkBytes = FeedReaders.ChunkBytes) =>
        [.. Read(format, limits, chunkBytes).Select(record => record.Text)];

    /// <summary>The records as JSON; of those that cannot be converted the problem, behind an exclamation mark.</summary>
    public List<string> ReadJson(FeedFormat format, int chunkBytes = FeedReaders.ChunkBytes) => ReadJson(format, new FeedLimits(), chunkBytes);

    public List<string> ReadJson(FeedFormat format, FeedLimits limits, int chunkBytes = FeedReaders.ChunkBytes)
    {
        using var reader = Open(format, limits, chunkBytes);
        var converter = reader.CreateConverter();
        var chunk = new FeedChunk();
        var records = new List<string>();
        while (reader.TryReadChunk(chunk, CancellationToken.None))
        {
            for (var i = 0; i < chunk.Count; i++)
            {
                records.Add(converter.TryConvert(chunk[i], chunk.Context, out var json, out var problem)
                    ? Encoding.UTF8.GetString(json)
                    : "!" + problem);
            }
        }

        return records;
    }

    public static IEnumerable<ReadRecord> RecordsOf(FeedChunk chunk)
    {
        chunk.TooLarge.ShouldBeOneOf(-1, chunk.Count - 1);
        for (var i = 0; i < chunk.Count; i++)
        {
            yield return new ReadRecord(
                Encoding.UTF8.GetString(chunk[i]),
                chunk[i].ToArray(),
                chunk.Sequence,
                chunk.Offset + chunk.Records[i].Start,
                chunk.TooLarge == i,
                chunk.Context);
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
