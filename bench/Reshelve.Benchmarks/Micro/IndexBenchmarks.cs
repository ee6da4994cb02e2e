using BenchmarkDotNet.Attributes;
using Reshelve.Benchmarks.Feeds;
using Reshelve.Feeds;
using Reshelve.Mapping;

namespace Reshelve.Benchmarks.Micro;

/// <summary>Indexing the tokens of a re-spelled record, by the width of the vectors.</summary>
public class IndexBenchmarks
{
    private readonly JsonIndex _index = new();
    private FeedChunk _records = new();
    private int _next;

    [GlobalSetup]
    public void Setup()
    {
        using var data = new MicroData();
        _records = data.ReadChunk(FeedVariant.Respelled);
    }

    [Benchmark(Baseline = true)]
    public bool Vectors512() => _index.TryBuild<ByteMasks512>(Next());

    [Benchmark]
    public bool Vectors256() => _index.TryBuild<ByteMasks256>(Next());

    [Benchmark]
    public bool Vectors128() => _index.TryBuild<ByteMasks128>(Next());

    private ReadOnlySpan<byte> Next() => _records[_next = (_next + 1) % _records.Count];
}
