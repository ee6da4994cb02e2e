namespace Reshelve.Embedded.Sqlite;

/// <summary>What SQLite refused, before it is put into words for people.</summary>
/// <param name="code">SQLite's extended result code.</param>
/// <param name="message">SQLite's own words.</param>
internal sealed class SqliteException(int code, string message) : Exception(message)
{
    /// <summary>SQLite's primary result code (https://sqlite.org/rescode.html).</summary>
    public SqliteError Error => (SqliteError)(code & 0xFF);

    /// <summary>The extended result code.</summary>
    public int Code => code;
}

/// <summary>The primary result codes that are told apart.</summary>
internal enum SqliteError
{
    Busy = 5,
    Locked = 6,
    ReadOnly = 8,
    InputOutput = 10,
    Corrupt = 11,
    Full = 13,
    CannotOpen = 14,
    TooBig = 18,
    Misuse = 21,
    NotADatabase = 26,
}
