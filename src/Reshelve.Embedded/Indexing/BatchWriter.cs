using Reshelve.Embedded.Sqlite;
using Reshelve.Indexing;
using Reshelve.Planning;

namespace Reshelve.Embedded.Indexing;

/// <summary>Writes batches within the transaction that its caller has begun.</summary>
internal sealed unsafe class BatchWriter(SqliteDatabase database, IndexLayout layout)
{
    // SQLite takes a gigabyte; what is near it is a mistake.
    private const int MaxDocumentBytes = 256 << 20;

    // Sorts behind every number that a document has.
    private const long NewDocument = long.MaxValue;

    private readonly DocumentReader _new = new(layout);
    private readonly DocumentReader _old = new(layout);
    private readonly CodeTable _codes = new(database, layout);
    private readonly byte[] _id = GC.AllocateUninitializedArray<byte>(IdKey.MaxBytes, pinned: true);
    private byte[] _oldDocument = GC.AllocateUninitializedArray<byte>(4096, pinned: true);
    private long _seenVersion = -1;
    private long _documentsAdded;
    private bool _anyRemoved;

    // The statements of one batch; asking for them by text once per document would show.
    private SqliteStatement _find = null!, _insertDocument = null!, _updateDocument = null!, _values = null!;
    private SqliteStatement? _insertWords, _deleteWords;

    public IndexLayout Layout => layout;

    public IReadOnlyList<ItemResult> Write(IReadOnlyList<Change> batch, long sequence, DateTimeOffset now)
    {
        Begin();
        var results = new ItemResult[batch.Count];
        foreach (var (number, i) in InOrderOfNumbers(batch))
            results[i] = new ItemResult(batch[i].Id, Write(batch[i], isNew: number == NewDocument, sequence, now));
        if (_documentsAdded != 0)
            database.Prepare("UPDATE state SET documents = documents + ?").Bind(1, _documentsAdded).Run();
        _seenVersion = Version();
        return results;
    }

    private void Begin()
    {
        if (Version() != _seenVersion)
            _codes.Forget();
        _documentsAdded = 0;
        _anyRemoved = database.Prepare("SELECT 1 FROM removed LIMIT 1").Scalar() is not null;
        _find = database.Prepare("SELECT num, sequence, body FROM docs WHERE id = ?");
        _insertDocument = database.Prepare("INSERT INTO docs(id, sequence, body) VALUES(?, ?, ?)");
        _updateDocument = database.Prepare("UPDATE docs SET sequence = ?, body = ? WHERE num = ?");
        _values = database.Prepare(layout.InsertValuesSql);
        _insertWords = layout.TextFields.Count > 0 ? database.Prepare(layout.InsertWordsSql) : null;
        _deleteWords = layout.TextFields.Count > 0 ? database.Prepare(layout.DeleteWordsSql) : null;
    }

    // Changes when another connection has written.
    private long Version() => database.Prepare("PRAGMA data_version").Scalar() ?? 0;

    // FTS5 collects what is written in memory only as long as row numbers grow: in any other order it writes a segment per
    // document, which
    // made a batch of random replacements more than ten times slower.
    private (long Number, int Item)[] InOrderOfNumbers(IReadOnlyList<Change> batch)
    {
        var order = new (long Number, int Item)[batch.Count];
        var find = database.Prepare("SELECT num FROM docs WHERE id = ?");
        for (var i = 0; i < order.Length; i++)
        {
            var length = IdKey.Encode(batch[i].Id, _id, out _);
            order[i] = (NewDocument, i);
            if (length < 0)
                continue;
            find.BindPinnedBlob(1, _id.AsSpan(0, length));
            if (find.Step())
                order[i].Number = find.Int64(0);
            find.Reset();
        }

        Array.Sort(order);
        return order;
    }

    private string? Write(in Change change, bool isNew, long sequence, DateTimeOffset now)
    {
        var length = IdKey.Encode(change.Id, _id, out var problem);
        if (length < 0)
            return problem;
        var id = _id.AsSpan(0, length);
        if (change.Kind == ChangeKind.Remove)
        {
            Remove(id, isNew, sequence, now);
            return null;
        }

        if (change.Document.Length > MaxDocumentBytes)
            return $"the document is larger than {MaxDocumentBytes >> 20} MiB";
        var document = change.Document.Span;
        fixed (byte* pinned = document)
        {
            if (_new.TryRead(document, out problem))
                Upsert(id, isNew, sequence, document);
            return problem;
        }
    }

