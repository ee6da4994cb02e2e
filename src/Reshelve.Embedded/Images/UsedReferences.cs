using Reshelve.Embedded.Indexing;
using Reshelve.Embedded.Sqlite;
using Reshelve.Enriching;

namespace Reshelve.Embedded.Images;

/// <summary>The references of an image ledger and the documents that have them, within a transaction. A reference goes with its last document.</summary>
internal sealed class UsedReferences(SqliteDatabase database)
{
    public long? Find(ImageReference reference) => Find(reference, ReferenceHash.Of(reference));

    /// <summary>The number of a reference, which it gets if it has none.</summary>
    public long Need(ImageReference reference)
    {
        var hash = ReferenceHash.Of(reference);
        if (Find(reference, hash) is { } number)
            return number;
        database.Prepare("INSERT INTO refs(hash, location, version) VALUES(?, ?, ?)")
            .Bind(1, hash).BindExact(2, reference.Location).BindExact(3, reference.Version).Run();
        return database.LastInsertRowId;
    }

    /// <summary>The ids of the first documents that have a reference.</summary>
    public IReadOnlyList<string> Users(long reference, int limit)
    {
        var ids = new List<string>();
        var rows = database.Prepare("SELECT id FROM users WHERE ref = ? ORDER BY id LIMIT ?").Bind(1, reference).Bind(2, limit);
        while (rows.Step())
            ids.Add(ReadId(rows, 0));
        rows.Reset();
        return ids;
    }

    public void Add(long reference, ReadOnlySpan<byte> id) =>
        database.Prepare("INSERT OR IGNORE INTO users(ref, id) VALUES(?, ?)").Bind(1, reference).BindBlob(2, id).Run();

    public void Remove(long reference, ReadOnlySpan<byte> id)
    {
        database.Prepare("DELETE FROM users WHERE ref = ? AND id = ?").Bind(1, reference).BindBlob(2, id).Run();
        database.Prepare("DELETE FROM refs WHERE num = ?1 AND NOT EXISTS(SELECT 1 FROM users WHERE ref = ?1)").Bind(1, reference).Run();
    }

    /// <summary>The id in a column.</summary>
    public static string ReadId(SqliteStatement row, int column)
    {
        var key = row.Blob(column);
        return key.Length is > 0 and <= IdKey.MaxBytes ? IdKey.Decode(key) : throw PackedColumn.Damaged("the id of a document");
    }

    // The version is compared by IS, to which nothing equals nothing.
    private long? Find(ImageReference reference, long hash) =>
        database.Prepare("SELECT num FROM refs WHERE hash = ? AND location = ? AND version IS ?")
            .Bind(1, hash).BindExact(2, reference.Location).BindExact(3, reference.Version).Scalar();
}
