using System.Diagnostics.CodeAnalysis;
using Reshelve.Catalogs;
using Reshelve.Indexing;
using Reshelve.Searching;

namespace Reshelve.Embedded.Indexing;

/// <summary>
/// How a backing index lies in its database file:
/// <list type="bullet">
/// <item><c>docs</c>: one row per document, with its id (see <see cref="IdKey"/>), the sequence number of its last write, and its
/// JSON.</item>
/// <item><c>words</c>: full text over the text fields, under the document's row number. It keeps no text of its own
/// (contentless), so
/// taking a document out of it takes the old text, which the old document holds.</item>
/// <item><c>vals</c>: one narrow row per document with what filters, facets and sorting need, so that scanning a million of
/// them reads some 30 bytes each and no document.</item>
/// <item><c>codes</c>: what the numbers in coded columns stand for: as text, and as a key that compares rightly.</item>
/// <item><c>removed</c>: ids that were removed, and by which run, so that an older run's late write does not bring them
/// back.</item>
/// <item><c>about</c> and <c>fields</c>: what the index is. <c>state</c>: one row of what changes.</item>
/// <item><c>free</c>: row numbers that removed documents had, which new ones take over, so that the numbers stay dense.</item>
/// <item><c>touched</c>: the row numbers that each of the last batches wrote, four bytes each, for those who keep columns in
/// memory (<see cref="Columns.IndexColumns"/>).</item>
/// </list>
/// </summary>
internal sealed class IndexLayout
{
    /// <summary>The version of this layout; a file of another is refused.</summary>
    public const long Format = 2;

    /// <summary>How text is split into words; with its option, for <see cref="Words.Tokenizer"/> ended by zeros.</summary>
    public static ReadOnlySpan<byte> Tokenizer => "unicode61\0"u8;

    public static ReadOnlySpan<byte> TokenizerOption => "remove_diacritics\0"u8;

    public static ReadOnlySpan<byte> TokenizerOptionValue => "2\0"u8;

    public IndexLayout(IndexSchema schema)
    {
        Schema = schema;
        SearchFields = new SearchFields(schema);
        var textColumns = 0;
        Fields = [.. schema.Fields.Select((f, i) => new IndexField(i, f, f.Type == FieldType.Text ? textColumns++ : -1))];
        TextFields = [.. Fields.Where(f => f.IsText)];
        ColumnFields = [.. Fields.Where(f => f.HasColumn)];
    }

    public IndexSchema Schema { get; }

    /// <summary>What searches may ask of the fields.</summary>
    public SearchFields SearchFields { get; }

    public IReadOnlyList<IndexField> Fields { get; }

    /// <summary>In the order of the full text table's columns; when there are none, there is no such table.</summary>
    public IReadOnlyList<IndexField> TextFields { get; }

    /// <summary>In the order of the columns of <c>vals</c>.</summary>
    public IReadOnlyList<IndexField> ColumnFields { get; }

    public string CreateSql =>
        $"""
        CREATE TABLE about(format INTEGER NOT NULL, alias TEXT NOT NULL, created TEXT NOT NULL);
        CREATE TABLE fields(number INTEGER PRIMARY KEY, name TEXT NOT NULL, type TEXT NOT NULL, list INTEGER NOT NULL,
            volatile INTEGER NOT NULL, facet INTEGER NOT NULL);
        CREATE TABLE state(documents INTEGER NOT NULL, dropped INTEGER NOT NULL, loading INTEGER NOT NULL, version INTEGER NOT NULL);
        INSERT INTO state VALUES(0, 0, 1, 0);
        CREATE TABLE touched(version INTEGER PRIMARY KEY, nums BLOB NOT NULL);
        CREATE TABLE docs(num INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, sequence INTEGER NOT NULL, body BLOB NOT NULL);
        CREATE TABLE vals(num INTEGER PRIMARY KEY{string.Concat(ColumnFields.Select(f => ", " + f.Column))});
        CREATE TABLE codes(field INTEGER NOT NULL, code INTEGER NOT NULL, text TEXT NOT NULL, key NOT NULL,
            PRIMARY KEY(field, code)) WITHOUT ROWID;
        CREATE UNIQUE INDEX codes_text ON codes(field, text);
        CREATE INDEX codes_key ON codes(field, key);
        CREATE TABLE removed(id BLOB PRIMARY KEY, sequence INTEGER NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE free(num INTEGER PRIMARY KEY);
        {CreateWordsSql}
        {(TextFields.Count > 0 ? KeepWordsSql : "")}
        """;

    /// <summary>The full text table, if there are text fields.</summary>
    public string CreateWordsSql => TextFields.Count > 0 ? WordsSql("words", "content='', ") : "";

    /// <summary>
    /// While an index is filled, what is collected in memory (64 MiB) goes to the file unmerged, and all is merged at the end: with 4 MiB
    /// the same takes half as long again.
    /// </summary>
    public string LoadWordsSql => "INSERT INTO words(words, rank) VALUES('automerge', 0), ('crisismerge', 500), ('hashsize', 67108864);";

    /// <summary>From then on a little is merged with each batch.</summary>
    public string KeepWordsSql => "INSERT INTO words(words, rank) VALUES('automerge', 4), ('crisismerge', 16), ('hashsize', 4194304);";

    /// <summary>
    /// Takes over the full text table of an attached database. FTS5 keeps it in these tables; they say the same in both files, since it was
    /// made by the same statement.
    /// </summary>
    public static string TakeWordsSql(string from) =>
        $"""
        DELETE FROM words_data; INSERT INTO words_data SELECT * FROM {from}.words_data;
        DELETE FROM words_idx; INSERT INTO words_idx SELECT * FROM {from}.words_idx;
        DELETE FROM words_docsize; INSERT INTO words_docsize SELECT * FROM {from}.words_docsize;
        """;

    public string InsertWordsSql => InsertWordsSqlInto("words");

    public string DeleteWordsSql => $"INSERT INTO words(words, rowid{TextColumns}) VALUES('delete', ?{Parameters(TextFields.Count)})";

    public string InsertValuesSql =>
        $"REPLACE INTO vals(num{string.Concat(ColumnFields.Select(f => ", " + f.Column))}) VALUES(?{Parameters(ColumnFields.Count)})";

    private string TextColumns => string.Concat(TextFields.Select(f => ", t" + f.TextColumn));

    /// <summary>
    /// A full text table over the text fields: letters and digits make words, without regard to case and diacritics. Prefixes
    /// have no index of their own: it would make writing half as fast again, and only those of two or three letters would gain.
    /// </summary>
    public string WordsSql(string table, string options) =>
        $"""
        CREATE VIRTUAL TABLE {table} USING fts5(
            {string.Join(", ", TextFields.Select(f => "t" + f.TextColumn))}, {options}tokenize='unicode61 remove_diacritics 2');
        """;

    /// <summary>Puts a document's texts into a table made by <see cref="WordsSql"/>.</summary>
    public string InsertWordsSqlInto(string table) => $"INSERT INTO {table}(rowid{TextColumns}) VALUES(?{Parameters(TextFields.Count)})";

    /// <summary>A declared field as the index keeps it; null for null.</summary>
    [return: NotNullIfNotNull(nameof(definition))]
    public IndexField? Of(FieldDefinition? definition) => definition is null ? null : Fields.First(f => ReferenceEquals(f.Definition, definition));

    private static string Parameters(int count) => string.Concat(Enumerable.Repeat(", ?", count));
}
