using BenchmarkDotNet.Attributes;
using Reshelve.Mapping;

namespace Reshelve.Benchmarks.Micro;

/// <summary>Writing a string in its one spelling: in one go, or its text first and then that as a string.</summary>
public class StringBenchmarks
{
    private static readonly byte[] Record =
        [.. "\"\\u006fsten l\\u00fcnmi hallo pas\\u00f8ten\""u8, .. "                                "u8];

    private static readonly int Length = Record.AsSpan().LastIndexOf((byte)'"') + 1;

    private readonly ByteBuffer _output = new();
    private readonly ByteBuffer _text = new();

    [Benchmark(Baseline = true)]
    public bool OneGo()
    {
        _output.Clear();
        return JsonText.TryAppendCanonical(Record, 0, Length, _output, out _);
    }

    [Benchmark]
    public bool InTwo()
    {
        _output.Clear();
        _text.Clear();
        if (!JsonText.TryUnescape(Record.AsSpan(0, Length), _text))
            return false;
        JsonText.AppendQuoted(_text.Written, _output);
        return true;
    }
}
