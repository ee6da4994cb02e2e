using Reshelve.Embedded.Sqlite;
using Reshelve.Embedded.Words;
using Reshelve.Feeds;
using Reshelve.Indexing;
using Reshelve.Planning;

namespace Reshelve.Embedded.Indexing;

/// <summary>
/// The connection through which one process writes to one backing index. Batches of this process queue here, those of others at
/// SQLite's
/// own lock; searches wait for neither.
/// </summary>
internal sealed class IndexWriter(string index, string path, TimeProvider time) : IAsyncDisposable
{
    // The name by which a full text table that was made apart is attached.
    private const string Apart = "apart";

    // Tombstones fence out runs that began before the removal; none lives for a week.
    private static readonly TimeSpan TombstoneLife = TimeSpan.FromDays(7);

    // Whoever keeps columns in memory and is farther behind reads all anew.
    private const long VersionsKept = 100;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private SqliteDatabase? _database;
    private BatchWriter? _batches;
    private WordLoader? _loader;
    private bool _disposed;

    public async Task<IReadOnlyList<ItemResult>> WriteAsync(
        IReadOnlyList<Change> batch, long sequence, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => Write(batch, sequence), CancellationToken.None);
        }
        finally
        {
            _turn.Release();
        }
    }

    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await Task.Run(Refresh, CancellationToken.None);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>
    /// Marks the index as dropped, for those that have it open, and brings its log into the file, which then stands alone.
    /// </summary>
    public async Task DropAsync()
    {
        await _turn.WaitAsync(CancellationToken.None);
        try
        {
            Close();

            // Not as a transaction like the others: those refuse an index that a crash left half dropped.
            Guard(() =>
            {
                MarkDropped();
                return true;
            });
        }
        catch (ReshelveException failure) when (failure.InnerException is SqliteException { Error: SqliteError.Full })
        {
            // The file goes nevertheless: it may be what the disk is full of. Who has it open reads it a moment longer.
        }
        finally
        {
            Close();
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // The turn itself is not disposed: whoever waits for it is to be told that the engine is gone.
        await _turn.WaitAsync(CancellationToken.None);
        _disposed = true;
        Close();
        _turn.Release();
    }

    // Of whatever format the index is.
    private void MarkDropped()
    {
        if (!File.Exists(path))
            throw NotThere();
        using var database = SqliteDatabase.Open(path, SqliteOpen.Existing);
        IndexAbout.CheckOurs(database, path);
        database.Execute("UPDATE state SET dropped = 1; PRAGMA wal_checkpoint(PASSIVE)");
    }

    private ReshelveException NotThere() => new($"there is no index '{index}' (looked for '{path}'); create it first");

    private T Transact<T>(Func<T> work) => Guard(() =>
    {
        var database = Open();
        database.Execute("BEGIN IMMEDIATE");
        try
        {
            // A file that another process dropped can still be written here, and nobody would ever read it.
            if (database.Prepare("SELECT dropped FROM state").Scalar() != 0)
                throw new ReshelveException($"the index '{index}' was dropped");
            var result = work();
            database.Execute("COMMIT");
            return result;
        }
        catch
        {
            database.Rollback();
            throw;
        }
    });

    // Never waits for readers; what they still need stays in the log.
    private void Checkpoint() => Guard(() =>
    {
        Open().Execute("PRAGMA wal_checkpoint(PASSIVE)");
        return true;
    });

    private T Guard<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception exception)
        {
            // Whatever went wrong, the next batch begins with a connection that knows nothing of it.
            Close();
            if (exception is SqliteException failure)
                throw StorageFailure.Explain(failure, index, path);
            throw;
        }
    }

    private IReadOnlyList<ItemResult> Write(IReadOnlyList<Change> batch, long sequence)
    {
        var results = Transact(() => _batches!.Write(batch, sequence, time.GetUtcNow()));
        if (_batches!.Words is { } words)
            (_loader ??= new WordLoader(path, _batches.Layout)).Add(words);
        else
            DropLoader();
        return results;
    }

    private void Refresh()
    {
        if (Guard(() => Open() is not null && _batches!.IsLoading))
            LoadWords();
        Transact(() =>
        {
            var open = Open();
            var oldest = (time.GetUtcNow() - TombstoneLife).ToUnixTimeSeconds();
            var prune = open.Prepare("DELETE FROM removed WHERE at < ?").Bind(1, oldest);
            prune.Run();
            open.Prepare("DELETE FROM touched WHERE version <= (SELECT version FROM state) - ?").Bind(1, VersionsKept).Run();
            if (_batches!.Layout.TextFields.Count > 0)
                open.Execute("INSERT INTO words(words, rank) VALUES('merge', 1000)");
            return true;
        });
        Checkpoint();
    }

    // The index is filled: now it gets its full text table, as it was made apart or else from the documents.
    private void LoadWords()
    {
        var layout = _batches!.Layout;
        var ready = layout.TextFields.Count > 0 && !_batches.OthersWrote ? _loader?.Finish() : null;
        if (ready is not null)
            Guard(() => Open().Prepare($"ATTACH ? AS {Apart}").Bind(1, ready).Scalar());
        Transact(() =>
        {
            var database = Open();
            if (ready is not null)
                database.Execute(IndexLayout.TakeWordsSql(Apart));
            else if (layout.TextFields.Count > 0)
                FillWords(database, layout);
            database.Execute("UPDATE state SET loading = 0");
            return true;
        });

        // Also lets FTS5 forget the empty table that it knew.
        Close();
    }

    private void FillWords(SqliteDatabase database, IndexLayout layout)
    {
        database.Execute(layout.LoadWordsSql);
        _batches!.FillWords();
        database.Execute("INSERT INTO words(words) VALUES('optimize');" + layout.KeepWordsSql);
    }

    private void DropLoader()
    {
        _loader?.Dispose();
        _loader = null;
    }

    private SqliteDatabase Open()
    {
        if (_database is not null)
            return _database;
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!File.Exists(path))
            throw NotThere();
        var database = SqliteDatabase.Open(path, SqliteOpen.Existing);
        try
        {
            // FULL: a commit returns when its log is on the disk, so that it survives a crash of the machine. The log is
            // brought into
            // the file every 16,000 pages rather than every 1,000, since a batch of random documents touches many.
            database.Execute("PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=16000");
            database.Execute("PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-65536");
            var layout = new IndexLayout(IndexAbout.Read(database, path).Schema);
            _batches = new BatchWriter(database, layout);
        }
        catch
        {
            database.Dispose();
            throw;
        }

        return _database = database;
    }

    private void Close()
    {
        _batches = null;
        _database?.Dispose();
        _database = null;
        DropLoader();
    }
}
