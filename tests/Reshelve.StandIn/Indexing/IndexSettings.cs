using System.Globalization;
using System.Text.Json.Nodes;

namespace Reshelve.StandIn.Indexing;

/// <summary>An index's settings, kept under <c>index</c> as texts, as the server shows them.</summary>
internal sealed class IndexSettings
{
    private static readonly string[] Fixed = 
    [
        "number_of_shards", "codec", "sort.", "routing_partition_size", "analysis.", "soft_deletes.enabled", "mapping.coerce", "similarity.",
    ];

    private static readonly string[] Known =
    [
        "number_of_replicas", "auto_expand_replicas", "refresh_interval", "max_result_window", "max_terms_count", "max_regex_length", "gc_deletes", "blocks.",
        "translog.", "merge.", "routing.",
        "mapping.", "highlight.", "search.", "indexing.", "queries.", "query.", "priority", "write.", "unassigned.", "max_", "lifecycle.", "hidden", "default_pipeline", "final_pipeline",
        "requests.", "version.",
        "creation_date", "uuid", "provided_name", "store.", "warmer.", "shard.", "replication.", "resize.",
    ];

    private JsonObject _settings = [];

    /// <summary>All, nested.</summary>
    public JsonObject Shown() => new() { ["index"] = _settings.DeepClone() };

    public JsonObject? Analysis => _settings["analysis"] as JsonObject;

    /// <summary>Takes settings in whichever spelling: nested, with dots, with or without <c>index.</c>.</summary>
    /// <param name="given">The settings; null resets one.</param>
    /// <param name="place">The open index whose settings change, <c>name/uuid</c>; null: it is being made.</param>
    /// <exception cref="Refusal">One is unknown, or cannot change.</exception>
    public void Set(JsonObject given, string? place)
    {
        var flat = new List<(string Name, JsonNode? Value)>();
        Flatten("", given, flat);
        foreach (var (name, _) in flat)
        {
            if (!Array.Exists(Fixed, name.StartsWith) && !Array.Exists(Known, name.StartsWith))
            {
                throw Refusal.BadArgument(
                    $"unknown setting [index.{name}] please check that any required plugins are installed, or check the breaking changes documentation for removed settings");
            }
        }

        foreach (var (name, value) in flat)
            Validate(name, value?.ToString());
        var refused = flat.Where(setting => Array.Exists(Fixed, setting.Name.StartsWith)).Select(setting => $"index.{setting.Name}").ToList();
        if (place is not null && refused.Count > 0)
            throw Refusal.BadArgument($"Can't update non dynamic settings [[{string.Join(", ", refused)}]] for open indices [[{place}]]");
        var next = (JsonObject)_settings.DeepClone();
        foreach (var (name, value) in flat)
            Put(next, name.Split('.'), value);
        _settings = next;
    }

    private static void Validate(string name, string? value)
    {
        if (value is null)
            return;
        if (name is "refresh_interval" or "gc_deletes" && !Durations.IsOne(value))
            throw Refusal.BadArgument($"failed to parse setting [index.{name}] with value [{value}] as a time value: unit is missing or unrecognized");
        var least = name switch { "number_of_shards" => 1, "number_of_replicas" => 0, _ => int.MinValue };
        if (least > int.MinValue && (!int.TryParse(value, CultureInfo.InvariantCulture, out var number) || number < least))
            throw Refusal.BadArgument($"Failed to parse value [{value}] for setting [index.{name}] must be >= {least}");
    }

    public string? Text(string name)
    {
        JsonNode? node = _settings;
        foreach (var part in name.Split('.'))
            node = (node as JsonObject)?[part];
        return node?.ToString();
    }

    public int Number(string name, int otherwise) => Text(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    /// <summary>A length of time such as <c>500ms</c> or <c>15m</c>; <c>-1</c>: never, an infinite one.</summary>
    public TimeSpan Time(string name, TimeSpan otherwise) => Text(name) is { } text ? Durations.Parse(text) : otherwise;

    public bool Flag(string name) => Text(name) == "true";

    private static void Flatten(string prefix, JsonObject members, List<(string, JsonNode?)> flat)
    {
        foreach (var (name, value) in members)
        {
            var path = prefix.Length == 0 ? name : $"{prefix}.{name}";
            if (value is JsonObject inner)
                Flatten(path, inner, flat);
            else
                flat.Add((path.StartsWith("index.", StringComparison.Ordinal) ? path[6..] : path, value));
        }
    }

    private static void Put(JsonObject into, string[] path, JsonNode? value)
    {
        foreach (var part in path[..^1])
        {
            if (into[part] is not JsonObject inner)
                into[part] = inner = [];
            into = inner;
        }

        if (value is null)
            into.Remove(path[^1]);
        else
            into[path[^1]] = value is JsonArray list ? new JsonArray([.. list.Select(entry => (JsonNode)entry!.ToString())]) : value.ToString();
    }
}
