using System.Net;
using System.Text.Json;
using Reshelve.Catalogs;
using Reshelve.Indexing;
using Reshelve.Searching;

namespace Reshelve.Host.Output;

/// <summary>A found document in two or three lines: what it is called, its id, and what it holds.</summary>
internal sealed class HitText(Terminal terminal, CatalogDefinition definition)
{
    private const int TitleLength = 90;
    private const int DetailLength = 40;
    private const int Details = 6;
    private const int HighlightLength = 160;

    private readonly List<FieldDefinition> _titles = [.. definition.Fields.Where(field => field.Type == FieldType.Text).OrderByDescending(field => field.Boost)];

    /// <summary>Writes one.</summary>
    public void Write(int number, SearchHit hit)
    {
        using var document = JsonDocument.Parse(hit.Document);
        var title = _titles.FirstOrDefault(field => Value(document, field).Length > 0);
        terminal.Out.WriteLine();
        var name = title is null ? hit.Id : Value(document, title);
        var score = hit.Score >= 0.005 ? terminal.Dim($"  {hit.Score.ToString("0.00")}") : "";
        terminal.Out.WriteLine($"{number,3}. {terminal.Bold(Printable.Excerpt(name, TitleLength))}{score}");
        terminal.Out.WriteLine($"     {terminal.Dim(string.Join(" · ", Facts(document, hit.Id)))}");
        foreach (var (field, excerpt) in hit.Highlights)
            terminal.Out.WriteLine($"     {Printable.Line(field)}: {Marked(excerpt)}");
    }

    private IEnumerable<string> Facts(JsonDocument document, string id)
    {
        yield return $"id {Printable.Excerpt(id, DetailLength)}";
        var facts = IndexSchema.Of(definition).Fields
            .Where(field => field.Type is not (FieldType.Text or FieldType.Url or FieldType.Image or FieldType.Object))
            .Select(field => (field.Name, Text: Value(document, field)))
            .Where(fact => fact.Text.Length > 0 && fact.Text != id)
            .Take(Details);
        foreach (var (name, text) in facts)
            yield return $"{Printable.Line(name)} {Printable.Excerpt(text, DetailLength)}";
    }

    private static string Value(JsonDocument document, FieldDefinition field)
    {
        if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty(field.Name, out var value))
            return "";
        return value.ValueKind == JsonValueKind.Array ? string.Join(", ", value.EnumerateArray().Select(Scalar)) : Scalar(value);
    }

    private static string Scalar(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Null or JsonValueKind.Undefined => "",
        _ => value.GetRawText(),
    };

    // The excerpt is HTML for web pages. Marks become the terminal's before the text is unescaped, so that a mark in the text
    // stays text.
    private string Marked(string excerpt)
    {
        var parts = excerpt.ReplaceLineEndings(" ").Split("<em>");
        var text = Plain(parts[0], HighlightLength);
        foreach (var part in parts.Skip(1))
        {
            var end = part.IndexOf("</em>", StringComparison.Ordinal);
            text += end < 0 ? Plain(part, HighlightLength) : Mark(Plain(part[..end], HighlightLength)) + Plain(part[(end + 5)..], HighlightLength);
        }

        return text;
    }

    private string Mark(string word) => terminal.Color ? terminal.Warning(word) : $"*{word}*";

    private static string Plain(string html, int length) => Printable.Excerpt(WebUtility.HtmlDecode(html), length);
}
