using System.Globalization;
using Reshelve.Benchmarks.Measuring;

namespace Reshelve.Benchmarks;

/// <summary>What the suite is asked to do.</summary>
internal sealed record BenchOptions
{
    public const long Million = 1_000_000;

    /// <summary>The sizes of the base feed, in records; empty for those that each case is meant for.</summary>
    public IReadOnlyList<long> Sizes { get; init; } = [];

    /// <summary>The cases; empty for all.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>How often each contestant is run.</summary>
    public Runs Runs { get; init; } = new(9, Seconds: 15);

    /// <summary>How many searches are made.</summary>
    public int Searches { get; init; } = 2000;

    /// <summary>Whether the peers are run.</summary>
    public bool Peers { get; init; } = true;

    /// <summary>Whether the ratios are compared with the committed ones.</summary>
    public bool Check { get; init; }

    /// <summary>Whether it is a full run, whose results are the ones to commit.</summary>
    public bool IsFull => Only.Count == 0 && Peers && !Quick && !Check && Sizes.Count == 0;

    /// <summary>Whether it should take less than two minutes.</summary>
    public bool Quick { get; init; }

    /// <summary>Where feeds and workspaces are kept.</summary>
    public string DataFolder { get; init; } = Path.Combine(Path.GetTempPath(), "reshelve-bench");

    public const string Usage = """
        Usage: ./benchmark [options]          measure
               ./benchmark micro [filter]     micro-benchmarks of the hot loops (BenchmarkDotNet)

          --quick          at most 1M records, few runs: under two minutes
          --sizes 1M,10M   records of the base feed (100k, 1M, 250000; otherwise what each case is meant for)
          --only a,b       these cases: delta, unchanged, cold, shuffled, respelled, new, gzip, formats, ledger, index, bulk
          --runs N         how often each contestant is run (9; slow ones less often)
          --no-peers       leave out other tools
          --check          compare the ratios with those of bench/results.json; status 1 when one is more than 30 % worse
          --data folder    where feeds are kept (in the folder for temporary files)

        A full run (no option but --runs and --data) writes bench/RESULTS.md and bench/results.json; others write to artifacts/bench.
        """;

    /// <summary>Reads the command line.</summary>
    /// <exception cref="FormatException">It cannot be understood.</exception>
    public static BenchOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new BenchOptions();
        // First, so that it sets no more than the defaults of the others.
        if (arguments.Contains("--quick"))
            options = options with { Quick = true, Runs = new Runs(3, Seconds: 2), Searches = 1000 };
        for (var i = 0; i < arguments.Count; i++)
        {
            options = arguments[i] switch
            {
                "--quick" => options,
                "--no-peers" => options with { Peers = false },
                "--check" => options with { Check = true },
                "--sizes" => options with { Sizes = [.. Value(ref i).Split(',').Select(ReadSize)] },
                "--only" => options with { Only = Value(ref i).Split(',') },
                "--runs" => options with { Runs = options.Runs with { Count = (int)ReadSize(Value(ref i)) } },
                "--data" => options with { DataFolder = Path.GetFullPath(Value(ref i)) },
                var unknown => throw new FormatException($"'{unknown}' is no option."),
            };
        }

        return options;

        string Value(ref int i) => ++i < arguments.Count ? arguments[i] : throw new FormatException($"{arguments[^1]} needs a value.");
    }

    private static long ReadSize(string text)
    {
        var unit = text.ToLowerInvariant()[^1] switch
        {
            'm' => 1_000_000,
            'k' => 1_000,
            _ => 1,
        };
        return long.TryParse(unit == 1 ? text : text[..^1], NumberStyles.None, null, out var number) && number > 0
            ? number * unit
            : throw new FormatException($"'{text}' is no number such as 250000, 100k or 1M.");
    }
}
