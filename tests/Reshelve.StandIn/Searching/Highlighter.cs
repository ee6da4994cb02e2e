using System.Text;
using System.Text.Json.Nodes;
using Reshelve.StandIn.Analysis;
using Reshelve.StandIn.Indexing;
using Reshelve.StandIn.Mapping;

namespace Reshelve.StandIn.Searching;

/// <summary>
/// Marks what a query matched in text fields, as the unified highlighter does: whole words, each value of a list by itself. Where excerpts begin and end is only near to
/// what the server takes.
/// </summary>
internal sealed class Highlighter(JsonObject wanted)
{
    private const int UsualFragments = 5;
    private const int UsualLength = 100;

    public JsonObject Highlight(Hit hit)
    {
        var marked = new JsonObject();
        foreach (var (pattern, options) in Fields())
        {
            foreach (var field in hit.Document.Index.Mapping.Matching(pattern).OfType<TextField>())
            {
                if (!marked.ContainsKey(field.Path) && Excerpts(hit, field, options) is { Count: > 0 } excerpts)
                    marked[field.Path] = new JsonArray([.. excerpts.Select(excerpt => (JsonNode)excerpt)]);
            }
        }

        return marked;
    }

    private IEnumerable<(string Pattern, JsonObject Options)> Fields() => wanted["fields"] switch
    {
        JsonObject named => named.Select(field => (field.Key, (JsonObject)field.Value!)),
        JsonArray list => list.SelectMany(entry => entry!.AsObject()).Select(field => (field.Key, (JsonObject)field.Value!)),
        _ => [],
    };

    private List<string> Excerpts(Hit hit, TextField field, JsonObject options)
    {
        if (Option(options, "highlight_query") is not null)
            throw Refusal.Unsupported("highlight_query");
        var places = new SortedSet<int>();
        hit.Query.Mark(hit.Document, field.Path, places);
        if (Option(options, "require_field_match")?.ToString() == "false")
        {
            foreach (var other in hit.Document.Fields.Keys.Where(path => path != field.Path))
                AddSameWords(hit, other, field.Path, places);
        }

        if (places.Count == 0 || hit.Document.Content(field.Path) is not { } content)
            return [];
        var fragments = (int?)Option(options, "number_of_fragments") ?? UsualFragments;
        var length = (int?)Option(options, "fragment_size") ?? UsualLength;
        var excerpts = new List<string>();
        foreach (var marks in places.Select(place => content.Tokens[place]).GroupBy(token => token.Text))
        {
            var text = content.Texts[marks.Key];
            foreach (var (start, end) in fragments == 0 ? [(0, text.Length)] : Fragments(text, [.. marks], length))
                excerpts.Add(Marked(text, start, end, marks.Where(mark => mark.Start >= start && mark.End <= end), options));
        }

        return fragments == 0 ? excerpts : [.. excerpts.Take(fragments)];
    }

    /// <summary>Marks the words of one field that a query matched in another.</summary>
    private static void AddSameWords(Hit hit, string other, string field, SortedSet<int> places)
    {
        var elsewhere = new SortedSet<int>();
        hit.Query.Mark(hit.Document, other, elsewhere);
        if (elsewhere.Count == 0 || hit.Document.Content(field) is not { } content)
            return;
        var terms = elsewhere.Select(place => hit.Document.Fields[other].Tokens[place].Term).ToHashSet(StringComparer.Ordinal);
        for (var i = 0; i < content.Tokens.Count; i++)
        {
            if (terms.Contains(content.Tokens[i].Term))
                places.Add(i);
        }
    }

    /// <summary>Stretches of about <paramref name="length"/> that hold all marks, whole words each.</summary>
    private static IEnumerable<(int Start, int End)> Fragments(string text, IReadOnlyList<Token> marks, int length)
    {
        if (text.Length <= length)
        {
            yield return (0, text.Length);
            yield break;
        }

        for (var i = 0; i < marks.Count;)
        {
            var start = marks[i].Start;
            var sentence = text.LastIndexOf(". ", start, StringComparison.Ordinal) is var stop && stop < 0 ? 0 : stop + 2;
            if (start - sentence <= length / 2)
                start = sentence;
            var end = Math.Max(marks[i].End, Math.Min(text.Length, start + length));
            while (end < text.Length && char.IsLetterOrDigit(text[end]) && char.IsLetterOrDigit(text[end - 1]))
                end++;
            yield return (start, end);
            while (i < marks.Count && marks[i].Start < end)
                i++;
        }
    }

    private string Marked(string text, int start, int end, IEnumerable<Token> marks, JsonObject options)
    {
        var encodes = Option(options, "encoder")?.ToString() == "html";
        var (before, after) = (Tag(options, "pre_tags", "<em>"), Tag(options, "post_tags", "</em>"));
        var marked = new StringBuilder();
        var at = start;
        foreach (var mark in marks)
        {
            marked.Append(Encoded(text[at..mark.Start], encodes)).Append(before).Append(Encoded(text[mark.Start..mark.End], encodes)).Append(after);
            at = mark.End;
        }

        return marked.Append(Encoded(text[at..end], encodes)).ToString().Trim();
    }

    private string Tag(JsonObject options, string name, string otherwise) => Option(options, name) is JsonArray { Count: > 0 } tags ? tags[0]!.ToString() : otherwise;

    private JsonNode? Option(JsonObject options, string name) => options[name] ?? wanted[name];

    private static string Encoded(string text, bool encodes) => !encodes ? text : text
        .Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal)
        .Replace("\"", "&quot;", StringComparison.Ordinal).Replace("'", "&#x27;", StringComparison.Ordinal).Replace("/", "&#x2F;", StringComparison.Ordinal);
}
