using System.Text.Json;
using Reshelve.Feeds;
using Reshelve.Host.Output;
using Reshelve.Searching;

namespace Reshelve.Host.Commands;

/// <summary>Searches, and shows what was found.</summary>
internal sealed class SearchVerb(Session session)
{
    /// <summary>Searches a catalog.</summary>
    public async Task<int> RunAsync(string catalog, SearchRequest request)
    {
        await using var workspace = session.Open();
        var definition = Selection.One(workspace, catalog, session);
        SearchChecks.Check(request, definition);
        var boosted = request with { Boosts = definition.Fields.Where(field => field.Boost != 1).ToDictionary(field => field.Name, field => field.Boost) };

        var began = session.Time.GetTimestamp();
        var result = await workspace.Index.SearchAsync(catalog, boosted, CancellationToken.None);
        var seconds = session.Time.GetElapsedTime(began).TotalSeconds;
        if (result.Hits.FirstOrDefault(hit => !IsReadable(hit.Document.Span)) is { } damaged)
        {
            throw new ReshelveException(
                $"the index of '{catalog}' is damaged: its document '{damaged.Id}' cannot be read. Fill a new one with `{session.Hint.For("rebuild", catalog)}`");
        }

        if (session.Json)
            JsonOutput.WriteLine(session.Terminal, writer => WriteJson(writer, request, result, seconds));
        else
            WriteText(request, result, seconds, new HitText(session.Terminal, definition));
        return ExitCodes.Done;
    }

    private static bool IsReadable(ReadOnlySpan<byte> document)
    {
        try
        {
            var reader = new Utf8JsonReader(document);
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject && reader.TrySkip();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static void WriteJson(Utf8JsonWriter writer, SearchRequest request, SearchResult result, double seconds)
    {
        writer.WriteNumber("total"u8, result.Total);
        writer.WriteStartArray("hits"u8);
        foreach (var hit in result.Hits)
        {
            writer.WriteStartObject();
            writer.WriteString("id"u8, hit.Id);
            writer.WriteNumber("score"u8, Math.Round(hit.Score, 6));
            writer.WritePropertyName("document"u8);
            writer.WriteRawValue(hit.Document.Span, skipInputValidation: true);
            if (request.Highlight)
                WriteHighlights(writer, hit);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        WriteFacets(writer, result);
        JsonOutput.WriteSeconds(writer, "seconds", seconds);
    }

    private static void WriteHighlights(Utf8JsonWriter writer, SearchHit hit)
    {
        writer.WriteStartObject("highlights"u8);
        foreach (var (field, excerpt) in hit.Highlights)
            writer.WriteString(field, excerpt);
        writer.WriteEndObject();
    }

    private static void WriteFacets(Utf8JsonWriter writer, SearchResult result)
    {
        writer.WriteStartObject("facets"u8);
        foreach (var (field, values) in result.Facets)
        {
            writer.WriteStartObject(field);
            foreach (var (value, count) in values)
                writer.WriteNumber(value, count);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private void WriteText(SearchRequest request, SearchResult result, double seconds, HitText text)
    {
        var terminal = session.Terminal;
        var shown = result.Hits.Count > 0 && (request.Offset > 0 || result.Total > result.Hits.Count)
            ? $", {Quantity.Count(request.Offset + 1)}–{Quantity.Count(request.Offset + result.Hits.Count)} shown"
            : "";
        var query = request.Query.Length > 0 ? $" '{Printable.Line(request.Query)}'" : "";
        terminal.Out.WriteLine(
            $"{terminal.Bold(Quantity.Count(result.Total, "document"))} {(result.Total == 1 ? "matches" : "match")}{query}{shown} " +
            terminal.Dim($"({Quantity.Duration(seconds)})"));
        var number = request.Offset;
        foreach (var hit in result.Hits)
            text.Write(++number, hit);
        foreach (var (field, values) in result.Facets)
        {
            var counts = values.Select(value => $"{Printable.Line(value.Value)} {terminal.Dim(Quantity.Count(value.Count))}");
            terminal.Out.WriteLine($"\n{terminal.Bold(Printable.Line(field))}  {(values.Count > 0 ? string.Join(terminal.Dim(" · "), counts) : "no values")}");
        }
    }
}
