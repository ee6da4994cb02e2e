using System.Runtime.InteropServices;
using Reshelve.Embedded.Indexing;
using Reshelve.Embedded.Sqlite;
using Reshelve.Enriching;

namespace Reshelve.Embedded.Images;

/// <summary>
/// The documents of an image ledger, within a transaction. A text that cannot be an id is passed over: no index holds such a document.
/// </summary>
internal sealed class ImageLedgerRows(SqliteDatabase database)
{

    private readonly UsedReferences _references = new(database);
    private readonly Dictionary<string, long> _signatures = new(StringComparer.Ordinal);
    private readonly byte[] _id = new byte[IdKey.MaxBytes];
    private long? _seen;

    public long Seen => _seen ??= database.Prepare("SELECT seen FROM state").Scalar() ?? 0;

    public void Note(ImageUse use, long sequence)
    {
        var length = IdKey.Encode(use.Id, _id, out _);
        if (length < 0)
            return;
        var id = _id.AsSpan(0, length);
        var known = Find(id);
        if (known is var (_, last) && last > sequence)
            return;
        var numbers = new uint[use.References.Count];
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] = checked((uint)_references.Need(use.References[i]));
        if (known is null)
        {
            database.Prepare(
                "INSERT INTO docs(id, refs, sequence, begun, asof, owed, marked, standing) VALUES(?, ?, ?, 1, 0, 0, 0, 0)")
                .BindBlob(1, id).BindBlob(2, MemoryMarshal.AsBytes(numbers.AsSpan())).Bind(3, sequence).Run();
        }
        else
        {
            database.Prepare("UPDATE docs SET refs = ?, sequence = ?, begun = 1, standing = 0 WHERE id = ?")
                .BindBlob(1, MemoryMarshal.AsBytes(numbers.AsSpan())).Bind(2, sequence).BindBlob(3, id).Run();
        }

        Relink(id, known?.References ?? [], numbers);
    }

    public void Settle(WrittenImages written, long sequence)
    {
        var length = IdKey.Encode(written.Id, _id, out _);
        if (length < 0)
            return;

        // What was made from references of before the last marks may lack what they told of, if it was not yet noted at that time.
        var missed = written.AsOf < Seen ? Seen : 0;
        database.Prepare(
            """
            UPDATE docs SET begun = 0, signature = ?1, asof = ?2, owed = ?3, marked = max(marked, ?4),
                standing = CASE WHEN ?3 OR max(marked, ?4) > ?2 THEN 0 ELSE ?1 END
            WHERE id = ?5 AND sequence = ?6
            """)
            .Bind(1, Signature(written.Signature)).Bind(2, written.AsOf).Bind(3, written.IsOwed ? 1 : 0).Bind(4, missed)
            .BindBlob(5, _id.AsSpan(0, length)).Bind(6, sequence).Run();
    }

    public void Forget(string id, long sequence)
    {
        var length = IdKey.Encode(id, _id, out _);
        if (length < 0)
            return;
        var key = _id.AsSpan(0, length);
        if (Find(key) is not var (references, last) || last > sequence)
            return;
        database.Prepare("DELETE FROM docs WHERE id = ?").BindBlob(1, key).Run();
        Relink(key, references, []);
    }

    /// <summary>Makes due the documents that have a reference and were written as of a change before this one.</summary>
    public void Mark(ImageReference reference, long changed)
    {
        if (_references.Find(reference) is not { } number)
            return;
        database.Prepare(
            "UPDATE docs SET marked = ?1, standing = 0 WHERE id IN (SELECT id FROM users WHERE ref = ?2) AND asof < ?1 AND marked < ?1")
            .Bind(1, changed).Bind(2, number).Run();
    }

    /// <summary>Notes up to which change was marked; never takes back what another process marked further.</summary>
    public void See(long seen) => database.Prepare("UPDATE state SET seen = max(seen, ?)").Bind(1, seen).Run();

    private (uint[] References, long Sequence)? Find(ReadOnlySpan<byte> id)
    {
        var row = database.Prepare("SELECT refs, sequence FROM docs WHERE id = ?").BindBlob(1, id);
        (uint[], long)? found = row.Step() ? (MemoryMarshal.Cast<byte, uint>(row.Blob(0)).ToArray(), row.Int64(1)) : null;
        row.Reset();
        return found;
    }

    private void Relink(ReadOnlySpan<byte> id, uint[] before, uint[] now)
    {
        foreach (var reference in now.Except(before))
            _references.Add(reference, id);
        foreach (var reference in before.Except(now))
            _references.Remove(reference, id);
    }

    private long Signature(string signature)
    {
        if (_signatures.TryGetValue(signature, out var number))
            return number;
        number = DueRows.FindSignature(database, signature) ?? Add(signature);
        _signatures.Add(signature, number);
        return number;
    }

    private long Add(string signature)
    {
        database.Prepare("INSERT INTO signatures(signature) VALUES(?)").Bind(1, signature).Run();
        return database.LastInsertRowId;
    }
}
