using System.Net;
using System.Text;
using Reshelve.Embedded.Indexing;
using Reshelve.Embedded.Sqlite;

namespace Reshelve.Embedded.Searching;

/// <summary>
/// Marks what matched. The index keeps no text, so the texts of a page's hits are put into a full text table in memory, with
/// the same rules
/// for words, and asked the same question.
/// </summary>
internal sealed class Highlighter(SqliteDatabase database, IndexLayout layout)
{
    // Control characters that no page can show stand for the marks until the text around them is escaped.
    private const char Begin = '\u0001';
    private const char End = '\u0002';
    private const int ExcerptWords = 32;

    /// <summary>The marked excerpts of these documents, by number and text field.</summary>
    public IReadOnlyDictionary<long, IReadOnlyDictionary<string, string>> Mark(
        string match, IReadOnlyList<(long Number, byte[] Document)> documents)
    {
        database.Execute(layout.WordsSql("IF NOT EXISTS temp.excerpts", ""));
        foreach (var (number, document) in documents)
            Insert(number, document);
        var excerpts = string.Concat(layout.TextFields.Select(
            f => $", snippet(excerpts, {f.TextColumn}, char({(int)Begin}), char({(int)End}), '…', {ExcerptWords})"));
        var rows = database.Prepare($"SELECT rowid{excerpts} FROM temp.excerpts WHERE excerpts MATCH ?").Bind(1, match);
        var marked = new Dictionary<long, IReadOnlyDictionary<string, string>>();
        while (rows.Step())
            marked.Add(rows.Int64(0), Read(rows));
        rows.Reset();
        database.Execute("DELETE FROM temp.excerpts");
        return marked;
    }

    private void Insert(long number, byte[] document)
    {
        var reader = new DocumentReader(layout);
        if (!reader.TryRead(document, out _))
            return;
        var insert = database.Prepare(layout.InsertWordsSqlInto("temp.excerpts")).Bind(1, number);
        foreach (var field in layout.TextFields)
        {
            var text = Encoding.UTF8.GetString(reader.Words(field, document));
            insert.Bind(2 + field.TextColumn, text.Replace(Begin, ' ').Replace(End, ' '));
        }

        insert.Run();
        insert.Reset();
    }

    private Dictionary<string, string> Read(SqliteStatement row)
    {
        var marked = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var field in layout.TextFields)
        {
            var excerpt = row.Text(1 + field.TextColumn);
            if (excerpt.Contains(Begin, StringComparison.Ordinal))
            {
                marked.Add(field.Name, WebUtility.HtmlEncode(excerpt)
                    .Replace(Begin.ToString(), "<em>", StringComparison.Ordinal)
                    .Replace(End.ToString(), "</em>", StringComparison.Ordinal));
            }
        }

        return marked;
    }
}
