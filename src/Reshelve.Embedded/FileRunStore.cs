using System.Globalization;
using DiskFull = Reshelve.Files.DiskFull;
using Reshelve.Embedded.Files;
using Reshelve.Embedded.Running;
using Reshelve.Feeds;
using Reshelve.Files;
using Reshelve.Running;

namespace Reshelve.Embedded;

/// <summary>
/// Runs as files, in <c>&lt;folder&gt;/&lt;catalog&gt;/runs/</c>: per run a report (<c>run-000000000012.json</c>) and its
/// rejected records
/// (<c>run-000000000012.rejected.jsonl</c>); the last number given (<c>sequence</c>); the lease (<c>lease.lock</c>, held open
/// by the
/// process that has it) and whose it is (<c>lease.json</c>); two locks held for moments (<c>events.lock</c>, <c>sequence.lock</c>).
/// </summary>
/// <param name="folder">The data folder; made when it is needed.</param>
/// <param name="time">The clock.</param>
public sealed class FileRunStore(string folder, TimeProvider time) : IRunStore
{
    /// <summary>The runs that are kept per catalog; older ones go when a new one begins.</summary>
    public const int KeptRuns = 1000;

    private const string EndedByCrash = "the process ended without finishing";

    // List looks whether the lease is free by taking it for a moment, which must not turn a run away.
    private const int LeaseAttempts = 6;
    private static readonly TimeSpan LeasePause = TimeSpan.FromMilliseconds(20);

    /// <inheritdoc/>
    public ICatalogLease Acquire(string catalog, string purpose)
    {
        var files = new RunFiles(folder, catalog);
        return Guard(files, () =>
        {
            Directory.CreateDirectory(files.Folder);
            var taken = TakeLease(files) ?? throw new CatalogBusyException(Busy(catalog, files));
            try
            {
                var run = files.TakeNumber();
                files.WriteOwner(new LeaseOwner(Environment.ProcessId, Environment.MachineName, purpose, run, time.GetUtcNow()));
                files.Prune(KeptRuns);
                return new CatalogLease(run, files, taken);
            }
            catch
            {
                taken.Dispose();
                throw;
            }
        });
    }

    /// <inheritdoc/>
    public async Task<IEventTurn> TakeEventTurnAsync(string catalog, CancellationToken cancellationToken)
    {
        var files = new RunFiles(folder, catalog);
        Guard(files, () => Directory.CreateDirectory(files.Folder));
        return new EventTurn(files, await FileLock.TakeAsync(files.Events, time, cancellationToken));
    }

    /// <inheritdoc/>
    public void Save(RunReport report)
    {
        var files = new RunFiles(folder, report.Catalog);
        Guard(files, () =>
        {
            Directory.CreateDirectory(files.Folder);
            // That a run began is told for those who look at it while it runs; its number is safe already.
            if (report.State == RunState.Running)
                DurableFile.WriteUnflushed(files.Report(report.Run), RunJson.Write(report));
            else
                DurableFile.Write(files.Report(report.Run), RunJson.Write(report));
            return true;
        });
    }

    /// <inheritdoc/>
    public IRejectedWriter OpenRejected(string catalog, long run)
    {
        var files = new RunFiles(folder, catalog);
        return Guard(files, () =>
        {
            Directory.CreateDirectory(files.Folder);
            return new RejectedFileWriter(files.Rejected(run));
        });
    }

    /// <inheritdoc/>
    public IReadOnlyList<RunReport> List(string catalog, int limit)
    {
        var files = new RunFiles(folder, catalog);
        return Guard(files, () =>
        {
            var reports = new List<RunReport>();
            LeaseOwner? owner = null;
            var askedForOwner = false;
            foreach (var run in files.Runs().OrderDescending())
            {
                if (reports.Count >= limit)
                    break;
                if (files.ReadReport(run) is not { } report)
                    continue;
                if (report.State == RunState.Running && !askedForOwner)
                {
                    owner = files.CurrentOwner();
                    askedForOwner = true;
                }

                reports.Add(report.State == RunState.Running && owner?.Run != run ? Crashed(report) : report);
            }

            return reports;
        });
    }

    /// <inheritdoc/>
    public IEnumerable<RejectedRecord> ReadRejected(string catalog, long run) =>
        RejectedFileReader.Read(new RunFiles(folder, catalog).Rejected(run));

    private static RunReport Crashed(RunReport report) =>
        report with { State = RunState.Failed, Error = report.Error ?? EndedByCrash };

    private static FileLock? TakeLease(RunFiles files)
    {
        using var pause = new ManualResetEventSlim();
        for (var attempt = 1; ; attempt++)
        {
            if (FileLock.TryTake(files.Lease) is { } taken)
                return taken;
            if (attempt == LeaseAttempts)
                return null;
            pause.Wait(LeasePause);
        }
    }

    private static string Busy(string catalog, RunFiles files) =>
        files.ReadOwner() is { } owner
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"catalog '{catalog}' is busy: run {owner.Run} ({owner.Purpose}, process {owner.Process} on host {owner.Host}, since "
                + $"{owner.Started.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC) has it; wait until it ends, or stop that process")
            : $"catalog '{catalog}' is busy: another process is just beginning a run; try again in a moment";

    internal static T Guard<T>(RunFiles files, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception exception) when (DiskFull.Is(exception))
        {
            throw DiskFull.Explain(exception, files.Folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ReshelveException($"the run folder '{files.Folder}' cannot be used: {exception.Message}", exception);
        }
    }
}
