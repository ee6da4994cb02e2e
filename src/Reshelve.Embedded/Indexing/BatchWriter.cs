using System.Runtime.InteropServices;
using Reshelve.Embedded.Sqlite;
using Reshelve.Embedded.Words;
using Reshelve.Indexing;
using Reshelve.Planning;

namespace Reshelve.Embedded.Indexing;

/// <summary>Writes batches within the transaction that its caller has begun.</summary>
internal sealed unsafe class BatchWriter(SqliteDatabase database, IndexLayout layout)
{
    // SQLite takes a gigabyte; what is near it is a mistake.
    private const int MaxDocumentBytes = 256 << 20;

    // A first batch smaller than this is most likely the only one, and not worth a thread and a file.
    private const int WordsApartFrom = 1000;

    private readonly DocumentReader _new = new(layout);
    private readonly DocumentReader _old = new(layout);
    private readonly CodeTable _codes = new(database, layout);
    private readonly byte[] _id = GC.AllocateUninitializedArray<byte>(IdKey.MaxBytes, pinned: true);
    private byte[] _oldDocument = GC.AllocateUninitializedArray<byte>(4096, pinned: true);
    private readonly List<int> _touched = [];
    private readonly RowNumbers _numbers = new(database);
    private bool _isLoading;
    private bool _collectsWords;
    private long _seenVersion = -1;
    private long _documentsAdded;
    private bool _anyRemoved;

    // The statements of one batch; asking for them by text once per document would show.
    private SqliteStatement _find = null!, _insertDocument = null!, _updateDocument = null!, _values = null!;
    private SqliteStatement? _insertWords, _deleteWords;

    public IndexLayout Layout => layout;

    /// <summary>
    /// The texts of the last batch, while the index is filled and this writer wrote all of it; null otherwise. They are in no full text
    /// table yet.
    /// </summary>
    public WordBatch? Words { get; private set; }

    /// <summary>Whether anyone else wrote since this writer's last batch.</summary>
    public bool OthersWrote => Version() != _seenVersion;

    public bool IsLoading => database.Prepare("SELECT loading FROM state").Scalar() != 0;

    public IReadOnlyList<ItemResult> Write(IReadOnlyList<Change> batch, long sequence, DateTimeOffset now)
    {
        Begin(batch.Count);
        var results = new ItemResult[batch.Count];
        foreach (var (number, i, isNew) in _numbers.Order(batch, takeFree: !_isLoading))
            results[i] = new ItemResult(batch[i].Id, Write(batch[i], isNew ? number : null, sequence, now));
        if (!_isLoading)
            _numbers.KeepFree();
        RecordTouched();
        if (_documentsAdded != 0)
            database.Prepare("UPDATE state SET documents = documents + ?").Bind(1, _documentsAdded).Run();
        _seenVersion = Version();
        return results;
    }

    private void Begin(int changes)
    {
        BeginWords(changes);
        if (OthersWrote)
            _codes.Forget();
        _documentsAdded = 0;
        _touched.Clear();
        _anyRemoved = database.Prepare("SELECT 1 FROM removed LIMIT 1").Scalar() is not null;
        var hasWords = layout.TextFields.Count > 0 && !_isLoading;
        _find = database.Prepare("SELECT num, sequence, body FROM docs WHERE id = ?");
        _insertDocument = database.Prepare("INSERT INTO docs(num, id, sequence, body) VALUES(?, ?, ?, ?)");
        _updateDocument = database.Prepare("UPDATE docs SET sequence = ?, body = ? WHERE num = ?");
        _values = database.Prepare(layout.InsertValuesSql);
        _insertWords = hasWords ? database.Prepare(layout.InsertWordsSql) : null;
        _deleteWords = hasWords ? database.Prepare(layout.DeleteWordsSql) : null;
    }

    // While an index is filled, its full text table stays empty until the first refresh.
    private void BeginWords(int changes)
    {
        _isLoading = IsLoading;
        var isFirst = _seenVersion < 0;
        if (isFirst)
            _collectsWords = changes >= WordsApartFrom && database.Prepare("SELECT 1 FROM docs LIMIT 1").Scalar() is null;
        else if (OthersWrote)
            _collectsWords = false;
        Words = _isLoading && _collectsWords && layout.TextFields.Count > 0 ? new WordBatch(layout) : null;
    }

