using Reshelve.Catalogs;
using Reshelve.Enriching;
using Reshelve.Feeds;
using Reshelve.Files;
using Reshelve.Indexing;
using Reshelve.Running;

namespace Reshelve;

/// <summary>What a run is asked to do beyond its definition.</summary>
public sealed record SyncOptions
{
    /// <summary>Make the plan and stop.</summary>
    public bool PlanOnly { get; init; }

    /// <summary>Read this file instead of the definition's source.</summary>
    public string? FeedPath { get; init; }

    /// <summary>Fill a new index and ledger from the feed, whatever the present ones hold.</summary>
    public bool Rebuild { get; init; }

    /// <summary>Take the feed that was applied last from the archive, where there is one, instead of asking the source.</summary>
    public bool FromArchive { get; init; }

    /// <summary>Leave a new index that is asked for ready, instead of promoting it.</summary>
    public bool StaysAside { get; init; }

    /// <summary>What the run is for, in a word.</summary>
    internal string Purpose => PlanOnly ? "plan" : Rebuild ? "rebuild" : "sync";
}

/// <summary>The whole flow: receive, plan, apply, report.</summary>
public sealed class CatalogSync(IIndexEngine index, IRunStore runs, string dataFolder, string workspaceFolder, TimeProvider time)
{
    private readonly RunServices _services = new(index, runs, dataFolder, workspaceFolder, time, Math.Min(Environment.ProcessorCount, 8));

    /// <summary>Changes per batch of a plan, at most: few in tests of what happens between batches.</summary>
    internal int BatchChanges { init => _services = _services with { BatchChanges = value }; }

    /// <summary>
    /// Brings a catalog's index in step with its current feed. Every ending is a report, also a failure: it is recorded, and its
    /// <see cref="RunReport.Error"/> is for people.
    /// </summary>
    /// <exception cref="CatalogBusyException">Another run has the catalog.</exception>
    public Task<RunReport> RunAsync(
        CatalogDefinition definition, SyncOptions options, IProgress<RunProgress>? progress, CancellationToken cancellationToken) =>
        new RecordedRun(runs, dataFolder, time).RunAsync(
            definition.Name,
            options.Purpose,
            context => RunAsync(definition, options, context, progress),
            cancellationToken);

    /// <summary>What pictures are had and remembered with; null: documents are not enriched.</summary>
    public PictureServices? Pictures { init => _services = _services with { Pictures = value }; }

    private async Task<RunReport> RunAsync(
        CatalogDefinition definition, SyncOptions options, RunContext context, IProgress<RunProgress>? progress)
    {
        await using var pictures = PictureUpdate.Begin(_services with { Lease = context.Lease }, definition, context, progress);
        var report = await RunAsync(new CatalogRun(pictures.Services, definition, options, context, progress), options, context);
        // Should the pictures be stopped, this much is done.
        context.SoFar = report;
        return options.PlanOnly ? report : await context.Clock.ApplyAsync(() => pictures.RunAsync(report, context.Stop));
    }

    private static async Task<RunReport> RunAsync(CatalogRun run, SyncOptions options, RunContext context)
    {
        var (clock, stop) = (context.Clock, context.Stop);
        await clock.ApplyAsync(() => run.Interrupted.FinishAsync(stop));
        var report = context.Begun with { Run = context.Number };
        if (run.Waiting.Blocked(report) is { } blocked)
            return blocked;
        var feed = await clock.ReceiveAsync(() => run.ReceiveAsync(stop));
        report = report with { Source = feed.Description };
        if (feed.Unchanged)
        {
            await run.Feeds.PassUnchangedAsync(stop);
            var state = options.PlanOnly ? RunState.Planned : RunState.Done;
            return RunReports.Planned(report, run.Feeds.CountsOfApplied(), []) with { State = state };
        }

        var target = await run.ChooseTargetAsync(feed, stop);
        var (plan, folder) = await clock.PlanAsync(() => run.PlanAsync(feed, target, stop));
        report = RunReports.Planned(report, plan.Counts, plan.Verdicts) with { PlanFolder = folder };
        if (options.PlanOnly)
            return report with { State = RunState.Planned };
        if (plan.IsHeld)
            return report with { State = RunState.Held };

        // Should applying fail, this much is known; what was written by then is told by the run that finishes the plan.
        context.SoFar = report with { Added = 0, Replaced = 0, Patched = 0, Removed = 0 };
        var applied = await clock.ApplyAsync(() => run.ApplyAsync(plan, folder, stop));
        return RunReports.Applied(report, plan, applied);
    }
}
