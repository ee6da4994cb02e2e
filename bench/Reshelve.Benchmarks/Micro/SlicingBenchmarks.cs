using BenchmarkDotNet.Attributes;
using Reshelve.Benchmarks.Feeds;
using Reshelve.Catalogs;
using Reshelve.Feeds;

namespace Reshelve.Benchmarks.Micro;

/// <summary>Cutting a whole feed into records on one thread, per record.</summary>
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
    public int Slice()
    {
        using var reader = FeedReaders.Open([_path], _format, new FeedLimits());
        var records = 0;
        while (reader.TryReadChunk(_chunk, CancellationToken.None))
            records += _chunk.Count;
        return records;
    }
}
