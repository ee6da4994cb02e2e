using System.Text;
using Reshelve.Embedded.Files;
using Reshelve.Embedded.Sqlite;
using Reshelve.Feeds;
using Reshelve.Files;

namespace Reshelve.Embedded.Indexing;

/// <summary>
/// The folder that holds one database file per backing index (<c>name.db</c>), and per alias a file with the name of the index
/// that it points at (<c>name.alias</c>). Promoting replaces that file by a rename. Who changes which files there are holds
/// <c>indexes.lock</c>.
/// </summary>
internal sealed class IndexFolder(string folder, TimeProvider time)
{
    /// <summary>In the names of files that hold a full text table while an index is filled.</summary>
    public const string Loading = ".loading-";

    private const string Creating = ".creating-";
    private const int MaxNameLength = 200;

    private static readonly TimeSpan AbandonedAfter = TimeSpan.FromHours(1);

    public string PathOf(string index) => Path.Combine(folder, CheckName(index, "index") + ".db");

    public bool Exists(string index) => File.Exists(PathOf(index));

    /// <summary>Waits for the right to change which files there are.</summary>
    public Task<FileLock> LockAsync(CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(folder);
            return FileLock.TakeAsync(Path.Combine(folder, "indexes.lock"), time, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ReshelveException($"the index folder '{folder}' cannot be written: {exception.Message}", exception);
        }
    }

    /// <summary>The index that an alias points at; null when it points at none.</summary>
    public string? Resolve(string alias)
    {
        try
        {
            var name = File.ReadAllText(AliasPath(alias)).Trim();
            return name.Length > 0 ? name : null;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public void Point(string alias, string index) => DurableFile.Write(AliasPath(alias), Encoding.UTF8.GetBytes(index + "\n"));

    /// <summary>The alias that points at an index; null when none does.</summary>
    public string? AliasOf(string index) =>
        Directory.EnumerateFiles(folder, "*.alias").Select(p => Path.GetFileNameWithoutExtension(p))
            .FirstOrDefault(alias => IsName(alias) && Resolve(alias) == index);

    /// <summary>The names of all indexes whose names may be an alias's; what they say of themselves decides.</summary>
    public IReadOnlyList<string> Candidates(string alias)
    {
        CheckName(alias, "alias");
        if (!Directory.Exists(folder))
            return [];
        return [.. Directory.EnumerateFiles(folder, alias + "_*.db").Select(p => Path.GetFileNameWithoutExtension(p))];
    }

    /// <summary>Makes an index's file: under another name until it is whole, so that no crash leaves half of one.</summary>
    public void Create(string index, IndexAbout about)
    {
        DeleteAbandoned();
        var path = PathOf(index);
        var temporary = path + Creating + Path.GetRandomFileName();
        try
        {
            using (var database = SqliteDatabase.Open(temporary, SqliteOpen.Create))
            {
                database.Execute("PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; BEGIN");
                database.Execute(new IndexLayout(about.Schema).CreateSql);
                about.Write(database);
                database.Execute("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
            }

            File.Move(temporary, path);
            DurableFile.FlushFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
        catch
        {
            Delete(temporary);
            throw;
        }
    }

    /// <summary>What an index's files take on disk.</summary>
    public long BytesOf(string index) =>
        Companions(PathOf(index)).Select(p => new FileInfo(p)).Where(f => f.Exists).Sum(f => f.Length);

    /// <summary>Deletes an index's files. Whoever has them open keeps what they held.</summary>
    public void Delete(string indexPath)
    {
        foreach (var path in Companions(indexPath))
            File.Delete(path);
        if (Directory.Exists(folder))
            DurableFile.FlushFolder(Path.GetDirectoryName(Path.GetFullPath(indexPath))!);
    }

    private static string CheckName(string name, string what) =>
        IsName(name)
            ? name
            : throw new ReshelveException($"'{name}' is no name for an {what}: use up to {MaxNameLength} letters, digits, '-' and '_'");

    private static bool IsName(string name) =>
        name.Length is > 0 and <= MaxNameLength && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    // The database first: without it, what is left of its log means nothing to anyone.
    private static string[] Companions(string path) => [path, path + "-wal", path + "-shm"];

    private string AliasPath(string alias) => Path.Combine(folder, CheckName(alias, "alias") + ".alias");

    // What a crash left of an index that was being made, and logs that a reader made for an index that was dropped at that
    // moment.
    private void DeleteAbandoned()
    {
        var before = (time.GetUtcNow() - AbandonedAfter).UtcDateTime;
        foreach (var path in new[] { Creating, Loading }.SelectMany(part => Directory.EnumerateFiles(folder, "*" + part + "*")).ToList())
        {
            if (File.GetLastWriteTimeUtc(path) < before)
                File.Delete(path);
        }

        foreach (var suffix in new[] { ".db-wal", ".db-shm" })
        {
            foreach (var path in Directory.EnumerateFiles(folder, "*_*" + suffix).ToList())
            {
                if (!File.Exists(path[..path.LastIndexOf('-')]))
                    File.Delete(path);
            }
        }
    }
}
