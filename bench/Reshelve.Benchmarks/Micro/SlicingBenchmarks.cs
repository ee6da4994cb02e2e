using BenchmarkDotNet.Attributes;
using Reshelve.Benchmarks.Feeds;
using Reshelve.Catalogs;
using Reshelve.Feeds;

namespace Reshelve.Benchmarks.Micro;

/// <summary>
/// Cutting a whole feed into records, per record: by ranges on one or two threads, as plain files are, and from beginning to end, as
/// compressed ones are (without the decompression).
/// </summary>
public class SlicingBenchmarks
{
    private readonly FeedChunk _chunk = new();
    private string _path = "";
    private FeedFormat _format = new() { Kind = FeedFormatKind.Jsonl };

    [Params("jsonl", "json", "csv", "xml")]
    public string Format { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        var (variant, kind) = Format switch
        {
            "json" => (FeedVariant.Json, FeedFormatKind.Json),
            "csv" => (FeedVariant.Csv, FeedFormatKind.Csv),
            "xml" => (FeedVariant.Xml, FeedFormatKind.Xml),
            _ => (FeedVariant.Base, FeedFormatKind.Jsonl),
        };
        _path = MicroData.PathOf(variant);
        _format = new FeedFormat { Kind = kind, Records = kind == FeedFormatKind.Xml ? FieldPath.Parse("products.product") : null };
    }

    [Benchmark(OperationsPerInvoke = MicroData.Records)]
    [Arguments(1)]
    [Arguments(2)]
    public long ByRanges(int threads)
    {
        using var reader = FeedReaders.Open([_path], _format, new FeedLimits());
        var others = Enumerable.Range(1, threads - 1).Select(_ => Task.Run(() => Count(reader, new FeedChunk()))).ToList();
        return Count(reader, _chunk) + others.Sum(other => other.GetAwaiter().GetResult());
    }

    [Benchmark(OperationsPerInvoke = MicroData.Records)]
    public long InOrder()
    {
        var limits = new FeedLimits();
        var options = new FeedPartOptions(_format, limits, FeedReaders.ChunkBytes, new ExpansionLimit(limits), new XmlNamespaces());
        var file = new FeedFile(_path);
        using var part = new SequentialPart(file, new FileSource(file), offset: 0, options);
        var records = 0L;
        while (part.TryRead(_chunk, CancellationToken.None))
            records += _chunk.Count;
        return records;
    }

    private static long Count(IFeedReader reader, FeedChunk chunk)
    {
        var records = 0L;
        while (reader.TryReadChunk(chunk, CancellationToken.None))
            records += chunk.Count;
        return records;
    }
}
