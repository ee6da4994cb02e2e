using Reshelve.Embedded.Indexing;
using Reshelve.Embedded.Sqlite;
using Reshelve.Enriching;

namespace Reshelve.Embedded.Images;

/// <summary>Which documents of an image ledger are due, within a transaction.</summary>
internal static class DueRows
{
    // How documents stand that are due whatever the signature is.
    private const long DueAnyway = 0;

    public static long? FindSignature(SqliteDatabase database, string signature) =>
        database.Prepare("SELECT num FROM signatures WHERE signature = ?").Bind(1, signature).Scalar();

    /// <summary>Those due by id: the first of each standing but that of the signature, of which the first are the first of all.</summary>
    public static IReadOnlyList<string> Find(
        SqliteDatabase database, string signature, string? after, int limit, CancellationToken cancellationToken)
    {
        var key = new byte[IdKey.MaxBytes];
        var length = after is null ? 0 : IdKey.Encode(after, key, out _);
        if (length < 0)
            throw new ArgumentException($"'{after}' is no id", nameof(after));
        var due = new List<string>();
        foreach (var standing in Standings(database, signature))
        {
            var rows = database.Prepare("SELECT id FROM docs WHERE standing = ? AND id > ? ORDER BY id LIMIT ?")
                .Bind(1, standing).BindBlob(2, key.AsSpan(0, length)).Bind(3, limit);
            while (rows.Step())
            {
                cancellationToken.ThrowIfCancellationRequested();
                due.Add(UsedReferences.ReadId(rows, 0));
            }

            rows.Reset();
        }

        // The order of the keys.
        due.Sort(StringComparer.Ordinal);
        return due.Count > limit ? due[..limit] : due;
    }

    public static ImageTotals Count(SqliteDatabase database, string signature)
    {
        var wanted = FindSignature(database, signature) ?? -1;
        var documents = database.Prepare("SELECT count(*) FROM docs").Scalar() ?? 0;
        var row = database.Prepare("SELECT sum(owed), sum(begun OR signature IS NOT ?) FROM docs WHERE standing = ?")
            .Bind(1, wanted).Bind(2, DueAnyway);
        row.Step();
        var (owed, pending) = (row.Int64(0), row.Int64(1));
        row.Reset();
        foreach (var standing in Standings(database, signature).Where(s => s != DueAnyway))
            pending += database.Prepare("SELECT count(*) FROM docs WHERE standing = ?").Bind(1, standing).Scalar() ?? 0;
        return new ImageTotals(documents, owed, pending);
    }

    // All but that of documents to which nothing is to be done. There are about as many as the catalog had definitions.
    private static List<long> Standings(SqliteDatabase database, string signature)
    {
        var standings = new List<long> { DueAnyway };
        var rows = database.Prepare("SELECT num FROM signatures WHERE signature <> ?").Bind(1, signature);
        while (rows.Step())
            standings.Add(rows.Int64(0));
        rows.Reset();
        return standings;
    }
}
