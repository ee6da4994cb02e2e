using System.Text.Json.Nodes;

namespace Reshelve.StandIn.Mapping;

/// <summary>An object of the mapping, the root among them.</summary>
/// <param name="path">Its full name; empty: the root.</param>
/// <param name="definition">As it was mapped; its <c>properties</c> follow what is added.</param>
internal sealed class ObjectMapping(string path, JsonObject definition)
{
    public string Path => path;

    public JsonObject Definition => definition;

    public SortedDictionary<string, ObjectMapping> Objects { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, FieldMapping> Fields { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether its content is read at all.</summary>
    public bool IsEnabled => definition["enabled"]?.ToString() != "false";

    /// <summary>What becomes of members that are not mapped: <c>strict</c>, <c>false</c> or <c>true</c>; null: as the object around it says.</summary>
    public string? Dynamic => definition["dynamic"]?.ToString();

    public string FullName(string name) => path.Length == 0 ? name : $"{path}.{name}";

    /// <summary>All fields below it, multi-fields too.</summary>
    public IEnumerable<FieldMapping> All() =>
        Fields.Values.SelectMany(field => field.Others.Prepend(field)).Concat(Objects.Values.SelectMany(inner => inner.All()));

    public int Count => Fields.Values.Sum(mapped => 1 + mapped.Others.Count) + Objects.Values.Sum(inner => 1 + inner.Count);

    /// <summary>The definition as the server shows it, properties in order.</summary>
    public JsonObject Shown()
    {
        var shown = new JsonObject();
        foreach (var (name, value) in definition)
        {
            if (name != "properties" && !(name == "type" && (Fields.Count > 0 || Objects.Count > 0)))
                shown[name] = name == "dynamic" ? value!.ToString() : value?.DeepClone();
        }

        var names = Fields.Keys.Concat(Objects.Keys).Order(StringComparer.Ordinal).ToList();
        if (names.Count == 0)
            return shown;
        shown["properties"] = new JsonObject(names.Select(name => KeyValuePair.Create<string, JsonNode?>(
            name, Objects.TryGetValue(name, out var inner) ? inner.Shown() : Fields[name].Definition.DeepClone())));
        return shown;
    }
}
