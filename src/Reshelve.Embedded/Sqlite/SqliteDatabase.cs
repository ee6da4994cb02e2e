using System.Runtime.InteropServices;
using System.Text;
using static Reshelve.Embedded.Sqlite.SqliteNative;

namespace Reshelve.Embedded.Sqlite;

/// <summary>How a database file is opened.</summary>
internal enum SqliteOpen
{
    /// <summary>The file must exist.</summary>
    Existing,

    /// <summary>The file is made when it does not exist.</summary>
    Create,

    /// <summary>The file exists and nobody can change it (a read-only folder): no locks, no log.</summary>
    Immutable,
}

/// <summary>
/// One connection to a database file. Used by one thread at a time. Statements are prepared once and kept, by their text.
/// </summary>
internal sealed unsafe class SqliteDatabase : IDisposable
{
    // A reader waits only for a log that another process recovers; a writer for another process's batch.
    private const int BusyMilliseconds = 60_000;
    private const int KeptStatements = 64;

    private readonly Dictionary<string, SqliteStatement> _statements = new(StringComparer.Ordinal);
    private nint _handle;

    private SqliteDatabase(nint handle) => _handle = handle;

    /// <summary>The row id that the last insert gave.</summary>
    public long LastInsertRowId => sqlite3_last_insert_rowid(_handle);

    /// <summary>Opens a database file.</summary>
    /// <exception cref="SqliteException">It cannot be opened.</exception>
    public static SqliteDatabase Open(string path, SqliteOpen mode)
    {
        // A path that begins with "file:" must never be read as a URI with options, so it is always made absolute.
        var name = Path.GetFullPath(path);
        var flags = OpenReadWrite | OpenNoMutex | OpenExtendedResults;
        if (mode == SqliteOpen.Create)
            flags |= OpenCreate;
        if (mode == SqliteOpen.Immutable)
        {
            name = ImmutableUri(name);
            flags |= OpenUri;
        }

        var code = sqlite3_open_v2(name, out var handle, flags, 0);
        var database = new SqliteDatabase(handle);
        if (code != Ok)
        {
            var failure = new SqliteException(code, handle == 0 ? "out of memory" : database.Message());
            database.Dispose();
            throw failure;
        }

        _ = sqlite3_busy_timeout(handle, BusyMilliseconds);
        return database;
    }

    /// <summary>Runs statements that give no rows anyone wants.</summary>
    public void Execute(string sql)
    {
        var bytes = Encoding.UTF8.GetBytes(sql);
        fixed (byte* start = bytes)
        {
            var end = start + bytes.Length;
            for (var at = start; at < end;)
            {
                Check(sqlite3_prepare_v3(_handle, at, (int)(end - at), 0, out var statement, out at));
                if (statement == 0)
                    continue;
                int code;
                do
                    code = sqlite3_step(statement);
                while (code == Row);
                _ = sqlite3_finalize(statement);
                Check(code == Done ? Ok : code);
            }
        }
    }

    /// <summary>The statement with this text, prepared on first use, reset. It stays this connection's.</summary>
    public SqliteStatement Prepare(string sql)
    {
        if (_statements.TryGetValue(sql, out var known))
        {
            known.Reset();
            return known;
        }

        var bytes = Encoding.UTF8.GetBytes(sql);
        fixed (byte* start = bytes)
            Check(sqlite3_prepare_v3(_handle, start, bytes.Length, PreparePersistent, out var handle, out _), out known, handle);
        _statements.Add(sql, known);
        return known;
    }

    /// <summary>Ends whatever transaction is open without keeping its changes; never throws.</summary>
    public void Rollback() => EndTransaction("ROLLBACK");

    /// <summary>Ends a transaction that only read; never throws.</summary>
    public void EndRead() => EndTransaction("COMMIT");

    internal void Check(int code)
    {
        if (code != Ok)
            throw new SqliteException(sqlite3_extended_errcode(_handle), Message());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ForgetStatements();
        if (_handle != 0)
            _ = sqlite3_close_v2(_handle);
        _handle = 0;
    }

    private static string ImmutableUri(string path) =>
        "file:" + Uri.EscapeDataString(path).Replace("%2F", "/", StringComparison.Ordinal) + "?immutable=1";

    private void Check(int code, out SqliteStatement statement, nint handle)
    {
        Check(code);
        statement = new SqliteStatement(this, handle);
    }

    private void EndTransaction(string sql)
    {
        foreach (var statement in _statements.Values)
            statement.Reset();
        try
        {
            Execute(sql);
        }
        catch (SqliteException)
        {
            // SQLite has rolled back by itself (a full disk, an I/O error): there is no transaction any more.
        }

        // Searches make their text from the request; what is kept must not grow with the variety of requests. Only here is none
        // in use.
        if (_statements.Count >= KeptStatements)
            ForgetStatements();
    }

    private void ForgetStatements()
    {
        foreach (var statement in _statements.Values)
            statement.Dispose();
        _statements.Clear();
    }

    private string Message() => Marshal.PtrToStringUTF8((nint)sqlite3_errmsg(_handle)) ?? "unknown error";
}