    /// <summary>Fills the full text table, which is empty, from the documents.</summary>
    public void FillWords()
    {
        var insert = database.Prepare(layout.InsertWordsSql);
        var rows = database.Prepare("SELECT num, body FROM docs ORDER BY num");
        while (rows.Step())
        {
            var document = rows.Blob(1);
            ReadOld(document);
            PutWords(insert, rows.Int64(0), _old, document);
        }

        rows.Reset();
    }

    // Nobody keeps anything of an index that is still being filled.
    private void RecordTouched()
    {
        if (_isLoading || _touched.Count == 0)
            return;
        database.Prepare("UPDATE state SET version = version + 1").Run();
        database.Prepare("INSERT INTO touched(version, nums) SELECT version, ? FROM state")
            .BindBlob(1, MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_touched))).Run();
    }

    // Changes when another connection has written.
    private long Version() => database.Prepare("PRAGMA data_version").Scalar() ?? 0;

    // A new document has the number that it takes over, or one behind all others.
    private string? Write(in Change change, long? newNumber, long sequence, DateTimeOffset now)
    {
        var length = IdKey.Encode(change.Id, _id, out var problem);
        if (length < 0)
            return problem;
        var id = _id.AsSpan(0, length);
        if (change.Kind == ChangeKind.Remove)
        {
            Remove(id, isNew: newNumber is not null, sequence, now);
            return null;
        }

        if (change.Document.Length > MaxDocumentBytes)
            return $"the document is larger than {MaxDocumentBytes >> 20} MiB";
        var document = change.Document.Span;
        fixed (byte* pinned = document)
        {
            if (_new.TryRead(document, out problem))
                Upsert(id, newNumber, sequence, document);
            return problem;
        }
    }

    private void Upsert(ReadOnlySpan<byte> id, long? newNumber, long sequence, ReadOnlySpan<byte> document)
    {
        long number;
        if (newNumber is null)
        {
            Find(id, out number, out var lastSequence, out var old);
            if (lastSequence > sequence)
                return;
            _updateDocument.Bind(1, sequence);
            _updateDocument.BindPinnedBlob(2, document);
            _updateDocument.Bind(3, number).Run();
            _touched.Add(checked((int)number));
            if (old.SequenceEqual(document))
                return;
            ReplaceWords(number, old, document);
            PutValues(number, document);
            return;
        }

        if (_anyRemoved && RemovedLater(id, sequence))
            return;
        if (newNumber == RowNumbers.BehindAll)
            _insertDocument.BindNull(1);
        else
            _insertDocument.Bind(1, newNumber.Value);
        _insertDocument.BindPinnedBlob(2, id);
        _insertDocument.Bind(3, sequence);
        _insertDocument.BindPinnedBlob(4, document);
        _insertDocument.Run();
        number = database.LastInsertRowId;
        _numbers.Use(number);
        PutWords(number, _new, document, isDeleted: false);
        PutValues(number, document);
        _touched.Add(checked((int)number));
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
        if (KeepsWords)
        {
            ReadOld(old);
            PutWords(number, _old, old, isDeleted: true);
        }

        database.Prepare("DELETE FROM docs WHERE num = ?").Bind(1, number).Run();
        database.Prepare("DELETE FROM vals WHERE num = ?").Bind(1, number).Run();
        _numbers.Free(number);
        _touched.Add(checked((int)number));
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
        if (!KeepsWords)
            return;
        ReadOld(old);
        var same = true;
        foreach (var field in layout.TextFields)
            same = same && _old.Words(field, old).SequenceEqual(_new.Words(field, document));
        if (same)
            return;
        PutWords(number, _old, old, isDeleted: true);
        PutWords(number, _new, document, isDeleted: false);
    }

    private bool KeepsWords => _insertWords is not null || Words is not null;

    private void ReadOld(ReadOnlySpan<byte> old)
    {
        if (!_old.TryRead(old, out var problem))
            throw new Feeds.ReshelveException($"the index holds a document that it cannot read ({problem}): fill a new one with `reshelve rebuild <catalog>`");
    }

    private void PutWords(long number, DocumentReader reader, ReadOnlySpan<byte> document, bool isDeleted)
    {
        Words?.Add(number, isDeleted, reader, document);
        if ((isDeleted ? _deleteWords : _insertWords) is { } statement)
            PutWords(statement, number, reader, document);
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
