using System.Text.Json.Nodes;

namespace Reshelve.Catalogs.Yaml;

/// <summary>
/// What may be written for a key. Reading and the JSON Schema for editors come from the same object, so that they cannot drift
/// apart.
/// </summary>
internal abstract class ValueKind<T>
{
    /// <summary>Reads what is written. What cannot be read is noted as an error, and the current value stays.</summary>
    /// <param name="node">What is written.</param>
    /// <param name="current">The value until now: a default, or what an enclosing default says.</param>
    /// <param name="path">The key, for errors.</param>
    /// <param name="reading">Where errors go.</param>
    public abstract T Read(YamlNode node, T current, string path, DefinitionReading reading);

    /// <summary>The JSON Schema of what may be written.</summary>
    public abstract JsonObject Schema();
}

/// <summary>One key that a group may have.</summary>
internal abstract class Key<TGroup>(string name, string doc)
{
    public string Name => name;

    /// <summary>What it is for: the description in editors.</summary>
    public string Doc => doc;

    public bool Required { get; init; }

    public abstract TGroup Read(TGroup group, YamlNode node, string path, DefinitionReading reading);

    public abstract JsonObject Schema();
}

/// <summary>One key that a group may have, and the member that its value goes to.</summary>
internal sealed class Key<TGroup, TValue>(
    string name, string doc, ValueKind<TValue> kind, Func<TGroup, TValue> get, Func<TGroup, TValue, TGroup> set)
    : Key<TGroup>(name, doc)
{
    public override TGroup Read(TGroup group, YamlNode node, string path, DefinitionReading reading) =>
        set(group, kind.Read(node, get(group), path, reading));

    public override JsonObject Schema()
    {
        var schema = kind.Schema();
        schema["description"] = Doc;
        return schema;
    }
}

/// <summary>The keys that a group may have, and what must hold between them.</summary>
/// <param name="keys">The keys, in the order in which they are applied.</param>
/// <param name="check">Judges the whole, once every key was read without error: errors that follow from others help
/// nobody.</param>
internal sealed class KeyTable<T>(IReadOnlyList<Key<T>> keys, Action<T, YamlMap, string, DefinitionReading>? check = null)
{
    public IReadOnlyList<Key<T>> Keys => keys;

    public T Read(YamlMap map, T current, string path, DefinitionReading reading)
    {
        var errorsBefore = reading.Errors.Count;
        var values = Collect(map, path, reading);
        foreach (var key in keys)
        {
            if (values.TryGetValue(key.Name, out var value))
                current = key.Read(current, value, DefinitionReading.Child(path, key.Name), reading);
            else if (key.Required)
                reading.Error(
                    map.Line, map.Column, path, null, $"lacks '{key.Name}'", $"Add '{key.Name}:' - {Uncapitalised(key.Doc)}");
        }

        if (reading.Errors.Count == errorsBefore)
            check?.Invoke(current, map, path, reading);
        return current;
    }

    public JsonObject Schema()
    {
        var properties = new JsonObject();
        foreach (var key in keys)
            properties[key.Name] = key.Schema();
        var schema = new JsonObject { ["type"] = "object", ["additionalProperties"] = false, ["properties"] = properties };
        if (keys.Any(k => k.Required))
            schema["required"] = new JsonArray([.. keys.Where(k => k.Required).Select(k => JsonValue.Create(k.Name))]);
        return schema;
    }

    private Dictionary<string, YamlNode> Collect(YamlMap map, string path, DefinitionReading reading)
    {
        var values = new Dictionary<string, YamlNode>();
        foreach (var (key, value) in map.Entries)
        {
            if (key.Value == "<<")
                reading.Error(
                    key,
                    path,
                    "merges another group, which definitions do not support",
                    "Write the keys out, or put them under 'defaults' in reshelve.yaml");
            else if (!IsKnown(key.Value))
                reading.Error(
                    key,
                    DefinitionReading.Child(path, key.Value),
                    "is not a known key",
                    Spelling.Suggest(key.Value, [.. keys.Select(k => k.Name)], "keys here"));
            else if (!values.TryAdd(key.Value, value))
                reading.Error(key, DefinitionReading.Child(path, key.Value), "is written twice", "Keep one of them");
        }

        return values;
    }

    private bool IsKnown(string name)
    {
        foreach (var key in keys)
        {
            if (key.Name == name)
                return true;
        }

        return false;
    }

    private static string Uncapitalised(string text) => char.ToLowerInvariant(text[0]) + text[1..].TrimEnd('.');
}

/// <summary>A group of keys, or, where the group has one, its short form.</summary>
internal sealed class GroupKind<T>(KeyTable<T> table, string remedy, ValueKind<T>? shortForm = null) : ValueKind<T>
{
    public override T Read(YamlNode node, T current, string path, DefinitionReading reading)
    {
        if (node is YamlMap map)
            return table.Read(map, current, path, reading);
        if (node is YamlScalar { IsNull: false } && shortForm is not null)
            return shortForm.Read(node, current, path, reading);
        var problem = node is YamlScalar { IsNull: true } ? "has no value" : $"is {node.Noun} where a group of keys belongs";
        reading.Error(node, path, problem, remedy);
        return current;
    }

    public override JsonObject Schema() =>
        shortForm is null ? table.Schema() : new JsonObject { ["anyOf"] = new JsonArray(shortForm.Schema(), table.Schema()) };
}
