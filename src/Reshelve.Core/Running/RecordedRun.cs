using Reshelve.Files;

namespace Reshelve.Running;

/// <summary>Runs something that changes a catalog under its lease, and records how it ended, whichever way.</summary>
internal sealed class RecordedRun(IRunStore runs, string dataFolder, TimeProvider time)
{
    /// <summary>Does the work as one run.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="purpose">What the lease is taken for.</param>
    /// <param name="work">Gets the run's report as it begins, and the lease, and gives the report as it ends.</param>
    /// <param name="cancellationToken">Ends it between two batches.</param>
    /// <exception cref="CatalogBusyException">Another run has the catalog.</exception>
    public async Task<RunReport> RunAsync(
        string catalog, string purpose, Func<RunReport, StageClock, ICatalogLease, Task<RunReport>> work, CancellationToken cancellationToken)
    {
        using var lease = runs.Acquire(catalog, purpose);
        var begun = new RunReport { Catalog = catalog, Run = lease.Run, State = RunState.Running, Started = time.GetUtcNow() };
        runs.Save(begun);
        var clock = new StageClock(time);
        RunReport report;
        try
        {
            report = await work(begun, clock, lease);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            report = begun with { State = RunState.Stopped, Error = "stopped on request; the next sync carries on from here" };
        }
        catch (Exception error)
        {
            var cause = DiskFull.Is(error) ? DiskFull.Explain(error, dataFolder) : error;
            report = begun with { State = RunState.Failed, Error = CatalogSync.Describe(cause), Cause = cause };
        }

        report = report with { Seconds = clock.Seconds };
        // The run that took the catalog over tells what became of it.
        if (report.Cause is not LeaseLostException)
            runs.Save(report);
        return report;
    }
}
