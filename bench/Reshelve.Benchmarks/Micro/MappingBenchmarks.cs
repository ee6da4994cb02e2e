using BenchmarkDotNet.Attributes;
using Reshelve.Benchmarks.Feeds;
using Reshelve.Feeds;
using Reshelve.Mapping;

namespace Reshelve.Benchmarks.Micro;

/// <summary>Making a record's canonical document and its hashes, by how it is spelled.</summary>
public class MappingBenchmarks
{
    private MicroData? _data;
    private DocumentMapper? _mapper;
    private FeedChunk _compact = new();
    private FeedChunk _respelled = new();
    private int _next;

    [GlobalSetup]
    public void Setup()
    {
        _data = new MicroData();
        _mapper = new DocumentMapper(_data.Definition, _data.Input.DocumentHash);
        _compact = _data.ReadChunk(FeedVariant.Base);
        _respelled = _data.ReadChunk(FeedVariant.Respelled);
    }

    [GlobalCleanup]
    public void Cleanup() => _data?.Dispose();

    [Benchmark(Baseline = true)]
    public ulong Compact() => Map(_compact);

    [Benchmark]
    public ulong Respelled() => Map(_respelled);

    private ulong Map(FeedChunk chunk)
    {
        _next = (_next + 1) % chunk.Count;
        return _mapper!.Map(chunk[_next]).Volatile;
    }
}
