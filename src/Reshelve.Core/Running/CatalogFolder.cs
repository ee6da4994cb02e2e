using System.Text.Json;
using Reshelve.Files;
using Reshelve.Ledgers;

namespace Reshelve.Running;

/// <summary>Where a catalog's files are below the data folder.</summary>
/// <param name="dataFolder">The data folder.</param>
/// <param name="catalog">The catalog.</param>
/// <param name="lease">The lease of whoever changes them: one who lost it changes nothing. Null for those who only read.</param>
internal sealed partial class CatalogFolder(string dataFolder, string catalog, ICatalogLease? lease = null)
{
    private readonly string _root = Path.Combine(dataFolder, "catalogs", catalog);

    /// <summary>What comes over the network, and the archive.</summary>
    public string Spool => Path.Combine(_root, "spool");

    private string Plans => Path.Combine(_root, "plans");

    private string Ledgers => Path.Combine(_root, "ledgers");

    /// <summary>Which backing indexes are ours.</summary>
    public string RegistryPath => Path.Combine(_root, "indexes.json");

    private string AppliedPath => Path.Combine(_root, "applied.json");

    private string ApplyingPath => Path.Combine(_root, "applying.json");

    /// <summary>Makes sure that the lease is still held, and stays so until the result is disposed.</summary>
    /// <exception cref="LeaseLostException">Another run has taken the catalog over.</exception>
    public IDisposable? Hold() => lease?.EnsureHeld();

    /// <summary>The ledgers of a backing index.</summary>
    public LedgerStore LedgersOf(string index) => new(Path.Combine(Ledgers, index), lease);

    /// <summary>Backing indexes that have ledgers.</summary>
    public IEnumerable<string> IndexesWithLedgers() =>
        Directory.Exists(Ledgers) ? Directory.EnumerateDirectories(Ledgers).Select(path => Path.GetFileName(path)) : [];

    /// <summary>The folder of a run's plan.</summary>
    public string PlanOf(long run) => Path.Combine(Plans, $"{run:D12}");

    /// <summary>
    /// Makes an empty folder for a run's plan, and deletes those of earlier runs, which no longer count; unless one of them is
    /// still to
    /// be finished, or waits for approval: it does until the new plan is whole.
    /// </summary>
    public string CreatePlan(long run)
    {
        using var held = Hold();
        if (!File.Exists(ApplyingPath))
            DeletePlansBefore(run);
        var folder = PlanOf(run);
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        return folder;
    }

    /// <summary>
    /// Deletes the folder of a plan that came to nothing: on a disk that is full, the next run needs the space.
    /// </summary>
    public static void DeletePlan(string planFolder) => Directory.Delete(planFolder, recursive: true);

    /// <summary>Deletes the change batches of an applied plan; its manifest stays until the next plan, as do removals that wait.</summary>
    public static void DeleteBatches(string planFolder)
    {
        foreach (var path in Directory.EnumerateFiles(planFolder))
        {
            var name = Path.GetFileName(path);
            if (name != Planning.PlanManifest.FileName && !name.StartsWith(Planning.PlanManifest.HeldRemovalsPrefix, StringComparison.Ordinal))
                File.Delete(path);
        }
    }

    /// <summary>Which plan waits for approval; null when none does.</summary>
    public HeldNote? ReadHeld() => HeldNote.Read(_root);

    /// <summary>Notes that a plan waits for approval, in the place of an earlier one; from here on it is on the disk for good.</summary>
    public void WriteHeld(HeldNote held)
    {
        using var kept = Hold();
        var planFolder = PlanOf(held.Run);
        foreach (var path in Directory.EnumerateFiles(planFolder))
            DurableFile.Flush(path);
        DurableFile.FlushFolder(planFolder);
        DurableFile.FlushFolder(Plans);
        var before = ReadHeld();
        held.Write(_root);
        if (before is not null && before.Run != held.Run)
            DeletePlanOf(before.Run);
    }

    /// <summary>Notes that no plan waits for approval, and deletes the one that did.</summary>
    public void DeleteHeld()
    {
        using var kept = Hold();
        if (ReadHeld() is not { } held)
            return;
        HeldNote.Delete(_root);
        DeletePlanOf(held.Run);
    }

    /// <summary>Notes that a plan waits for approval no longer, as it was applied.</summary>
    public void EndHeld()
    {
        using var kept = Hold();
        HeldNote.Delete(_root);
    }

    /// <summary>What the next feed is compared with.</summary>
    public CatalogHistory ReadHistory() => CatalogHistory.Read(_root);

    /// <summary>Keeps what the next feed is compared with.</summary>
    public void WriteHistory(CatalogHistory history)
    {
        using var held = Hold();
        history.Write(_root);
    }

    /// <summary>What the index holds, or null before the first complete run.</summary>
    public AppliedFeed? ReadApplied() => Read(AppliedPath, CatalogNotes.ReadApplied);

    /// <summary>Notes what the index holds.</summary>
    public void WriteApplied(AppliedFeed applied)
    {
        using var held = Hold();
        Directory.CreateDirectory(_root);
        DurableFile.Write(AppliedPath, CatalogNotes.Write(applied));
    }

    /// <summary>Forgets which feed the index holds: the next one is compared in any case.</summary>
    public void DeleteApplied()
    {
        using var held = Hold();
        File.Delete(AppliedPath);
    }

    /// <summary>
    /// Has the feed that was applied last compared again, with an index that may not hold it. It stays known: what was put since is newer.
    /// </summary>
    public void CompareAppliedAgain(string index)
    {
        using var held = Hold();
        try
        {
            if (ReadApplied() is { } applied)
                WriteApplied(applied with { Index = index, IsPartial = true });
        }
        catch (Feeds.ReshelveException)
        {
            DeleteApplied();
        }
    }

    /// <summary>What a folder takes on disk.</summary>
    public static long BytesOf(string path) =>
        new DirectoryInfo(path).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);

    /// <summary>The runs that have a plan folder.</summary>
    public IEnumerable<long> RunsWithPlans() => !Directory.Exists(Plans) ? [] :
        Directory.EnumerateDirectories(Plans).Select(path => long.TryParse(Path.GetFileName(path), out var run) ? run : 0).Where(run => run > 0).Order();

    private void DeletePlanOf(long run)
    {
        // What is being applied, or is to be finished, is never deleted.
        if (!File.Exists(ApplyingPath) && Directory.Exists(PlanOf(run)))
            Directory.Delete(PlanOf(run), recursive: true);
    }

    private void DeletePlansBefore(long run)
    {
        if (!Directory.Exists(Plans))
            return;
        var held = ReadHeld()?.Run;
        foreach (var path in Directory.EnumerateDirectories(Plans))
        {
            if (long.TryParse(Path.GetFileName(path), out var number) && number < run && number != held)
                Directory.Delete(path, recursive: true);
        }
    }

    private static T? Read<T>(string path, Func<JsonElement, T> read)
        where T : class
    {
        if (!File.Exists(path))
            return null;
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return read(document.RootElement);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new Feeds.ReshelveException($"{path} is damaged ({error.Message}); run the sync with --rebuild to start from the feed", error);
        }
    }
}
