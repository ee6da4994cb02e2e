using Reshelve.Feeds;
using Reshelve.Files;

namespace Reshelve.Running;

/// <summary>Runs something that changes a catalog under its lease, and records how it ended, whichever way.</summary>
internal sealed class RecordedRun(IRunStore runs, string dataFolder, TimeProvider time)
{
    /// <summary>Does the work as one run.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="purpose">What the lease is taken for.</param>
    /// <param name="work">Gives the report as the run ends.</param>
    /// <param name="cancellationToken">Ends it between two batches.</param>
    /// <exception cref="CatalogBusyException">Another run has the catalog.</exception>
    public async Task<RunReport> RunAsync(
        string catalog, string purpose, Func<RunContext, Task<RunReport>> work, CancellationToken cancellationToken)
    {
        using var lease = runs.Acquire(catalog, purpose);
        var begun = new RunReport { Catalog = catalog, Run = lease.Run, State = RunState.Running, Started = time.GetUtcNow() };
        runs.Save(begun);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lease.Lost);
        var context = new RunContext(lease, begun, new StageClock(time), stop.Token);
        RunReport report;
        try
        {
            report = await work(context);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            report = (context.SoFar ?? begun) with { State = RunState.Stopped, Error = WhatStopped(catalog) };
        }
        catch (Exception unfinished)
        {
            var error = LossOf(lease) ?? unfinished;
            var cause = DiskFull.Is(error) ? DiskFull.Explain(error, dataFolder) : DiskReadOnly.Is(error) ? DiskReadOnly.Explain(error, dataFolder) : error;
            report = (context.SoFar ?? begun) with { State = RunState.Failed, Error = Describe(cause), Cause = cause };
        }

        if (context.Number != begun.Run)
            Record(begun with { State = RunState.Done, Notes = [$"finished what had been interrupted, and went on as run {context.Number}"] });
        return Record(report with { Run = context.Number, Notes = [.. context.Notes, .. report.Notes], Seconds = context.Clock.Seconds });
    }

    private string WhatStopped(string catalog) => new CatalogFolder(dataFolder, catalog).HasApplying
        ? "stopped on request; the next sync carries on from here"
        : "stopped on request; nothing that is searched was changed";

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

    /// <summary>Why the run no longer has its catalog; null when it has. Whatever else went wrong then comes of that.</summary>
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

    private static string Describe(Exception error) => error switch
    {
        ReshelveException or IOException or UnauthorizedAccessException => error.Message,
        _ => $"unexpected: {error.GetType().Name}: {error.Message}",
    };
}
