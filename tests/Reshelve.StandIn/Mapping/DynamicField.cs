using System.Text.Json;
using System.Text.Json.Nodes;

namespace Reshelve.StandIn.Mapping;

/// <summary>How a field that nobody mapped is guessed from its first value.</summary>
internal static class DynamicField
{
    /// <summary>The definition, or null where the value says nothing: null, or an empty list.</summary>
    public static JsonObject? Of(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => new() { ["type"] = "boolean" },
        JsonValueKind.Number => new() { ["type"] = value.TryGetInt64(out _) ? "long" : "float" },
        JsonValueKind.Object => new() { ["type"] = "object" },
        JsonValueKind.Array => value.EnumerateArray().Select(Of).FirstOrDefault(definition => definition is not null),
        JsonValueKind.String when IsDate(LenientText.Of(value)) => new() { ["type"] = "date" },
        JsonValueKind.String => new()
        {
            ["type"] = "text",
            ["fields"] = new JsonObject { ["keyword"] = new JsonObject { ["type"] = "keyword", ["ignore_above"] = 256 } },
        },
        _ => null,
    };

    /// <summary>A bare year is no date to the guess.</summary>
    private static bool IsDate(string text) => text.Length >= 10 && DateText.Parse(text, "strict_date_optional_time") is not null;
}
