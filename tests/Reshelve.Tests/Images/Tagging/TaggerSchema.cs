using System.Text.Json;
using System.Text.RegularExpressions;

namespace Reshelve.Tests.Images.Tagging;

/// <summary>Checks JSON against docs/tagger.schema.json, as far as that file uses JSON Schema.</summary>
internal static class TaggerSchema
{
    public static void Check(string definition, byte[] json)
    {
        using var schema = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Repository.Folder, "docs", "tagger.schema.json")));
        using var value = JsonDocument.Parse(json);
        Errors(schema.RootElement.GetProperty("$defs").GetProperty(definition), value.RootElement, schema.RootElement, "$").ShouldBeEmpty();
    }

    private static IEnumerable<string> Errors(JsonElement schema, JsonElement value, JsonElement root, string at)
    {
        foreach (var rule in schema.EnumerateObject())
        {
            var wrong = rule.Name switch
            {
                "description" => [],
                "$ref" => Errors(root.GetProperty("$defs").GetProperty(rule.Value.GetString()!["#/$defs/".Length..]), value, root, at),
                "oneOf" => One(rule.Value.EnumerateArray().Count(s => !Errors(s, value, root, at).Any()) != 1, at, "matches not exactly one"),
                "type" => One(!Is(value, rule.Value.GetString()!), at, $"is no {rule.Value}"),
                "const" => One(value.GetRawText() != rule.Value.GetRawText(), at, $"is not {rule.Value}"),
                "pattern" => One(!Regex.IsMatch(value.GetString()!, rule.Value.GetString()!), at, "does not match"),
                "minimum" => One(value.GetDouble() < rule.Value.GetDouble(), at, "is too small"),
                "maximum" => One(value.GetDouble() > rule.Value.GetDouble(), at, "is too large"),
                "minLength" => One(value.GetString()!.Length < rule.Value.GetInt32(), at, "is too short"),
                "maxLength" => One(value.GetString()!.Length > rule.Value.GetInt32(), at, "is too long"),
                "minItems" => One(value.GetArrayLength() < rule.Value.GetInt32(), at, "has too few items"),
                "required" => rule.Value.EnumerateArray().Where(n => !value.TryGetProperty(n.GetString()!, out _)).Select(n => $"{at} lacks {n}"),
                "items" => value.EnumerateArray().SelectMany((v, i) => Errors(rule.Value, v, root, $"{at}[{i}]")),
                "properties" => rule.Value.EnumerateObject()
                    .SelectMany(p => value.TryGetProperty(p.Name, out var v) ? Errors(p.Value, v, root, $"{at}.{p.Name}") : []),
                "additionalProperties" => value.EnumerateObject()
                    .Where(p => !schema.GetProperty("properties").TryGetProperty(p.Name, out _)).Select(p => $"{at} has {p.Name}"),
                _ => throw new NotSupportedException(rule.Name),
            };
            foreach (var error in wrong)
                yield return error;
            if (rule.Name == "type" && !Is(value, rule.Value.GetString()!))
                yield break;
        }
    }

    private static IEnumerable<string> One(bool isWrong, string at, string what) => isWrong ? [$"{at} {what}"] : [];

    private static bool Is(JsonElement value, string type) => type switch
    {
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        _ => value.ValueKind.ToString().Equals(type, StringComparison.OrdinalIgnoreCase),
    };
}
