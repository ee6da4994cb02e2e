using System.Text;
using System.Text.Json;

namespace Reshelve.Images.Tagging;

/// <summary>Finds in an error's body what it says: <c>{"error":{"message":…}}</c>, <c>{"error":…}</c>, <c>{"detail":…}</c>, or text.</summary>
internal static class Complaint
{
    /// <summary>What it says; empty for what is meant for browsers.</summary>
    public static string Read(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return Find(json.RootElement) ?? "";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            var text = Encoding.UTF8.GetString(body).Trim();
            return text.StartsWith('<') ? "" : text;
        }
    }

    /// <summary>What an answer says of an error; null when it names none.</summary>
    public static string? Find(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
            return null;
        foreach (var name in (string[])["error", "message", "detail"])
        {
            if (!root.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
                continue;
            return value.ValueKind switch
            {
                JsonValueKind.String => value.GetString(),
                JsonValueKind.Object => Find(value) ?? value.GetRawText(),
                _ => value.GetRawText(),
            };
        }

        return null;
    }
}
