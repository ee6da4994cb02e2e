using Reshelve.Catalogs;
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
    public async Task<RunReport> RunAsync(
        CatalogDefinition definition, SyncOptions options, IProgress<RunProgress>? progress, CancellationToken cancellationToken)
    {
        using var lease = runs.Acquire(definition.Name, options.Purpose);
        var begun = new RunReport { Catalog = definition.Name, Run = lease.Run, State = RunState.Running, Started = time.GetUtcNow() };
        runs.Save(begun);
        var run = new CatalogRun(_services with { Lease = lease }, definition, options, lease.Run, progress);
        if (lease.TakenFrom is { } takenFrom)
            run.Notes.Add(takenFrom);
        var clock = new StageClock(time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lease.Lost);
        RunReport report;
        try
        {
            report = await RunAsync(run, options, begun, clock, stop.Token);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            report = (run.SoFar ?? begun) with { State = RunState.Stopped, Error = "stopped on request; the next sync carries on from here" };
        }
        catch (Exception unfinished)
        {
            var error = RecordedRun.LossOf(lease) ?? unfinished;
            var cause = DiskFull.Is(error) ? DiskFull.Explain(error, dataFolder) : error;
            report = (run.SoFar ?? begun) with { State = RunState.Failed, Error = Describe(cause), Cause = cause };
        }

        if (run.Number != begun.Run)
            Record(begun with { State = RunState.Done, Notes = [$"finished what had been interrupted, and went on as run {run.Number}"] });
        return Record(report with { Run = run.Number, Notes = run.Notes, Seconds = clock.Seconds });
    }

    /// <summary>
    /// Why the run no longer has its catalog; null when it has. Whatever else went wrong then comes of that.
    /// </summary>
    private static LeaseLostException? LossOf(ICatalogLease lease)
    {
        try
        {
            lease.EnsureHeld().Dispose();
            return null;
        }
        catch (LeaseLostException lost)
        {
            return lost;
        }
        catch (Exception error) when (error is ReshelveException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>
    /// Keeps the report; where that fails (a full disk, most likely), what the run came to is told nevertheless.
    /// </summary>
    private RunReport Record(RunReport report)
    {
        // The run that took the catalog over may have finished this one's plan, and said so in its report.
        if (report.Cause is LeaseLostException)
            return report;
        try
        {
            runs.Save(report);
            return report;
        }
        catch (Exception error) when (error is ReshelveException or IOException or UnauthorizedAccessException)
        {
            return report with { Notes = [.. report.Notes, $"this report could not be kept: {error.Message}"] };
        }
    }

    private static async Task<RunReport> RunAsync(
        CatalogRun run, SyncOptions options, RunReport report, StageClock clock, CancellationToken cancellationToken)
    {
        await clock.ApplyAsync(() => run.FinishInterruptedAsync(cancellationToken));
        report = report with { Run = run.Number };
        if (run.Blocked(report) is { } blocked)
            return blocked;
        var feed = await clock.ReceiveAsync(() => run.ReceiveAsync(cancellationToken));
        report = report with { Source = feed.Description };
        if (feed.Unchanged)
        {
            await run.PassUnchangedAsync(cancellationToken);
            var state = options.PlanOnly ? RunState.Planned : RunState.Done;
            return RunReports.Planned(report, run.CountsOfApplied(), []) with { State = state };
        }

        var target = await run.ChooseTargetAsync(feed, cancellationToken);
        var (plan, folder) = await clock.PlanAsync(() => run.PlanAsync(feed, target, cancellationToken));
        report = RunReports.Planned(report, plan.Counts, plan.Verdicts) with { PlanFolder = folder };
        if (options.PlanOnly)
            return report with { State = RunState.Planned };
        if (plan.IsHeld)
            return report with { State = RunState.Held };

        // Should applying fail, this much is known; what was written by then is told by the run that finishes the plan.
        run.SoFar = report with { Added = 0, Replaced = 0, Patched = 0, Removed = 0 };
        var applied = await clock.ApplyAsync(() => run.ApplyAsync(plan, folder, cancellationToken));
        return RunReports.Applied(report, plan, applied);
    }

    /// <summary>An error in words.</summary>
    internal static string Describe(Exception error) => error switch
    {
        ReshelveException or IOException or UnauthorizedAccessException => error.Message,
        _ => $"unexpected: {error.GetType().Name}: {error.Message}",
    };
}
