using System.Text.Json;
using Reshelve.Benchmarks.Feeds;
using Reshelve.Benchmarks.Measuring;

namespace Reshelve.Benchmarks.Workspaces;

/// <summary>What a run reported.</summary>
internal sealed record RunOutcome(ChangeCounts Changes, long Unchanged, string PlanFolder, double ApplySeconds = 0);

/// <summary>The real program as its users start it.</summary>
internal static class ReshelveProgram
{
    /// <summary>Runs <c>reshelve plan</c> or <c>reshelve sync</c>.</summary>
    public static (Sample Sample, RunOutcome Outcome) Run(BenchWorkspace workspace, string verb, string catalog, string feed)
    {
        var finished = MeasuredProcess.Run(
            Repository.Program, verb, catalog, "--feed", feed, "--workspace", workspace.Folder, "--json");
        using var report = JsonDocument.Parse(finished.Output);
        return (finished.Sample, Read(report.RootElement));
    }

    private static RunOutcome Read(JsonElement report)
    {
        // A feed known by its name and time ends before it is read, which is not what is measured: such a run makes no plan.
        if (!report.TryGetProperty("planFolder", out var folder))
            throw new BenchmarkException("the feed was taken for the last one without being read");
        var changes = new ChangeCounts(
            Number(report, "added"), Number(report, "replaced") + Number(report, "patched"), Number(report, "removed"));
        return new RunOutcome(changes, Number(report, "unchanged"), folder.GetString()!, ApplySeconds(report));
    }

    // A plan alone is not applied.
    private static double ApplySeconds(JsonElement report) =>
        report.GetProperty("seconds").TryGetProperty("apply", out var seconds) ? seconds.GetDouble() : 0;

    private static long Number(JsonElement report, string name) => report.GetProperty(name).GetInt64();
}
