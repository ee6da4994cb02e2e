using System.Collections.Concurrent;
using Reshelve.Embedded.Sqlite;
using Reshelve.Feeds;
using Reshelve.Files;

namespace Reshelve.Embedded.Images;

/// <summary>
/// A database file that this and other processes read and write at the same time. Writers of this process queue here, those of others at SQLite's own
/// lock; readers wait for neither, and each sees one state. The file is made by the first write; until then there is nothing to read.
/// </summary>
internal sealed class MemoryFile(string path, MemoryLayout layout) : IAsyncDisposable
{
    private const int MaxIdle = 8;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ConcurrentBag<SqliteDatabase> _idle = [];
    private readonly SemaphoreSlim _turn = new(1, 1);
    private SqliteDatabase? _writer;
    private volatile bool _disposed;

    /// <summary>Runs a transaction: what it did is on the disk when this returns, or none of it is.</summary>
    public async Task WriteAsync(Action<SqliteDatabase> work, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await Task.Run(() => TransactAsync(work, cancellationToken), CancellationToken.None);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Reads one state of the file.</summary>
    /// <param name="work">Reads it.</param>
    /// <param name="nothing">What there is where nobody wrote yet.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task<T> ReadAsync<T>(Func<SqliteDatabase, T> work, T nothing, CancellationToken cancellationToken) =>
        Task.Run(() => Read(work, nothing), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // The turn itself is not disposed: whoever waits for it is to be told that the store is gone.
        await _turn.WaitAsync(CancellationToken.None);
        _disposed = true;
        CloseWriter();
        CloseIdle();
        _turn.Release();
    }

    private async Task TransactAsync(Action<SqliteDatabase> work, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        try
        {
            var database = await BeginAsync(cancellationToken);
            try
            {
                work(database);
                database.Execute("COMMIT");
            }
            catch
            {
                database.Rollback();
                throw;
            }
        }
        catch (Exception exception)
        {
            // Whatever went wrong, the next write begins with a connection that knows nothing of it.
            CloseWriter();
            throw Explain(exception);
        }
    }

    // SQLite's own wait for a lock cannot be cancelled, so it is told not to wait.
    private async Task<SqliteDatabase> BeginAsync(CancellationToken cancellationToken)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                _writer ??= OpenWriter();
                _writer.Execute("BEGIN IMMEDIATE");
                return _writer;
            }
            catch (SqliteException failure)
                when (failure.Error is SqliteError.Busy or SqliteError.Locked && TimeProvider.System.GetElapsedTime(begun) < Patience)
            {
                await Task.Delay(Pause, TimeProvider.System, cancellationToken);
            }
        }
    }

    private SqliteDatabase OpenWriter()
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        DurableFile.CreateFolder(folder);
        var isNew = !File.Exists(path);
        var database = SqliteDatabase.Open(path, SqliteOpen.Create);
        try
        {
            // FULL: a commit returns when its log is on the disk. Were the latest change lost in a power cut while an index keeps what it was
            // written as of, its number would be given again, and that index would not learn of it.
            database.Execute("PRAGMA busy_timeout=0; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=4000");
            database.Execute("PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-32768");
            if (!IsMade(database))
                Make(database);
            if (isNew)
                DurableFile.FlushFolder(folder);
        }
        catch
        {
            database.Dispose();
            throw;
        }

        return database;
    }

    // In one transaction, so that neither a crash nor another process that does the same leaves half of it.
    private void Make(SqliteDatabase database)
    {
        database.Execute("BEGIN IMMEDIATE");
        try
        {
            if (!IsMade(database))
                database.Execute($"{layout.CreateSql}; PRAGMA application_id={layout.ApplicationId}; PRAGMA user_version={layout.Format}");
            database.Execute("COMMIT");
        }
        catch
        {
            database.Rollback();
            throw;
        }
    }

    // False for a file without any tables.
    private bool IsMade(SqliteDatabase database)
    {
        var application = database.Prepare("PRAGMA application_id").Scalar() ?? 0;
        if (application == 0 && database.Prepare("SELECT count(*) FROM sqlite_master").Scalar() == 0)
            return false;
        if (application != layout.ApplicationId)
            throw MemoryFailure.NotOurs(layout, path);
        var format = database.Prepare("PRAGMA user_version").Scalar() ?? 0;
        return format == layout.Format ? true : throw MemoryFailure.OtherFormat(format, layout, path);
    }

    private T Read<T>(Func<SqliteDatabase, T> work, T nothing)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        SqliteDatabase? database = null;
        try
        {
            if (!_idle.TryTake(out database) && (database = OpenReader()) is null)
                return nothing;
            database.Execute("BEGIN");
            var result = work(database);
            database.EndRead();
            Keep(ref database);
            return result;
        }
        catch (Exception exception)
        {
            throw Explain(exception);
        }
        finally
        {
            database?.Dispose();
        }
    }

    private SqliteDatabase? OpenReader()
    {
        if (!File.Exists(path))
            return null;
        var database = SqliteDatabase.Open(path, SqliteOpen.Existing);
        try
        {
            database.Execute("PRAGMA cache_size=-8192");
            if (IsMade(database))
                return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }

        database.Dispose();
        return null;
    }

    private void Keep(ref SqliteDatabase? database)
    {
        if (_idle.Count >= MaxIdle)
            return;
        _idle.Add(database!);
        database = null;

        // Disposed meanwhile: then nobody else would close it.
        if (_disposed)
            CloseIdle();
    }

    private Exception Explain(Exception exception)
    {
        if (exception is SqliteException failure)
            return MemoryFailure.Explain(failure, layout, path);
        if (DiskFull.Is(exception))
            return DiskFull.Explain(exception, Path.GetDirectoryName(Path.GetFullPath(path))!);
        return exception is IOException or UnauthorizedAccessException
            ? new ReshelveException($"{layout.Name} '{path}' cannot be used: {exception.Message}", exception)
            : exception;
    }

    private void CloseWriter()
    {
        _writer?.Dispose();
        _writer = null;
    }

    private void CloseIdle()
    {
        while (_idle.TryTake(out var idle))
            idle.Dispose();
    }
}
