using Reshelve.Catalogs;
using Reshelve.Embedded.Indexing;
using Reshelve.Embedded.Sqlite;

namespace Reshelve.Embedded.Searching;

/// <summary>The row at which a scan over matches is: columns by field, and the document where a field is only there.</summary>
internal sealed class ScanRow(SqliteStatement statement, IReadOnlyDictionary<IndexField, int> columns, int bodyColumn, IndexLayout layout)
{
    private DocumentReader? _reader;
    private bool _read;

    public long Number => statement.Int64(0);

    /// <summary>Goes to the next match.</summary>
    public bool Step()
    {
        _read = false;
        return statement.Step();
    }

    /// <summary>The column after the number; only of a ranked scan.</summary>
    public double Score => -statement.Double(1);

    public bool IsMissing(IndexField field) => statement.Type(columns[field]) == SqliteType.Null;

    public int Code(IndexField field) => (int)statement.Int64(columns[field]);

    public ReadOnlySpan<byte> Codes(IndexField field) => statement.Blob(columns[field]);

    public FieldValue Plain(IndexField field) => FieldValue.Of(statement, columns[field]);

    /// <summary>The values that a field has in the document itself.</summary>
    public int ReadValues(IndexField field, List<FieldValue> values)
    {
        values.Clear();
        var document = statement.Blob(bodyColumn);
        _reader ??= new DocumentReader(layout);
        if (!_read && !_reader.TryRead(document, out var problem))
            throw new Feeds.ReshelveException($"the index holds a document that it cannot read ({problem}): fill a new one with `reshelve rebuild <catalog>`");
        _read = true;
        foreach (ref readonly var token in _reader.Values(field))
            values.Add(FieldValue.Of(field.Type, token.Type, _reader.Bytes(token, document)));
        return values.Count;
    }
}
