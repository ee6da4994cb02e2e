using BenchmarkDotNet.Attributes;
using Reshelve.Mapping;

namespace Reshelve.Benchmarks.Micro;

/// <summary>Writing a number in its one spelling, by how it is delivered.</summary>
public class NumberBenchmarks
{
    private readonly ByteBuffer _output = new();

    [Benchmark(Baseline = true)]
    public bool Plain() => Append("49990"u8);

    [Benchmark]
    public bool Decimal() => Append("499.90"u8);

    [Benchmark]
    public bool WithExponent() => Append("4999e-1"u8);

    private bool Append(ReadOnlySpan<byte> number)
    {
        _output.Clear();
        return JsonNumber.TryAppend(number, _output, out _);
    }
}
