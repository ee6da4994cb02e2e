using System.Text;
using System.Text.Json;

namespace Reshelve.OpenSearch.Connection;

/// <summary>What a server says that is wrong, in any of the forms in which it says so.</summary>
/// <param name="Type">Such as <c>index_not_found_exception</c>; empty where it gives none.</param>
/// <param name="Reason">Its reasons, the outermost first, in one line; never empty.</param>
internal sealed record ServerError(string Type, string Reason)
{
    private const int MaxReason = 1500;
    private const int MaxDepth = 16;

    /// <summary>The types of what caused it, the outermost first and without its own.</summary>
    public IReadOnlyList<string> Causes { get; private init; } = [];

    /// <summary>Whether a document was refused because it is no JSON. Each version words that in its own way, but the parser's name is in the type of the cause.</summary>
    public bool IsMalformedJson =>
        Causes.Append(Type).Any(type => type.Contains("json", StringComparison.Ordinal) || type.Contains("x_content", StringComparison.Ordinal))
        || Reason.Contains("Malformed content", StringComparison.Ordinal);

    /// <summary>What the body of a refusal says.</summary>
    public static ServerError Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("error", out var error))
                return Read(error);
            // What stands before a cluster, such as a cloud's gate, says it so.
            if (root.ValueKind == JsonValueKind.Object && (Text(root, "message") ?? Text(root, "Message")) is { } message)
                return new ServerError("", Line(message));
        }
        catch (JsonException)
        {
            // Something else than the server answered: its words are all there is.
        }

        var words = Line(Encoding.UTF8.GetString(body.Span[..Math.Min(body.Length, 400)]));
        return new ServerError("", words.Length > 0 ? words : "it does not say why");
    }

    /// <summary>What an <c>error</c> says, of a whole answer or of one item.</summary>
    public static ServerError Read(JsonElement error)
    {
        if (error.ValueKind != JsonValueKind.Object)
            return new ServerError("", Line(error.ToString()));
        var reasons = new List<string>();
        var types = new List<string>();
        Collect(error, reasons, types, MaxDepth);
        var type = Text(error, "type") ?? "";
        var causes = types.Where(one => one != type).Distinct().ToList();
        return new ServerError(type, Line(reasons.Count > 0 ? string.Join(": ", reasons) : error.GetRawText())) { Causes = causes };
    }

    private static void Collect(JsonElement error, List<string> reasons, List<string> types, int depth)
    {
        if (depth == 0 || error.ValueKind != JsonValueKind.Object)
            return;
        if (Text(error, "type") is { } type)
            types.Add(type);
        if (Text(error, "reason") is { } reason && !reasons.Exists(known => known.Contains(reason, StringComparison.Ordinal)))
            reasons.Add(reason);
        if (error.TryGetProperty("caused_by", out var cause))
            Collect(cause, reasons, types, depth - 1);
        // Of many shards and root causes each says the same, or nearly.
        if (error.TryGetProperty("root_cause", out var roots) && roots.ValueKind == JsonValueKind.Array && roots.GetArrayLength() > 0)
            Collect(roots[0], reasons, types, depth - 1);
        if (error.TryGetProperty("failed_shards", out var shards) && shards.ValueKind == JsonValueKind.Array && shards.GetArrayLength() > 0
            && shards[0].ValueKind == JsonValueKind.Object && shards[0].TryGetProperty("reason", out var shard))
            Collect(shard, reasons, types, depth - 1);
    }

    private static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;

    private static string Line(string text)
    {
        var line = string.Join(' ', text.Split(['\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        return line.Length <= MaxReason ? line : line[..MaxReason] + "…";
    }
}
