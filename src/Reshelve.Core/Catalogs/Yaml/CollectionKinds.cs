using System.Text.Json.Nodes;

namespace Reshelve.Catalogs.Yaml;

/// <summary>One or more values, compared as text.</summary>
internal sealed class TextListKind(string remedy) : ValueKind<IReadOnlyList<string>>
{
    public override IReadOnlyList<string> Read(
        YamlNode node, IReadOnlyList<string> current, string path, DefinitionReading reading)
    {
        if (node is not YamlList list)
            return reading.Text(node, path, remedy) is { } single ? [single] : current;
        if (list.Items.Count == 0)
            reading.Error(node, path, "is empty", remedy);
        var values = new List<string>();
        for (var i = 0; i < list.Items.Count; i++)
        {
            if (reading.Text(list.Items[i], $"{path}[{i}]", remedy) is { } value)
                values.Add(value);
        }

        return values;
    }

    public override JsonObject Schema()
    {
        JsonArray Types() => ["string", "boolean", "number"];
        return new JsonObject
        {
            ["anyOf"] = new JsonArray(
                new JsonObject { ["type"] = Types() },
                new JsonObject { ["type"] = "array", ["minItems"] = 1, ["items"] = new JsonObject { ["type"] = Types() } }),
        };
    }
}

/// <summary>HTTP headers by name.</summary>
internal sealed class HeadersKind : ValueKind<IReadOnlyDictionary<string, string>>
{
    private const string Remedy = "Write 'Name: value' lines below it; ${NAME} stands for an environment variable";

    public override IReadOnlyDictionary<string, string> Read(
        YamlNode node, IReadOnlyDictionary<string, string> current, string path, DefinitionReading reading)
    {
        if (node is not YamlMap map)
        {
            reading.Error(node, path, "is not a group of headers", Remedy);
            return current;
        }

        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in map.Entries)
        {
            var child = DefinitionReading.Child(path, key.Value);
            if (reading.Text(value, child, Remedy) is not { } text)
                continue;
            if (!IsToken(key.Value))
                reading.Error(key, child, "is not a header's name", "Use letters, digits and hyphens");
            else if (ProblemOf(text) is { } problem)
                reading.Error(value.Line, value.Column, child, null, problem, Remedy);
            else if (!headers.TryAdd(key.Value, text))
                reading.Error(key, child, "is written twice", "Keep one of them");
        }

        return headers;
    }

    public override JsonObject Schema() => new()
    {
        ["type"] = "object",
        ["propertyNames"] = new JsonObject { ["pattern"] = "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$" },
        ["additionalProperties"] = new JsonObject { ["type"] = "string" },
    };

    /// <summary>RFC 9110, 5.6.2.</summary>
    private static bool IsToken(string name) =>
        name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c));

    // The value may be a secret, so no message shows it.
    private static string? ProblemOf(string value)
    {
        if (value.Any(char.IsControl))
            return "has a control character in its value";
        var at = -2;
        while ((at = value.IndexOf("${", at + 2, StringComparison.Ordinal)) >= 0)
        {
            var end = value.IndexOf('}', at);
            if (end < 0)
                return "begins a variable with '${' that no '}' ends";
            var name = value.AsSpan(at + 2, end - at - 2);
            if (name.IsEmpty || char.IsAsciiDigit(name[0]) || name.ContainsAnyExcept(VariableCharacters))
                return $"names the variable '{name}', which cannot exist";
        }

        return null;
    }

    private static readonly System.Buffers.SearchValues<char> VariableCharacters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");
}
