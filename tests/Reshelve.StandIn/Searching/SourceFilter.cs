using System.Text.Json.Nodes;
using Reshelve.StandIn.Http;

namespace Reshelve.StandIn.Searching;

/// <summary>Which of a document's members are given: all, none, or those of some paths.</summary>
internal sealed record SourceFilter(bool IsWanted, IReadOnlyList<string> Kept, IReadOnlyList<string> Left)
{
    public static SourceFilter All { get; } = new(true, [], []);

    public static SourceFilter Of(JsonNode given) => given switch
    {
        JsonObject both => new(true, Paths(both["includes"] ?? both["include"]), Paths(both["excludes"] ?? both["exclude"])),
        _ when given.ToString() is "true" => All,
        _ when given.ToString() is "false" => new(false, [], []),
        _ => new(true, Paths(given), []),
    };

    public static SourceFilter OfQuery(string value) =>
        value is "true" or "false" ? new(value == "true", [], []) : new(true, value.Split(','), []);

    /// <summary>The document, byte for byte where it is given whole; null where it is not wanted.</summary>
    public JsonNode? Apply(ReadOnlyMemory<byte> source)
    {
        if (!IsWanted)
            return null;
        if (Kept.Count + Left.Count == 0)
            return new RawJson(source).ToNode();
        var paths = Kept.Concat(Left.Select(path => $"-{path}"));
        return FilterPath.Apply(JsonNode.Parse(source.Span), string.Join(',', paths));
    }

    private static string[] Paths(JsonNode? given) => given switch
    {
        null => [],
        JsonArray several => [.. several.Select(path => path!.ToString())],
        _ => [given.ToString()],
    };
}
