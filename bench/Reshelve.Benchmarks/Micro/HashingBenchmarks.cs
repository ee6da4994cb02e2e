using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Reshelve.Hashing;

namespace Reshelve.Benchmarks.Micro;

/// <summary>The hash of one record, beside the cryptographic one that would cost too much per record.</summary>
public class HashingBenchmarks
{
    private readonly KeyedHash _hash = KeyedHash.Derive(new byte[KeyedHash.SeedBytes], "benchmark");
    private readonly byte[] _digest = new byte[SHA256.HashSizeInBytes];
    private byte[] _record = [];

    [Params(12, 100, 600, 4000)]
    public int Bytes { get; set; }

    [GlobalSetup]
    public void Setup() => _record = [.. Enumerable.Range(0, Bytes).Select(i => (byte)(i * 31))];

    [Benchmark(Baseline = true)]
    public Hash128 Xxh3() => _hash.Of(_record);

    [Benchmark]
    public int Sha256() => SHA256.HashData(_record, _digest);
}
