using Reshelve.Embedded.Sqlite;
using Reshelve.Feeds;

namespace Reshelve.Embedded.Indexing;

/// <summary>Puts what SQLite refused into words that say what to do.</summary>
internal static class StorageFailure
{
    public static ReshelveException Explain(SqliteException failure, string index, string path)
    {
        var problem = failure.Error switch
        {
            SqliteError.Full => $"the disk is full: the index '{index}' could not be written to '{path}'{Reshelve.Files.DiskFull.Free(Path.GetDirectoryName(path)!)}; free some space and run again",
            SqliteError.Corrupt or SqliteError.NotADatabase =>
                $"the index file '{path}' is damaged; move it away and sync the catalog again to rebuild it",
            SqliteError.ReadOnly => $"the index file '{path}' cannot be written: make it and its folder writable",
            SqliteError.CannotOpen => $"the index file '{path}' cannot be opened: check that it exists and who may read it",
            SqliteError.Busy or SqliteError.Locked =>
                $"another process has been writing to the index '{index}' for over a minute; wait for it, or see: fuser '{path}'",
            SqliteError.InputOutput => $"the disk failed while the index file '{path}' was read or written",
            SqliteError.TooBig => $"a document is too large for the index '{index}'",
            _ => $"the index '{index}' in '{path}' failed",
        };
        return new ReshelveException($"{problem} (SQLite: {failure.Message}, code {failure.Code})", failure);
    }
}
