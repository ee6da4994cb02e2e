using System.Collections.Frozen;
using System.Text.Json.Nodes;
using Reshelve.StandIn.Analysis;

namespace Reshelve.StandIn.Mapping;

/// <summary>Reads definitions of mappings, and adds them to what is mapped.</summary>
internal sealed class MappingReader(Analyzers analyzers)
{
    private static readonly FrozenSet<string> RootParameters =
        FrozenSet.Create(StringComparer.Ordinal, "dynamic", "_meta", "properties", "_source", "_routing", "date_detection", "numeric_detection", "dynamic_templates", "dynamic_date_formats");

    private static readonly FrozenSet<string> Common =
        FrozenSet.Create(StringComparer.Ordinal, "type", "fields", "copy_to", "meta", "index", "store", "boost");

    /// <exception cref="Refusal">The definition is none, or would change what is mapped.</exception>
    public void AddRoot(ObjectMapping root, JsonObject definition)
    {
        if (definition.Select(member => member.Key).FirstOrDefault(name => !RootParameters.Contains(name)) is { } unknown)
            throw Parsing($"Root mapping definition has unsupported parameters:  [{unknown} : {definition[unknown]}]");
        foreach (var name in definition.Select(member => member.Key).Where(name => name != "properties"))
            root.Definition[name] = definition[name]?.DeepClone();
        AddProperties(root, definition);
    }

    private void AddProperties(ObjectMapping parent, JsonObject definition)
    {
        foreach (var (name, value) in definition["properties"] as JsonObject ?? [])
        {
            if (name.Length == 0)
                throw Parsing("field name cannot be an empty string");
            var dot = name.IndexOf('.');
            if (dot > 0)
                AddProperties(Inner(parent, name[..dot], []), new() { ["properties"] = new JsonObject { [name[(dot + 1)..]] = value!.DeepClone() } });
            else
                AddProperty(parent, name, (JsonObject)value!);
        }
    }

    private void AddProperty(ObjectMapping parent, string name, JsonObject definition)
    {
        var type = definition["type"]?.ToString() ?? (definition.ContainsKey("properties") || definition.ContainsKey("dynamic") || definition.ContainsKey("enabled") ? "object" : null);
        if (type is null)
            throw Parsing($"No type specified for field [{name}]");
        if (type is "object")
        {
            AddProperties(Inner(parent, name, definition), definition);
            return;
        }

        if (parent.Fields.TryGetValue(name, out var existing) && existing.Type != type)
            throw Refusal.BadArgument($"mapper [{existing.Path}] cannot be changed from type [{existing.Type}] to [{type}]");
        if (parent.Objects.ContainsKey(name))
            throw Refusal.BadArgument($"can't merge a non object mapping [{parent.FullName(name)}] with an object mapping");
        parent.Fields[name] = Field(parent.FullName(name), name, type, (JsonObject)definition.DeepClone());
    }

    private static ObjectMapping Inner(ObjectMapping parent, string name, JsonObject definition)
    {
        if (parent.Fields.ContainsKey(name))
            throw Refusal.BadArgument($"can't merge a non object mapping [{parent.FullName(name)}] with an object mapping");
        if (!parent.Objects.TryGetValue(name, out var inner))
        {
            var own = (JsonObject)definition.DeepClone();
            own.Remove("properties");
            parent.Objects[name] = inner = new(parent.FullName(name), own);
        }

        return inner;
    }

    /// <summary>One field that holds values.</summary>
    public FieldMapping Field(string path, string name, string type, JsonObject definition)
    {
        var known = Parameters(type) ?? throw Parsing($"No handler for type [{type}] declared on field [{name}]");
        if (definition.Select(member => member.Key).FirstOrDefault(key => !Common.Contains(key) && !known.Contains(key)) is { } unknown)
            throw Parsing($"unknown parameter [{unknown}] on mapper [{name}] of type [{type}]");
        FieldMapping field = type switch
        {
            "text" => Text(path, definition),
            "keyword" => new KeywordField(path, definition),
            "boolean" => new BooleanField(path, definition),
            "date" or "date_nanos" => new DateField(path, definition),
            "dense_vector" => new VectorField(path, definition),
            _ => new NumberField(path, definition),
        };
        foreach (var (inner, value) in definition["fields"] as JsonObject ?? [])
            field.Others.Add(Field($"{path}.{inner}", inner, value!["type"]!.ToString(), (JsonObject)value.DeepClone()));
        return field;
    }

    private TextField Text(string path, JsonObject definition)
    {
        var name = definition["analyzer"]?.ToString() ?? "default";
        try
        {
            return new(path, definition, analyzers[name], analyzers[definition["search_analyzer"]?.ToString() ?? name]);
        }
        catch (Refusal unknown) when (unknown.Status == 400)
        {
            throw new Refusal(400, "mapper_parsing_exception", unknown.Message) { Cause = unknown };
        }
    }

    private static string[]? Parameters(string type) => type switch
    {
        "text" =>
        [
            "analyzer", "search_analyzer", "search_quote_analyzer", "norms", "index_options", "similarity", "term_vector", "fielddata",
            "index_prefixes", "index_phrases", "position_increment_gap",
            "fielddata_frequency_filter", "eager_global_ordinals",
        ],
        "keyword" =>
        [
            "ignore_above", "doc_values", "norms", "null_value", "normalizer", "eager_global_ordinals", "index_options", "similarity",
            "split_queries_on_whitespace", "script", "on_script_error",
        ],
        "long" or "integer" or "short" or "byte" or "double" or "float" or "half_float" =>
            ["coerce", "doc_values", "ignore_malformed", "null_value", "script", "on_script_error", "time_series_dimension", "time_series_metric"],
        "boolean" => ["doc_values", "null_value", "script", "on_script_error"],
        "date" or "date_nanos" => ["format", "locale", "doc_values", "ignore_malformed", "null_value", "script", "on_script_error"],
        "dense_vector" => ["dims", "similarity", "index_options"],
        _ => null,
    };

    private static Refusal Parsing(string reason) => new(400, "mapper_parsing_exception", reason);
}
