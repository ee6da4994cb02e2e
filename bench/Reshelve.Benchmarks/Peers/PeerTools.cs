using Reshelve.Benchmarks.Feeds;
using Reshelve.Benchmarks.Measuring;
using Reshelve.Benchmarks.Workspaces;

namespace Reshelve.Benchmarks.Peers;

/// <summary>Another way to find out what changed between two feeds.</summary>
/// <param name="Name">Its name in the results.</param>
/// <param name="Program">The program to start.</param>
/// <param name="Arguments">Its arguments; the old and the new feed are added.</param>
internal sealed record Peer(string Name, string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>How many times as long as a whole process of ours it takes, at least.</summary>
    public required double Goal { get; init; }

    /// <summary>The same for feeds of ten million records.</summary>
    public double? LargeGoal { get; init; }

    /// <summary>
    /// The largest feeds it is given: those that keep both files in memory, as diff and sqlite3 do here, cannot have ten million records.
    /// </summary>
    public long MostRecords { get; init; } = long.MaxValue;

    /// <summary>The goal for feeds of a size.</summary>
    public double GoalFor(long records) => records >= 10_000_000 ? LargeGoal ?? Goal : Goal;

    /// <summary>Runs it; its counts must be the expected ones.</summary>
    public Sample Run(string before, string after, ChangeCounts expected)
    {
        var finished = MeasuredProcess.Run(Program, [.. Arguments, before, after]);
        var counts = finished.Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return counts.SequenceEqual([$"{expected.Added}", $"{expected.Changed}", $"{expected.Removed}"])
            ? finished.Sample
            : throw new BenchmarkException($"counted '{finished.Output.Trim()}' where there are {expected}");
    }
}

/// <summary>The peers that are installed.</summary>
internal sealed class PeerTools(string dataFolder, Action<string> log)
{
    private const long InMemory = 2_000_000;

    /// <summary>The peers, quickest first; what is missing is said once and left out.</summary>
    public IReadOnlyList<Peer> All(long records) => [.. Installed.Where(peer => records <= peer.MostRecords)];

    private IReadOnlyList<Peer> Installed => field ??= [.. Known().OfType<Peer>()];

    private IEnumerable<Peer?> Known()
    {
        yield return DuckDb();
        yield return Script("diff", "diff.sh", 10, "bash", "diff", "grep", "awk") is { } diff ? diff with { MostRecords = InMemory } : null;
        yield return Script("sort | comm", "sort-comm.sh", 14, "bash", "sort", "comm", "awk");
        yield return Script("Python dictionary of digests", "digests.py", 30, "python3");
        yield return Script("sqlite3", "sqlite.sh", 30, "bash", "sqlite3") is { } sqlite ? sqlite with { MostRecords = InMemory } : null;
    }

    private Peer? Script(string name, string script, double goal, params IReadOnlyList<string> tools)
    {
        if (tools.FirstOrDefault(tool => !IsInstalled(tool)) is { } missing)
        {
            log($"{name} is left out: {missing} is not installed");
            return null;
        }

        return new Peer(name, tools[0], [Repository.PeerScript(script)]) { Goal = goal };
    }

    private Peer? DuckDb()
    {
        const string Package = "@duckdb/node-api";
        var folder = Path.Combine(dataFolder, "duckdb");
        if (!IsInstalled("node") || !IsInstalled("npm"))
        {
            log("DuckDB is left out: node or npm is not installed");
            return null;
        }

        try
        {
            Directory.CreateDirectory(folder);
            if (!Directory.Exists(Path.Combine(folder, "node_modules", Package)))
                MeasuredProcess.Run("npm", "install", "--no-audit", "--no-fund", "--prefix", folder, Package);
            return new Peer("DuckDB", "node", [Repository.PeerScript("duckdb.mjs"), folder])
            {
                Goal = 4.5, LargeGoal = 6,
            };
        }
        catch (BenchmarkException problem)
        {
            log($"DuckDB is left out: {Package} cannot be installed ({problem.Message.Split('\n')[0]})");
            return null;
        }
    }

    private static bool IsInstalled(string tool) =>
        Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, tool)));
}
