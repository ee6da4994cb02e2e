using System.Text.Json;

namespace Reshelve.OpenSearch.Indexing;

/// <summary>Reads what may be missing, or of another kind, in JSON that others wrote.</summary>
internal static class AnswerJson
{
    /// <summary>The value behind these member names; null when it is not there.</summary>
    public static JsonElement? Find(JsonElement json, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(name, out json))
                return null;
        }

        return json;
    }

    /// <summary>The whole number there; null when it is not there, or none.</summary>
    public static long? Number(JsonElement json, params ReadOnlySpan<string> path) =>
        Find(json, path) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) ? number : null;

    /// <summary>The text there; null when it is not there, or none.</summary>
    public static string? Text(JsonElement json, params ReadOnlySpan<string> path) =>
        Find(json, path) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    /// <summary>Whether it is there, and true.</summary>
    public static bool IsTrue(JsonElement json, params ReadOnlySpan<string> path) => Find(json, path) is { ValueKind: JsonValueKind.True };
}
