using Reshelve.Embedded.Sqlite;

namespace Reshelve.Embedded.Images;

/// <summary>The catalogs of the picture cache.</summary>
internal static class CatalogRows
{
    public static (long Number, long Change)? Find(SqliteDatabase database, string catalog)
    {
        var row = database.Prepare("SELECT num, change FROM catalogs WHERE name = ?").Bind(1, catalog);
        (long, long)? found = row.Step() ? (row.Int64(0), row.Int64(1)) : null;
        row.Reset();
        return found;
    }

    /// <summary>The catalog, made if there is none.</summary>
    public static (long Number, long Change) Need(SqliteDatabase database, string catalog)
    {
        if (Find(database, catalog) is { } found)
            return found;
        database.Prepare("INSERT INTO catalogs(name, change) VALUES(?, 0)").Bind(1, catalog).Run();
        return (database.LastInsertRowId, 0);
    }

    public static void SetChange(SqliteDatabase database, long catalog, long change) =>
        database.Prepare("UPDATE catalogs SET change = ? WHERE num = ?").Bind(1, change).Bind(2, catalog).Run();
}
