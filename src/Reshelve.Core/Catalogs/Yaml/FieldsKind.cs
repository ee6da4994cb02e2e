using System.Text.Json.Nodes;

namespace Reshelve.Catalogs.Yaml;

/// <summary>The declared fields by name.</summary>
internal sealed class FieldsKind(ValueKind<FieldDefinition> field) : ValueKind<IReadOnlyList<FieldDefinition>>
{
    /// <summary>More than any mapping needs, and below what index engines refuse; the rest belongs to the other fields.</summary>
    public const int MaxFields = 1_000;

    public const int MaxNameLength = 128;

    private const string Prefix = "field_";
    private const string Remedy = "Write 'name: type' lines below it, or remove it";

    public override IReadOnlyList<FieldDefinition> Read(
        YamlNode node, IReadOnlyList<FieldDefinition> current, string path, DefinitionReading reading)
    {
        if (node is not YamlMap map)
        {
            reading.Error(
                node, path, node is YamlScalar { IsNull: true } ? "has no value" : $"is {node.Noun} where fields belong", Remedy);
            return current;
        }

        if (map.Entries.Count > MaxFields)
            reading.Error(
                map,
                path,
                $"declares {map.Entries.Count} fields; {MaxFields} are the most",
                "Declare those that are searched; 'others: store' keeps the rest");
        var fields = new List<FieldDefinition>();
        var written = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in map.Entries)
        {
            var child = DefinitionReading.Child(path, key.Value);
            if (!CheckName(key, child, reading))
                continue;
            if (!written.TryAdd(key.Value, key.Value))
                reading.Error(key, child, SameName(key.Value, written[key.Value]), "Keep one of them, or rename one");
            var start = new FieldDefinition { Name = key.Value, From = FieldPath.Of(key.Value), Type = FieldType.Text };
            fields.Add(field.Read(value, start, child, reading));
        }

        return fields;
    }

    public override JsonObject Schema() => new()
    {
        ["type"] = "object",
        ["maxProperties"] = MaxFields,
        ["propertyNames"] = new JsonObject
        {
            ["pattern"] = $"^[A-Za-z_][A-Za-z0-9_-]{{0,{MaxNameLength - 1}}}$",
            ["not"] = new JsonObject { ["enum"] = new JsonArray([.. Reserved.Select(r => JsonValue.Create(r.Name))]) },
        },
        ["additionalProperties"] = field.Schema(),
    };

    /// <summary>Names that mean something else in documents and searches.</summary>
    public static IReadOnlyList<(string Name, string Use)> Reserved { get; } =
    [
        (CatalogDefinition.OtherFieldsName, "for what a record holds beyond the declared fields"),
        ("_id", "for the document's id"),
        ("_score", "for the rank in searches"),
    ];

    public static bool IsName(string name) =>
        name.Length is > 0 and <= MaxNameLength
        && (char.IsAsciiLetter(name[0]) || name[0] == '_')
        && name.All(IsOfName);

    private static bool IsOfName(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-';

    private static bool CheckName(YamlScalar key, string path, DefinitionReading reading)
    {
        foreach (var (name, use) in Reserved)
        {
            if (!name.Equals(key.Value, StringComparison.OrdinalIgnoreCase))
                continue;
            reading.Error(key, path, $"is reserved {use}", Rename(key.Value));
            return false;
        }

        if (IsName(key.Value))
            return true;
        var rule = $"is not a field name: letters, digits, _ and - after a first letter or _, at most {MaxNameLength}";
        reading.Error(key, path, rule, Rename(key.Value));
        return false;
    }

    private static string Rename(string name)
    {
        var from = FieldPath.Of(name.Length == 0 ? "name" : name);
        return $"Choose another name and say where the value comes from: '{Suggestion(name)}: {{ type: text, from: \"{from}\" }}'";
    }

    /// <summary>The name itself where it is valid, else a valid one that resembles it.</summary>
    public static string Suggestion(string name)
    {
        if (IsName(name) && !Reserved.Any(r => r.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
            return name;
        var letters = name.Take(MaxNameLength - Prefix.Length).Select(c => IsOfName(c) ? c : '_').ToArray();
        var text = new string(letters).Trim('_', '-');
        var isReserved = Reserved.Any(r => r.Name.Trim('_').Equals(text, StringComparison.OrdinalIgnoreCase));
        return text.Length == 0 || char.IsAsciiDigit(text[0]) || isReserved ? (Prefix + text).TrimEnd('_') : text;
    }

    private static string SameName(string name, string earlier) =>
        name == earlier
            ? "is written twice"
            : $"differs from '{earlier}' in upper and lower case alone, which indexes cannot tell apart";
}
