using Reshelve.Embedded.Indexing;
using Reshelve.Embedded.Searching;
using Reshelve.Embedded.Sqlite;
using Reshelve.Embedded.Words;

namespace Reshelve.Embedded.Columns;

/// <summary>
/// What ranking, filters and facets need of every document, in memory, as of one version of the index. Looking it up in the
/// database takes a microsecond per document, and a common word is in hundreds of thousands. Immutable once it is handed out.
/// </summary>
internal sealed class IndexColumns
{
    /// <summary>The length of a document that is not there.</summary>
    public const int Absent = -1;

    private readonly Dictionary<int, Column> _columns;
    private readonly int[] _lengths;

    private IndexColumns(long version, int[] lengths, Dictionary<int, Column> columns)
    {
        Version = version;
        _lengths = lengths;
        _columns = columns;
    }

    /// <summary>The <see cref="IndexState.Version"/> that it is of.</summary>
    public long Version { get; }

    /// <summary>The postings of common words, of the same version.</summary>
    public PostingCache Postings { get; } = new();

    /// <summary>How many words each document has, by number.</summary>
    public ReadOnlySpan<int> Lengths => _lengths;

    public bool Has(IEnumerable<IndexField> fields) => fields.All(f => _columns.ContainsKey(f.Number));

    /// <summary>The column of a field; null when it does not hold every value exactly.</summary>
    public Column? Of(IndexField field) => _columns.GetValueOrDefault(field.Number) is { IsExact: true } column ? column : null;

    /// <summary>The bytes that these fields' columns would take per document.</summary>
    public static int WidthOf(IEnumerable<IndexField> fields) => sizeof(int) + fields.Sum(f => Column.Of(f, 0)!.Width);

    /// <summary>Reads them all.</summary>
    public static IndexColumns Load(IndexReader reader, long version, IReadOnlyList<IndexField> fields, CancellationToken cancellationToken)
    {
        var capacity = CapacityOf(reader.Database);
        var lengths = new int[capacity];
        lengths.AsSpan().Fill(Absent);
        var columns = fields.ToDictionary(f => f.Number, f => Column.Of(f, capacity)!);
        var loaded = new IndexColumns(version, lengths, columns);
        var rows = reader.Database.Prepare(SelectValues(columns) + " FROM vals");
        while (rows.Step())
        {
            loaded.SetValues((int)rows.Int64(0), rows);
            cancellationToken.ThrowIfCancellationRequested();
        }

        rows.Reset();
        var sizes = reader.Database.Prepare("SELECT id, sz FROM words_docsize");
        while (sizes.Step())
        {
            lengths[(int)sizes.Int64(0)] = LengthOf(sizes.Blob(1));
            cancellationToken.ThrowIfCancellationRequested();
        }

        sizes.Reset();
        return loaded;
    }

    /// <summary>These, brought to a later version by reading again what was written since.</summary>
    public IndexColumns Refresh(IndexReader reader, long version, IReadOnlyList<int> touched)
    {
        // What was written may be gone again by now, and with it the largest number.
        var capacity = Math.Max(_lengths.Length, Math.Max(CapacityOf(reader.Database), touched.DefaultIfEmpty().Max() + 1));
        var lengths = new int[capacity];
        lengths.AsSpan(_lengths.Length).Fill(Absent);
        _lengths.CopyTo(lengths, 0);
        var columns = _columns.ToDictionary(c => c.Key, c => c.Value.Copy(capacity));
        var next = new IndexColumns(version, lengths, columns);
        var values = SelectValues(columns) + " FROM vals WHERE num = ?";
        foreach (var number in touched)
            next.Reread(reader.Database, number, values);
        return next;
    }

    private void Reread(SqliteDatabase database, int number, string values)
    {
        var size = database.Prepare("SELECT sz FROM words_docsize WHERE id = ?").Bind(1, number);
        _lengths[number] = size.Step() ? LengthOf(size.Blob(0)) : Absent;
        size.Reset();
        var row = database.Prepare(values).Bind(1, number);
        if (row.Step())
        {
            SetValues(number, row);
        }
        else
        {
            foreach (var column in _columns.Values)
                column.Clear(number);
        }

        row.Reset();
    }

    private void SetValues(int number, SqliteStatement row)
    {
        var at = 1;
        foreach (var column in _columns.Values)
            column.Set(number, row, at++);
    }

    private static string SelectValues(Dictionary<int, Column> columns) =>
        "SELECT num" + string.Concat(columns.Keys.Select(number => ", " + IndexField.ColumnOf(number)));

    private static int CapacityOf(SqliteDatabase database) =>
        checked((int)(database.Prepare("SELECT max(num) FROM docs").Scalar() ?? 0) + 1);

    private static int LengthOf(ReadOnlySpan<byte> sizes)
    {
        long length = 0;
        for (var at = 0; at < sizes.Length;)
            length += Varint.Read(sizes, ref at);
        return (int)length;
    }
}
