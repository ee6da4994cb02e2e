using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Reshelve.Files;
using Reshelve.Hashing;
using Reshelve.Running;

namespace Reshelve.Ledgers;

/// <summary>
/// The ledgers of one backing index: a folder with ledger files, one journal per ledger, and <c>current</c>, which names the
/// ledger that
/// counts. Replacing that name commits a ledger and starts its empty journal, in one rename.
/// </summary>
/// <param name="folder">The folder.</param>
/// <param name="lease">The lease of whoever changes it: one who lost it changes nothing.</param>
internal sealed class LedgerStore(string folder, ICatalogLease? lease = null)
{
    private const string CurrentName = "current";
    private const string EventsName = "events.journal";
    private const string ImagesName = "images.db";
    private const string DamagedName = "damaged";
    private const int MostNameBytes = 64;

    private string CurrentPath => Path.Combine(folder, CurrentName);

    /// <summary>
    /// The file name of the ledger that counts, or null before the first. Where that is damaged, a name that no ledger has: whoever opens
    /// it or needs its number is told, and a restored ledger or another index can take its place.
    /// </summary>
    public string? Current => !File.Exists(CurrentPath) ? null : ReadCurrent() is var name && TrySequenceOf(name) is not null ? name : DamagedName;

    /// <summary>The sequence number of the ledger that counts: the run that wrote it, or the last event folded into it; 0 before the first.</summary>
    /// <exception cref="LedgerDamagedException">Nothing says which ledger counts.</exception>
    public long Sequence => Current is not { } name ? 0 : TrySequenceOf(name) ?? throw Damaged();

    /// <summary>The same; null where nothing says which ledger counts.</summary>
    public long? TrySequence() => Current is not { } name ? 0 : TrySequenceOf(name);

    /// <summary>The image ledger: which documents of the index refer to which pictures. Its database may have files beside it.</summary>
    public string ImagesPath => Path.Combine(folder, ImagesName);

    /// <summary>The journal of the single documents written to the index.</summary>
    public string EventsPath => Path.Combine(folder, EventsName);

    /// <summary>Opens the ledger that counts; an empty one before the first, with a new seed unless one is given.</summary>
    public Ledger Open(byte[]? seed = null) => Current is { } name
        ? Ledger.Open(Path.Combine(folder, name == DamagedName ? throw Damaged() : name))
        : Ledger.Empty(seed ?? RandomNumberGenerator.GetBytes(KeyedHash.SeedBytes));

    /// <summary>Since when which records of the ledger that counts are missing in the feed.</summary>
    public MissingRecords OpenMissing(out bool isDamaged)
    {
        isDamaged = Current == DamagedName;
        return !isDamaged && Current is { } name ? MissingRecords.Read(Path.Combine(folder, MissingOf(name)), out isDamaged) : MissingRecords.None;
    }

    /// <summary>Opens the journal of the ledger that counts.</summary>
    public Journal OpenJournal()
    {
        using var held = lease?.EnsureHeld();
        DurableFile.CreateFolder(folder);
        return Journal.Open(Path.Combine(folder, (Current ?? "empty") + ".journal"), lease);
    }

    /// <summary>The file name that the ledger of a run gets.</summary>
    public static string NameOf(long run) => $"{run:D12}.ledger";

    /// <summary>Makes the folder, so that files can be put in it.</summary>
    public void CreateFolder() => DurableFile.CreateFolder(folder);

    /// <summary>Makes a finished ledger file the one that counts, and deletes what it replaces.</summary>
    /// <param name="preparedPath">The ledger.</param>
    /// <param name="run">The run that it gets its name from.</param>
    /// <param name="preparedMissing">Which records are missing by it; null or no such file: the same as by the ledger before.</param>
    public void Commit(string preparedPath, long run, string? preparedMissing = null)
    {
        using var held = lease?.EnsureHeld();
        DurableFile.CreateFolder(folder);
        var name = NameOf(run);
        if (Current != name)
            CommitMissing(preparedMissing, MissingOf(name));
        // A crash may have come between the two renames: then the first is done.
        if (File.Exists(preparedPath) || !File.Exists(Path.Combine(folder, name)))
        {
            DurableFile.Flush(preparedPath);
            DurableFile.Move(preparedPath, Path.Combine(folder, name));
        }

        DurableFile.Write(CurrentPath, Encoding.ASCII.GetBytes(name));
        DeleteReplaced();
    }

    /// <summary>The path of a file beside the ledgers; it is deleted with the next commit.</summary>
    public string PathOf(string name) => Path.Combine(folder, name);

    /// <summary>What it takes on disk.</summary>
    public long Bytes => Directory.Exists(folder) ? new DirectoryInfo(folder).EnumerateFiles().Sum(file => file.Length) : 0;

    /// <summary>Deletes all of it.</summary>
    public void Delete()
    {
        using var held = lease?.EnsureHeld();
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    /// <summary>The file is read only as far as a name goes, and shown nowhere: whatever it was overwritten with may be large, or anything.</summary>
    private string ReadCurrent()
    {
        var bytes = new byte[MostNameBytes];
        using var file = new FileStream(CurrentPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        return Encoding.ASCII.GetString(bytes, 0, file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)).Trim();
    }

    private LedgerDamagedException Damaged() => LedgerFormat.Damaged(CurrentPath, "it does not name a ledger");

    private static long? TrySequenceOf(string name) =>
        name.EndsWith(".ledger", StringComparison.Ordinal) &&
        long.TryParse(name.AsSpan(0, name.Length - ".ledger".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            ? sequence
            : null;

    private static string MissingOf(string ledger) => ledger + ".missing";

    /// <summary>Puts the companion in its place; it counts as soon as its ledger does.</summary>
    private void CommitMissing(string? prepared, string name)
    {
        var path = Path.Combine(folder, name);
        if (File.Exists(prepared))
        {
            DurableFile.Move(prepared, path);
            return;
        }

        // A crash may have come behind that move; then it is there.
        if (Current is { } current && Path.Combine(folder, MissingOf(current)) is var former && File.Exists(former) && !File.Exists(path))
            DurableFile.Write(path, File.ReadAllBytes(former));
    }

    private void DeleteReplaced()
    {
        var current = Current!;
        string? baseName;
        using (var ledger = Ledger.Open(Path.Combine(folder, current)))
            baseName = ledger.BaseName;
        foreach (var path in Directory.EnumerateFiles(folder))
        {
            var name = Path.GetFileName(path);
            if (name is not (CurrentName or EventsName) && !name.StartsWith(ImagesName, StringComparison.Ordinal) && name != current && name != baseName && name != current + ".journal" && name != MissingOf(current))
                File.Delete(path);
        }
    }
}
