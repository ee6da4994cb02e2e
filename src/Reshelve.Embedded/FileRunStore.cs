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
/// process that has it) and whose it is (<c>lease.json</c>, with a heartbeat); three locks held for moments (<c>events.lock</c>,
/// <c>guard.lock</c>, <c>sequence.lock</c>, to be taken in this order).
/// </summary>
/// <param name="folder">The data folder; made when it is needed.</param>
/// <param name="time">The clock.</param>
/// <param name="terms">How long the owner of a lease may be silent.</param>
public sealed class FileRunStore(string folder, TimeProvider time, LeaseTerms? terms = null) : IRunStore
{
    /// <summary>The runs that are kept per catalog; older ones go when a new one begins.</summary>
    public const int KeptRuns = 1000;

    private const string EndedByCrash = "the process ended without finishing";

    // List looks whether the lease is free by taking it for a moment, which must not turn a run away.
    private const int LeaseAttempts = 6;
    private static readonly TimeSpan LeasePause = TimeSpan.FromMilliseconds(20);

    private readonly LeaseTerms _terms = terms ?? new LeaseTerms();

    /// <inheritdoc/>
    public ICatalogLease Acquire(string catalog, string purpose)
    {
        var files = new RunFiles(folder, catalog);
        return Guard(files, () =>
        {
            Directory.CreateDirectory(files.Folder);
            var lease = TakeLease(catalog, purpose, files) ?? throw new CatalogBusyException(Busy(catalog, files));
            try
            {
                files.Prune(KeptRuns);
                return lease;
            }
            catch
            {
                lease.Dispose();
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
    public void NumberAbove(string catalog, long sequence)
    {
        var files = new RunFiles(folder, catalog);
        Guard(files, () =>
        {
            Directory.CreateDirectory(files.Folder);
            files.NumberAbove(sequence);
            return true;
        });
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

    private CatalogLease? TakeLease(string catalog, string purpose, RunFiles files)
    {
        using var pause = new ManualResetEventSlim();
        for (var attempt = 1; ; attempt++)
        {
            using (FileLock.Take(files.Guard))
            {
                if (FileLock.TryTake(files.Lease) is { } taken)
                    return Own(catalog, purpose, files, taken, () => null);
                if (files.ReadOwner() is { } owner && owner.IsSilent(time.GetUtcNow(), _terms.Expiry))
                    return TakeOver(catalog, purpose, files, owner);
            }

            if (attempt == LeaseAttempts)
                return null;
            pause.Wait(LeasePause);
        }
    }

    /// <summary>
    /// Takes the lease from an owner that may be suspended, and has the lock for as long as it lives. What it has locked is a file, not a
    /// name: another one takes its place, locked already. From the moment that our name is written the former owner has lost the lease.
    /// </summary>
    private CatalogLease? TakeOver(string catalog, string purpose, RunFiles files, LeaseOwner former)
    {
        // Windows does not let a file be replaced that is open: there, the former owner has to be stopped.
        if (OperatingSystem.IsWindows() || FileLock.TryTake(files.NextLease) is not { } taken)
            return null;
        return Own(catalog, purpose, files, taken, () =>
        {
            File.Move(files.NextLease, files.Lease, overwrite: true);
            return $"{former.Describe()} gave no sign of life for {Silence(former)} seconds: the catalog was taken over from it";
        });
    }

    private CatalogLease Own(string catalog, string purpose, RunFiles files, FileLock taken, Func<string?> takeOver)
    {
        try
        {
            // The number first: nothing is taken from anybody on a disk that is full.
            var run = files.TakeNumber();
            var takenFrom = takeOver();
            var now = time.GetUtcNow();
            var owner = new LeaseOwner(Environment.ProcessId, Environment.MachineName, purpose, run, now, now);
            files.WriteOwner(owner);
            return new CatalogLease(catalog, files, owner, taken, _terms, time) { TakenFrom = takenFrom };
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    private string Silence(LeaseOwner owner) =>
        (time.GetUtcNow() - owner.Heartbeat.GetValueOrDefault()).TotalSeconds.ToString("0", CultureInfo.InvariantCulture);

    private string Busy(string catalog, RunFiles files)
    {
        if (files.ReadOwner() is not { } owner)
            return $"catalog '{catalog}' is busy: another process is just beginning a run; try again in a moment";
        var silent = owner.IsSilent(time.GetUtcNow(), _terms.Heartbeat * 3)
            ? string.Create(
                CultureInfo.InvariantCulture,
                $" It has given no sign of life for {Silence(owner)} seconds; after {_terms.Expiry.TotalSeconds:0} whoever asks next gets the catalog.")
            : "";
        return $"catalog '{catalog}' is busy: {owner.Describe()} has it; wait until it ends, or stop that process.{silent}";
    }

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
