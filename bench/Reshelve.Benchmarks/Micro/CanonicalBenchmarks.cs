using BenchmarkDotNet.Attributes;
using Reshelve.Benchmarks.Feeds;
using Reshelve.Feeds;
using Reshelve.Hashing;
using Reshelve.Mapping;

namespace Reshelve.Benchmarks.Micro;

/// <summary>Any JSON in its one spelling and the hash of that, by how it is spelled: what is paid for members that no field names.</summary>
public class CanonicalBenchmarks
{
    private readonly CanonicalJson _canonical = new();
    private readonly ByteBuffer _output = new();
    private readonly KeyedHash _hash = KeyedHash.Derive(new byte[KeyedHash.SeedBytes], "benchmark");
    private byte[] _compact = [];
    private byte[] _respelled = [];

    [GlobalSetup]
    public void Setup()
    {
        using var data = new MicroData();
        _compact = First(data.ReadChunk(FeedVariant.Base));
        _respelled = First(data.ReadChunk(FeedVariant.Respelled));
    }

    [Benchmark(Baseline = true)]
    public ulong Compact() => Hash(_compact);

    [Benchmark]
    public ulong Respelled() => Hash(_respelled);

    private static byte[] First(FeedChunk chunk) => chunk[0].ToArray();

    private ulong Hash(byte[] record)
    {
        _output.Clear();
        return _canonical.TryAppend(record, _output) is { } problem
            ? throw new InvalidOperationException(problem)
            : _hash.Low64(_output.Written);
    }
}
