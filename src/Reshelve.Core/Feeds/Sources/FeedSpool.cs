using System.Globalization;
using System.Text.Json.Serialization;
using System.Text.Json;
using Reshelve.Files;

namespace Reshelve.Feeds;

/// <summary>A feed in the spool.</summary>
/// <param name="Files">Its files, in order.</param>
/// <param name="Identity">What it was received as.</param>
internal sealed record SpooledFeed(IReadOnlyList<string> Files, string? Identity);

/// <summary>
/// The folder of received feeds, which is also their archive: one folder <c>yyyyMMddTHHmmssfff</c> (UTC) per feed, with its files
/// as received and a note, <c>.received.json</c>. A feed is put together in a folder that ends in <c>.new</c> and appears by one
/// rename, so what is there is whole. After a power failure a rename may be undone; that costs a download, never a wrong feed.
/// </summary>
internal sealed class FeedSpool(string folder, TimeProvider time)
{
    /// <summary>The name of the note.</summary>
    public const string NoteName = ".received.json";

    private const string Stamp = "yyyyMMdd'T'HHmmssfff";
    private const string StagingSuffix = ".new";

    /// <summary>The folder.</summary>
    public string Folder => folder;

    /// <summary>
    /// The newest feed that has all its files with the lengths they were received with; null when there is none.
    /// </summary>
    public SpooledFeed? Newest() => Whole().FirstOrDefault();

    /// <summary>The feed of that identity, if it is still there.</summary>
    public SpooledFeed? Find(string identity) => Whole().FirstOrDefault(f => f.Identity == identity);

    /// <summary>The folders of all feeds but the newest, newest first.</summary>
    /// <param name="keep">How many of the newest are left out.</param>
    public IReadOnlyList<string> Beyond(int keep) => [.. Entries().Skip(keep)];

    /// <summary>
    /// Makes the folder that the next feed is put together in, and clears away what crashed runs left of theirs.
    /// </summary>
    public string Stage() => Guard(() =>
    {
        Directory.CreateDirectory(folder);
        foreach (var left in Directory.GetDirectories(folder, "*" + StagingSuffix))
        {
            if (IsStamp(Path.GetFileNameWithoutExtension(left)))
                Directory.Delete(left, recursive: true);
        }

        return Directory.CreateDirectory(Path.Combine(folder, NextStamp() + StagingSuffix)).FullName;
    });

    /// <summary>Removes a folder that will not become a feed.</summary>
    public void Abandon(string staging) => Guard(() => Directory.Delete(staging, recursive: true));

    /// <summary>Makes a file of a feed, and the folders on the way to it.</summary>
    public FileStream Create(string path) => Guard(() =>
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
    });

    /// <summary>
    /// Writes the note, makes the feed appear, and deletes all but the newest <paramref name="keep"/>, never this one.
    /// </summary>
    /// <returns>The feed as it now lies in the spool.</returns>
    public SpooledFeed Commit(string staging, string? identity, string description, int keep) => Guard(() =>
    {
        var files = Directory.EnumerateFiles(staging, "*", SearchOption.AllDirectories)
            .Select(f => new SpooledFile(Path.GetRelativePath(staging, f), new FileInfo(f).Length))
            .OrderBy(f => f.Name, StringComparer.Ordinal)
            .ToList();
        var note = new SpoolNote(identity, description, time.GetUtcNow(), files);
        var json = JsonSerializer.SerializeToUtf8Bytes(note, SpoolJson.Default.SpoolNote);
        DurableFile.Write(Path.Combine(staging, NoteName), json);
        var final = staging[..^StagingSuffix.Length];
        Directory.Move(staging, final);
        foreach (var old in Entries().Skip(Math.Max(keep, 1)).ToList())
            Directory.Delete(old, recursive: true);
        return new SpooledFeed([.. files.Select(f => Path.Combine(final, f.Name))], identity);
    });

    /// <summary>Does something to the spool; what the file system refuses becomes an error that an operator can act on.</summary>
    public T Guard<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw DiskProblem.Explain(e, folder);
        }
    }

    /// <inheritdoc cref="Guard{T}(Func{T})"/>
    public void Guard(Action action) => Guard(() =>
    {
        action();
        return true;
    });

    private IEnumerable<SpooledFeed> Whole() => Entries().Select(Read).OfType<SpooledFeed>();

    private List<string> Entries() => Guard(() => !Directory.Exists(folder)
        ? []
        : Directory.EnumerateDirectories(folder)
            .Where(d => IsStamp(Path.GetFileName(d)))
            .OrderDescending(StringComparer.Ordinal)
            .ToList());

    private static SpooledFeed? Read(string entry)
    {
        try
        {
            var note = JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(entry, NoteName)), SpoolJson.Default.SpoolNote);
            if (note?.Files is not { Count: > 0 } files || files.Any(f => f?.Name is null))
                return null;
            return files.All(f => new FileInfo(Path.Combine(entry, f.Name)) is { Exists: true } info && info.Length == f.Length)
                ? new SpooledFeed([.. files.Select(f => Path.Combine(entry, f.Name))], note.Identity)
                : null;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            // Someone tidied up by hand: what cannot be shown to be whole is not used again, and the feed is had from its source.
            return null;
        }
    }

    /// <summary>A name later than all others, also when the clock was set back or two feeds come within a millisecond.</summary>
    private string NextStamp()
    {
        var now = time.GetUtcNow().UtcDateTime;
        if (Entries().FirstOrDefault() is { } newest)
        {
            var next = DateTime.ParseExact(Path.GetFileName(newest), Stamp, CultureInfo.InvariantCulture).AddMilliseconds(1);
            if (now < next)
                now = next;
        }

        return now.ToString(Stamp, CultureInfo.InvariantCulture);
    }

    private static bool IsStamp(string name) =>
        DateTime.TryParseExact(name, Stamp, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
}

/// <summary>What is noted beside a spooled feed.</summary>
internal sealed record SpoolNote(string? Identity, string Description, DateTimeOffset Received, IReadOnlyList<SpooledFile> Files);

/// <summary>One file of a spooled feed.</summary>
internal sealed record SpooledFile(string Name, long Length);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(SpoolNote))]
[JsonSerializable(typeof(PartNote))]
internal sealed partial class SpoolJson : JsonSerializerContext;
