using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Reshelve.Embedded.Indexing;
using Reshelve.Embedded.Sqlite;

namespace Reshelve.Embedded.Words;

/// <summary>
/// Makes the full text table of an index that is being filled, in a file of its own and on a thread of its own: splitting text into
/// words costs as much as all else that a first sync does. In the end its tables are copied over as they are. Whatever
/// befalls it, the documents have it all, and the table is made from them.
/// </summary>
internal sealed class WordLoader : IDisposable
{
    // Batches that wait: each some megabytes.
    private const int MaxWaiting = 2;

    private readonly string _path;
    private readonly IndexLayout _layout;
    private readonly BlockingCollection<WordBatch> _waiting = new(MaxWaiting);
    private readonly Task _work;
    private volatile bool _failed;
    private volatile ExceptionDispatchInfo? _unexpected;

    /// <param name="indexPath">The index that it is for.</param>
    /// <param name="layout">Its layout.</param>
    public WordLoader(string indexPath, IndexLayout layout)
    {
        _path = indexPath + IndexFolder.Loading + Path.GetRandomFileName();
        _layout = layout;
        _work = Task.Factory.StartNew(Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Takes a batch that was committed; waits while too many wait already.</summary>
    public void Add(WordBatch batch)
    {
        _unexpected?.Throw();
        _waiting.Add(batch);
    }

    /// <summary>Finishes the table; gives its file, or null when it could not be made.</summary>
    public string? Finish()
    {
        _waiting.CompleteAdding();
        _work.GetAwaiter().GetResult();
        _unexpected?.Throw();
        return _failed || !File.Exists(_path) ? null : _path;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _failed = true;
        _waiting.CompleteAdding();
        _work.GetAwaiter().GetResult();
        _waiting.Dispose();
        File.Delete(_path);
    }

    private void Work()
    {
        try
        {
            using var database = SqliteDatabase.Open(_path, SqliteOpen.Create);

            // A crash leaves nothing of worth here, so nothing is made safe against it.
            database.Execute("PRAGMA page_size=8192; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE");
            database.Execute(_layout.CreateWordsSql + _layout.LoadWordsSql + "BEGIN");
            foreach (var batch in _waiting.GetConsumingEnumerable())
            {
                if (!_failed)
                    Put(database, batch);
            }

            if (!_failed)
                database.Execute("COMMIT; INSERT INTO words(words) VALUES('optimize')");
        }
        catch (Exception failure)
        {
            // A full disk, most likely; what writes the index itself will tell. Anything else is a mistake, and is thrown to whoever comes next.
            if (failure is not (SqliteException or IOException or UnauthorizedAccessException))
                _unexpected = ExceptionDispatchInfo.Capture(failure);
            _failed = true;
            foreach (var _ in _waiting.GetConsumingEnumerable())
            {
            }
        }
    }

    private unsafe void Put(SqliteDatabase database, WordBatch batch)
    {
        var insert = database.Prepare(_layout.InsertWordsSql);
        var delete = database.Prepare(_layout.DeleteWordsSql);
        var columns = _layout.TextFields.Count;
        fixed (byte* pinned = batch.Bytes)
        {
            var (at, length) = (0, 0);
            foreach (var (number, isDeleted) in batch.Entries)
            {
                var statement = isDeleted ? delete : insert;
                statement.Bind(1, number);
                for (var column = 0; column < columns; column++)
                {
                    statement.BindPinnedText(2 + column, batch.Bytes.Slice(at, batch.Lengths[length]));
                    at += batch.Lengths[length++];
                }

                statement.Run();
            }
        }

        insert.Reset();
        delete.Reset();
    }
}