    private void Upsert(ReadOnlySpan<byte> id, bool isNew, long sequence, ReadOnlySpan<byte> document)
    {
        long number;
        if (!isNew)
        {
            Find(id, out number, out var lastSequence, out var old);
            if (lastSequence > sequence)
                return;
            _updateDocument.Bind(1, sequence);
            _updateDocument.BindPinnedBlob(2, document);
            _updateDocument.Bind(3, number).Run();
            if (old.SequenceEqual(document))
                return;
            ReplaceWords(number, old, document);
            PutValues(number, document);
            return;
        }

        if (_anyRemoved && RemovedLater(id, sequence))
            return;
        _insertDocument.BindPinnedBlob(1, id);
        _insertDocument.Bind(2, sequence);
        _insertDocument.BindPinnedBlob(3, document);
        _insertDocument.Run();
        number = database.LastInsertRowId;
        if (_insertWords is not null)
            PutWords(_insertWords, number, _new, document);
        PutValues(number, document);
        _documentsAdded++;
    }

    private bool RemovedLater(ReadOnlySpan<byte> id, long sequence)
    {
        if (database.Prepare("SELECT sequence FROM removed WHERE id = ?").BindBlob(1, id).Scalar() is not { } removed)
            return false;
        if (removed > sequence)
            return true;
        database.Prepare("DELETE FROM removed WHERE id = ?").BindBlob(1, id).Run();
        return false;
    }

    private void Remove(ReadOnlySpan<byte> id, bool isNew, long sequence, DateTimeOffset now)
    {
        Find(id, out var number, out var lastSequence, out var old);
        if (lastSequence > sequence)
            return;
        var mark = database.Prepare(
            "INSERT INTO removed(id, sequence, at) VALUES(?, ?, ?) ON CONFLICT(id) DO UPDATE SET "
            + "at = excluded.at, sequence = excluded.sequence WHERE excluded.sequence > sequence");
        mark.BindBlob(1, id).Bind(2, sequence).Bind(3, now.ToUnixTimeSeconds()).Run();
        _anyRemoved = true;
        if (isNew)
            return;
        if (_deleteWords is not null)
        {
            ReadOld(old);
            PutWords(_deleteWords, number, _old, old);
        }

        database.Prepare("DELETE FROM docs WHERE num = ?").Bind(1, number).Run();
        database.Prepare("DELETE FROM vals WHERE num = ?").Bind(1, number).Run();
        _documentsAdded--;
    }

    private void Find(ReadOnlySpan<byte> id, out long number, out long sequence, out ReadOnlySpan<byte> document)
    {
        (number, sequence) = (0, long.MinValue);
        document = default;
        _find.BindPinnedBlob(1, id);
        if (_find.Step())
        {
            (number, sequence) = (_find.Int64(0), _find.Int64(1));

            // Copied, since the row it lies in is about to change.
            var body = _find.Blob(2);
            if (_oldDocument.Length < body.Length)
                _oldDocument = GC.AllocateUninitializedArray<byte>(body.Length * 2, pinned: true);
            body.CopyTo(_oldDocument);
            document = _oldDocument.AsSpan(0, body.Length);
        }

        _find.Reset();
    }

    // Full text is the dear part of a write: it is left alone unless a text differs, whatever kind the change claims to be.
    private void ReplaceWords(long number, ReadOnlySpan<byte> old, ReadOnlySpan<byte> document)
    {
        if (_insertWords is null)
            return;
        ReadOld(old);
        var same = true;
        foreach (var field in layout.TextFields)
            same = same && _old.Words(field, old).SequenceEqual(_new.Words(field, document));
        if (same)
            return;
        PutWords(_deleteWords!, number, _old, old);
        PutWords(_insertWords, number, _new, document);
    }

    private void ReadOld(ReadOnlySpan<byte> old)
    {
        if (!_old.TryRead(old, out var problem))
            throw new Feeds.ReshelveException($"the index holds a document that it cannot read ({problem}): rebuild it");
    }

    private void PutWords(SqliteStatement statement, long number, DocumentReader reader, ReadOnlySpan<byte> document)
    {
        statement.Bind(1, number);
        foreach (var field in layout.TextFields)
            statement.BindPinnedText(2 + field.TextColumn, reader.Words(field, document));
        statement.Run();
    }

    private void PutValues(long number, ReadOnlySpan<byte> document)
    {
        _values.Bind(1, number);
        var parameter = 2;
        foreach (var field in layout.ColumnFields)
        {
            var values = _new.Values(field);
            if (values.Length == 0)
                _values.BindNull(parameter);
            else if (field.Kind == ColumnKind.Plain)
                PutPlain(parameter, field, values[^1], document);
            else if (field.Definition.List)
                _values.BindBlob(parameter, _codes.CodesOf(field, _new, document));
            else
                _values.Bind(parameter, _codes.CodeOf(field, values[^1], _new.Bytes(values[^1], document)));
            parameter++;
        }

        _values.Run();
    }

    private void PutPlain(int parameter, IndexField field, in FieldToken value, ReadOnlySpan<byte> document)
    {
        var bytes = _new.Bytes(value, document);
        if (field.Type == Catalogs.FieldType.Keyword)
            _values.BindPinnedText(parameter, bytes);
        else
            FieldValue.Of(field.Type, value.Type, bytes).Bind(_values, parameter);
    }
}
