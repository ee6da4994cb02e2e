using System.Text;
using static Reshelve.Embedded.Sqlite.SqliteNative;

namespace Reshelve.Embedded.Sqlite;

/// <summary>What a column holds.</summary>
internal enum SqliteType
{
    Integer = 1,
    Real = 2,
    Text = 3,
    Blob = 4,
    Null = 5,
}

/// <summary>A prepared statement. Parameters count from 1, columns from 0, as in SQLite.</summary>
internal sealed unsafe class SqliteStatement(SqliteDatabase database, nint handle) : IDisposable
{
    private nint _handle = handle;

    public SqliteStatement BindNull(int parameter) => Bound(sqlite3_bind_null(_handle, parameter));

    public SqliteStatement Bind(int parameter, long value) => Bound(sqlite3_bind_int64(_handle, parameter, value));

    public SqliteStatement Bind(int parameter, double value) => Bound(sqlite3_bind_double(_handle, parameter, value));

    public SqliteStatement Bind(int parameter, string value) => BindText(parameter, Encoding.UTF8.GetBytes(value));

    /// <summary>Binds a copy of this text.</summary>
    public SqliteStatement BindText(int parameter, ReadOnlySpan<byte> utf8)
    {
        fixed (byte* start = utf8)
            return Bound(sqlite3_bind_text(_handle, parameter, NotNull(start), utf8.Length, Transient));
    }

    /// <summary>Binds a copy of these bytes.</summary>
    public SqliteStatement BindBlob(int parameter, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
            return Bound(sqlite3_bind_blob(_handle, parameter, NotNull(start), bytes.Length, Transient));
    }

    /// <summary>Binds this text where it lies: it must be pinned until <see cref="Reset"/>.</summary>
    public void BindPinnedText(int parameter, ReadOnlySpan<byte> pinned)
    {
        fixed (byte* start = pinned)
            Bound(sqlite3_bind_text(_handle, parameter, NotNull(start), pinned.Length, Static));
    }

    /// <summary>Binds these bytes where they lie: they must be pinned until <see cref="Reset"/>.</summary>
    public void BindPinnedBlob(int parameter, ReadOnlySpan<byte> pinned)
    {
        fixed (byte* start = pinned)
            Bound(sqlite3_bind_blob(_handle, parameter, NotNull(start), pinned.Length, Static));
    }

    /// <summary>Binds a pointer for an extension that knows it by this name (ASCII, with its closing zero).</summary>
    public SqliteStatement BindPointer(int parameter, void* value, ReadOnlySpan<byte> type)
    {
        fixed (byte* name = type)
            return Bound(sqlite3_bind_pointer(_handle, parameter, value, name, Static));
    }

    /// <summary>Goes to the next row; false when there is none.</summary>
    public bool Step()
    {
        var code = sqlite3_step(_handle);
        if (code == Row)
            return true;
        if (code != Done)
            database.Check(code);
        return false;
    }

    /// <summary>Runs a statement that gives no row, and makes it ready for the next.</summary>
    public void Run()
    {
        var code = sqlite3_step(_handle);
        if (code != Done && code != Row)
            database.Check(code);
        _ = sqlite3_reset(_handle);
    }

    /// <summary>The first column of the first row; null when there is no row or it holds nothing.</summary>
    public long? Scalar()
    {
        long? value = Step() && Type(0) != SqliteType.Null ? Int64(0) : null;
        Reset();
        return value;
    }

    public SqliteType Type(int column) => (SqliteType)sqlite3_column_type(_handle, column);

    public long Int64(int column) => sqlite3_column_int64(_handle, column);

    public double Double(int column) => sqlite3_column_double(_handle, column);

    /// <summary>The column's text; valid until the next step.</summary>
    public ReadOnlySpan<byte> Utf8(int column)
    {
        // In this order: asking for the text may convert the value, and with it its length.
        var start = sqlite3_column_text(_handle, column);
        return new ReadOnlySpan<byte>(start, sqlite3_column_bytes(_handle, column));
    }

    public string Text(int column) => Encoding.UTF8.GetString(Utf8(column));

    /// <summary>The column's bytes; valid until the next step.</summary>
    public ReadOnlySpan<byte> Blob(int column)
    {
        var start = sqlite3_column_blob(_handle, column);
        return new ReadOnlySpan<byte>(start, sqlite3_column_bytes(_handle, column));
    }

    /// <summary>Lets go of rows and of bound values.</summary>
    public void Reset()
    {
        _ = sqlite3_reset(_handle);
        _ = sqlite3_clear_bindings(_handle);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_handle != 0)
            _ = sqlite3_finalize(_handle);
        _handle = 0;
    }

    // To SQLite a null pointer is NULL; an empty text is something else.
    private static byte* NotNull(byte* start) => start == null ? (byte*)1 : start;

    private SqliteStatement Bound(int code)
    {
        database.Check(code);
        return this;
    }
}
