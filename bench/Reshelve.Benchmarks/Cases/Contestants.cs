using System.Globalization;
using Reshelve.Benchmarks.Feeds;
using Reshelve.Benchmarks.Measuring;
using Reshelve.Benchmarks.Peers;
using Reshelve.Benchmarks.Workspaces;
using Reshelve.Running;

namespace Reshelve.Benchmarks.Cases;

/// <summary>The contestants of planning.</summary>
internal static class Contestants
{
    /// <summary>The name of plans made in this process.</summary>
    public const string InProcess = "plan, in process";

    /// <summary>The name of plans made by the real program.</summary>
    public const string WholeProcess = "plan, whole process";

    /// <summary>Counts lines: what it costs to see every byte once.</summary>
    public static Contestant CountLines(string path, long records) => new("wc -l", WorkOf(path, records), () =>
    {
        var finished = MeasuredProcess.Run("wc", "-l", path);
        return Checked(finished, finished.Output.Split(' ')[0], records);
    });

    /// <summary>Decompresses and counts lines.</summary>
    public static Contestant CountCompressedLines(string path, long records) => new("gzip -dc | wc -l", WorkOf(path, records), () =>
    {
        var finished = MeasuredProcess.Run("sh", "-c", $"gzip -dc '{path}' | wc -l");
        return Checked(finished, finished.Output, records);
    });

    /// <summary>
    /// Plans in this process. The time is the planning stage's own: the ledger is opened, the feed compared, and the change
    /// batches, the
    /// next ledger and the manifest are written.
    /// </summary>
    public static Contestant PlanInProcess(BenchContext context, string catalog, string path, Expectation expected)
    {
        var definition = context.Workspace.Definition(catalog);
        return new Contestant(InProcess, WorkOf(path, expected.Records), () =>
        {
            GC.Collect();
            var report = context.Workspace.Run(definition, path, planOnly: true);
            expected.Check(new RunOutcome(CountsOf(report), report.Unchanged, report.PlanFolder!));
            Directory.Delete(report.PlanFolder!, recursive: true);
            return new Sample(report.Seconds.Plan, 0);
        })
        {
            WarmUps = 4,
        };
    }

    /// <summary>Plans with the real program, start-up included.</summary>
    public static Contestant PlanAsProcess(BenchContext context, string catalog, string path, Expectation expected) =>
        new(WholeProcess, WorkOf(path, expected.Records), () =>
        {
            var (sample, outcome) = ReshelveProgram.Run(context.Workspace, "plan", catalog, path);
            expected.Check(outcome);
            Directory.Delete(outcome.PlanFolder, recursive: true);
            return sample;
        })
        {
            // Plans in this process have warmed up the page cache.
            WarmUps = 0,
        };

    /// <summary>Lets a peer compare the base feed with another one.</summary>
    public static Contestant Comparing(Peer peer, BenchContext context, string path, ChangeCounts expected)
    {
        var before = context.Feeds.PathOf(FeedVariant.Base);
        return new Contestant(peer.Name, WorkOf(path, context.Records), () => peer.Run(before, path, expected))
        {
            WarmUps = 0,
        };
    }

    /// <summary>A file's records and bytes.</summary>
    public static Work WorkOf(string path, long records)
    {
        using var file = File.OpenHandle(path);
        return new Work(records, RandomAccess.GetLength(file));
    }

    /// <summary>A report's counts of changes.</summary>
    public static ChangeCounts CountsOf(RunReport report) => new(report.Added, report.Replaced + report.Patched, report.Removed);

    private static Sample Checked(FinishedProcess finished, string lines, long records) =>
        long.Parse(lines, NumberStyles.AllowTrailingWhite) >= records
            ? finished.Sample
            : throw new BenchmarkException($"counted {lines.Trim()} lines where there are {records} records");
}

/// <summary>What a plan must find.</summary>
/// <param name="Records">The records of the feed.</param>
/// <param name="Changes">How it differs from the ledger.</param>
internal sealed record Expectation(long Records, ChangeCounts Changes)
{
    /// <summary>Fails when it found something else: a quick wrong answer is none.</summary>
    public void Check(RunOutcome outcome)
    {
        var unchanged = Records - Changes.Added - Changes.Changed;
        if (outcome.Changes == Changes && outcome.Unchanged == unchanged)
            return;
        throw new BenchmarkException(
            $"found {outcome.Changes}, {outcome.Unchanged:N0} unchanged where there are {Changes}, {unchanged:N0} unchanged");
    }
}
