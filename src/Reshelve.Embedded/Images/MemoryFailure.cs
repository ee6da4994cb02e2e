using Reshelve.Embedded.Sqlite;
using Reshelve.Feeds;

namespace Reshelve.Embedded.Images;

/// <summary>Puts what SQLite refused into words that say what to do.</summary>
internal static class MemoryFailure
{
    public static ReshelveException Explain(SqliteException failure, MemoryLayout layout, string path)
    {
        var problem = failure.Error switch
        {
            SqliteError.Full => $"the disk is full: {layout.Name} '{path}' could not be written; free some space and run again",
            SqliteError.Corrupt or SqliteError.NotADatabase => $"{layout.Name} '{path}' is damaged. {Delete(layout, path)}",
            SqliteError.ReadOnly => $"{layout.Name} '{path}' cannot be written: make it and its folder writable",
            SqliteError.CannotOpen => $"{layout.Name} '{path}' cannot be opened: check who may read and write it and its folder",
            SqliteError.Busy or SqliteError.Locked =>
                $"another process has been writing to {layout.Name} '{path}' for over a minute; wait for it, or see: fuser '{path}'",
            SqliteError.InputOutput => $"the disk failed while {layout.Name} '{path}' was read or written",
            SqliteError.TooBig => $"something is too large for {layout.Name} '{path}'",
            _ => $"{layout.Name} '{path}' failed",
        };
        return new ReshelveException($"{problem} (SQLite: {failure.Message}, code {failure.Code})", failure);
    }

    public static ReshelveException OtherFormat(long format, MemoryLayout layout, string path) => new(
        $"{layout.Name} '{path}' has layout {format}, and this program uses layout {layout.Format}: use the program that wrote it, or give this one "
        + $"a new file. {Delete(layout, path)}");

    public static ReshelveException NotOurs(MemoryLayout layout, string path) =>
        new($"'{path}' is a database, but not {layout.Name} of this program: it is left alone; move it elsewhere");

    // Its log goes with it: what is left of one must not be taken for that of the next file.
    private static string Delete(MemoryLayout layout, string path) =>
        $"While nothing else runs, delete it and, where they exist, '{path}-wal' and '{path}-shm': {layout.WayOut}";
}
