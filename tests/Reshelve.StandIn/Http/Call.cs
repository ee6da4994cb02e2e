using System.Text.Json;
using System.Text.Json.Nodes;

namespace Reshelve.StandIn.Http;

/// <summary>One request as it was received, decompressed.</summary>
/// <param name="Method">The method; HEAD is answered as GET without a body.</param>
/// <param name="Path">The path with its query, as it was sent.</param>
/// <param name="Segments">The path's parts, unescaped.</param>
/// <param name="Query">The query's parameters.</param>
/// <param name="Body">The body.</param>
internal sealed record Call(
    string Method, string Path, IReadOnlyList<string> Segments, IReadOnlyDictionary<string, string> Query, ReadOnlyMemory<byte> Body)
{
    /// <summary>The parts of the path that stand for the placeholders of the route.</summary>
    public IReadOnlyDictionary<string, string> Named { get; init; } = new Dictionary<string, string>();

    /// <summary>The index expression of the path; empty: none, which mostly means all.</summary>
    public string Index => Named.GetValueOrDefault("index", "");

    public string Text(string parameter, string otherwise = "") => Query.GetValueOrDefault(parameter, otherwise);

    /// <summary>A parameter that is switched on by being there.</summary>
    public bool Flag(string parameter) => Query.TryGetValue(parameter, out var value) && value is "" or "true";

    /// <summary>The body as an object; empty where none was sent.</summary>
    public JsonObject Object()
    {
        if (Body.IsEmpty)
            return [];
        try
        {
            var node = JsonNode.Parse(Body.Span, documentOptions: new() { AllowDuplicateProperties = false });
            return node as JsonObject ?? throw new Refusal(400, "parsing_exception", "Expected [START_OBJECT] but found something else");
        }
        catch (JsonException broken)
        {
            throw new Refusal(400, "json_parse_exception", broken.Message);
        }
    }
}
