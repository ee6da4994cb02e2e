using System.Globalization;
using System.Text.Json;
using System.Text;
using Reshelve.Embedded.Files;
using Reshelve.Feeds;
using Reshelve.Files;
using Reshelve.Running;

namespace Reshelve.Embedded.Running;

/// <summary>The files of one catalog's runs.</summary>
internal sealed class RunFiles
{
    // Above what can have been given out since the newest report.
    private const long LostNumbers = 1_000_000;

    private const string Prefix = "run-";
    private const string ReportSuffix = ".json";
    private const string RejectedSuffix = ".rejected.jsonl";

    public RunFiles(string folder, string catalog)
    {
        var valid = catalog.Length is > 0 and <= 200 && catalog.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
        if (!valid)
            throw new ReshelveException($"'{catalog}' is no name for a catalog: use letters, digits, '-' and '_'");
        Folder = Path.Combine(folder, catalog, "runs");
    }

    public string Folder { get; }

    public string Lease => Path.Combine(Folder, "lease.lock");

    /// <summary>What takes the place of <see cref="Lease"/> when the lease is taken from a silent owner.</summary>
    public string NextLease => Path.Combine(Folder, "lease.lock.next");

    /// <summary>Held for moments by those who take the lease, and by its owner while nobody may take it.</summary>
    public string Guard => Path.Combine(Folder, "guard.lock");

    public string Events => Path.Combine(Folder, "events.lock");

    private string Owner => Path.Combine(Folder, "lease.json");

    private string Sequence => Path.Combine(Folder, "sequence");

    public string Report(long run) => Path.Combine(Folder, Name(run) + ReportSuffix);

    public string Rejected(long run) => Path.Combine(Folder, Name(run) + RejectedSuffix);

    /// <summary>The numbers of all runs of which there is a report.</summary>
    public IEnumerable<long> Runs()
    {
        if (!Directory.Exists(Folder))
            yield break;
        foreach (var path in Directory.EnumerateFiles(Folder, Prefix + "*" + ReportSuffix))
        {
            var digits = Path.GetFileName(path.AsSpan())[Prefix.Length..^ReportSuffix.Length];
            if (long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var run))
                yield return run;
        }
    }

    /// <summary>Gives out the next number: larger than any before, also if what says so is damaged.</summary>
    public long TakeNumber()
    {
        using var turn = FileLock.Take(Path.Combine(Folder, "sequence.lock"));
        return Note(NextSequence());
    }

    // What was removed since that number was given has a higher one, which no document shows.
    public void NumberAbove(long sequence)
    {
        using var turn = FileLock.Take(Path.Combine(Folder, "sequence.lock"));
        if (NextSequence() <= sequence)
            Note(sequence + LostNumbers);
    }

    private long Note(long number)
    {
        DurableFile.Write(Sequence, Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture) + "\n"));
        return number;
    }

    // Here and in Prune there is no LINQ: over numbers it is compiled while the program runs, 30 methods at each start.
    private long NextSequence()
    {
        long reported = 0;
        foreach (var run in Runs())
            reported = Math.Max(reported, run);
        if (!File.Exists(Sequence))
            return reported + (reported > 0 ? LostNumbers : 1);
        // Lost or damaged: single documents have taken numbers since the last report, and a run below them could not write over them.
        // The line's end says that nothing is cut off.
        var text = File.ReadAllText(Sequence);
        var isSound = text.Length > 1 && text[^1] == '\n' && !text.AsSpan()[..^1].ContainsAnyExceptInRange('0', '9');
        return isSound && long.TryParse(text, NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var last)
            ? Math.Max(last, reported) + 1
            : reported + LostNumbers;
    }

    // Its process has the lock, and not after a power cut: then nobody asks.
    public void WriteOwner(LeaseOwner owner) =>
        DurableFile.WriteUnflushed(Owner, RunJson.Write(owner));

    public void DeleteOwner() => File.Delete(Owner);

    /// <summary>Whose the lease was last; a process that died leaves this behind.</summary>
    public LeaseOwner? ReadOwner() => Read(Owner, RunJson.ReadOwner);

    /// <summary>Whose the lease is, to be asked under the guard; null when nobody's name is there, or none that can be read.</summary>
    /// <exception cref="IOException">What is there could not be read at this moment.</exception>
    public LeaseOwner? ReadOwnerNow()
    {
        try
        {
            return RunJson.ReadOwner(File.ReadAllBytes(Owner));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException or JsonException
            or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Whose the lease is now; null when it is free.</summary>
    public LeaseOwner? CurrentOwner()
    {
        if (!File.Exists(Lease))
            return null;
        try
        {
            using var free = FileLock.TryTake(Lease);
            return free is null ? ReadOwner() : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Someone who may only look cannot find out; who begins a run writes this, and who ends one takes it away.
            return ReadOwner();
        }
    }

    /// <summary>A run's report; null when there is none that can be read.</summary>
    public RunReport? ReadReport(long run) => Read(Report(run), RunJson.ReadReport);

    /// <summary>Deletes what belongs to all but the newest runs.</summary>
    public void Prune(int kept)
    {
        var runs = new List<long>(Runs());
        runs.Sort();
        for (var i = 0; i < runs.Count - kept; i++)
        {
            // The report last: as long as it is there, the next pruning finds the rest.
            File.Delete(Rejected(runs[i]));
            File.Delete(Report(runs[i]));
        }
    }

    private static string Name(long run) => Prefix + run.ToString("D12", CultureInfo.InvariantCulture);

    private static T? Read<T>(string path, Func<byte[], T> parse)
        where T : class
    {
        try
        {
            return parse(File.ReadAllBytes(path));
        }
        catch (Exception exception) when (exception is IOException or JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            // Pruned at this moment, or damaged: one report less must not hide the others.
            return null;
        }
    }
}
