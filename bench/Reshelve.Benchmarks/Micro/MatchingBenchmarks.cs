using BenchmarkDotNet.Attributes;
using Reshelve.Benchmarks.Feeds;
using Reshelve.Feeds;
using Reshelve.Hashing;
using Reshelve.Planning.Matching;

namespace Reshelve.Benchmarks.Micro;

/// <summary>Hashing one chunk of some 430 records and comparing it with the ledger.</summary>
public class MatchingBenchmarks
{
    private MicroData? _data;
    private ChunkMatcher? _matcher;
    private KeyedHash? _hash;
    private FeedChunk _unchanged = new();
    private FeedChunk _delta = new();
    private FeedChunk _shuffled = new();

    [GlobalSetup]
    public void Setup()
    {
        _data = new MicroData();
        _matcher = new ChunkMatcher(_data.Ledger, _data.Input.Order, _data.Input.Anchors);
        _hash = _data.Input.RecordHash(RecordContext.None);
        _unchanged = _data.ReadChunk(FeedVariant.Base);
        _delta = _data.ReadChunk(FeedVariant.Delta);
        _shuffled = _data.ReadChunk(FeedVariant.Shuffled);
    }

    [GlobalCleanup]
    public void Cleanup() => _data?.Dispose();

    [Benchmark(Baseline = true)]
    public int Unchanged() => Match(_unchanged);

    [Benchmark]
    public int Delta() => Match(_delta);

    [Benchmark]
    public int Shuffled() => Match(_shuffled);

    private int Match(FeedChunk chunk)
    {
        _matcher!.Match(chunk, _hash!);
        return _matcher.Misses.Count;
    }
}
