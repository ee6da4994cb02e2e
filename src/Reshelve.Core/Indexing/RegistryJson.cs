using System.Globalization;
using System.Text.Json;
using Reshelve.Catalogs;
using Reshelve.Planning;

namespace Reshelve.Indexing;

/// <summary>The registry as JSON, written and read member by member: a serialiser would cost every short command its start-up.</summary>
internal static class RegistryJson
{
    private const int Version = 1;

    private static readonly JsonWriterOptions Indented = new() { Indented = true };

    public static byte[] Write(IReadOnlyList<RegisteredIndex> indexes)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Indented))
        {
            json.WriteStartObject();
            json.WriteNumber("version", Version);
            json.WriteStartArray("indexes");
            foreach (var index in indexes)
                Write(json, index);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    /// <exception cref="JsonException">It is no registry, or one of a newer version.</exception>
    public static IReadOnlyList<RegisteredIndex> Read(byte[] bytes)
    {
        using var document = JsonDocument.Parse(bytes);
        var root = document.RootElement;
        var version = root.GetProperty("version").GetInt32();
        if (version != Version)
            throw new JsonException($"it has version {version}, and this program reads version {Version}");
        var indexes = new List<RegisteredIndex>();
        foreach (var index in root.GetProperty("indexes").EnumerateArray())
            indexes.Add(ReadIndex(index));
        return indexes;
    }

    private static void Write(Utf8JsonWriter json, RegisteredIndex index)
    {
        json.WriteStartObject();
        json.WriteString("name", index.Name);
        json.WriteString("state", NameOf(index.State));
        json.WriteNumber("run", index.Run);
        json.WriteNumber("since", index.Since);
        json.WriteNumber("eventsAfter", index.EventsAfter);
        json.WriteString("created", index.Created);
        WriteText(json, "definition", index.Definition);
        WriteText(json, "feed", index.Feed);
        WriteText(json, "disagreement", index.Disagreement);
        if (index.Fields is { } fields)
            PlanManifestJson.WriteFields(json, fields);
        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
            json.WriteString(name, text);
    }

    private static RegisteredIndex ReadIndex(JsonElement json) => new()
    {
        Name = json.GetProperty("name").GetString() ?? throw new JsonException("an index has no name"),
        State = StateOf(json.GetProperty("state").GetString()),
        Run = json.GetProperty("run").GetInt64(),
        Since = json.GetProperty("since").GetInt64(),
        EventsAfter = json.GetProperty("eventsAfter").GetInt64(),
        Created = json.GetProperty("created").GetDateTimeOffset(),
        Definition = Text(json, "definition"),
        Feed = Text(json, "feed"),
        Disagreement = Text(json, "disagreement"),
        Fields = json.TryGetProperty("fields", out var fields) ? ReadFields(fields) : null,
    };

    private static List<PlanField> ReadFields(JsonElement json)
    {
        var fields = new List<PlanField>();
        foreach (var field in json.EnumerateArray())
        {
            fields.Add(new PlanField(
                field.GetProperty("name").GetString() ?? throw new JsonException("a field has no name"),
                Enum.TryParse<FieldType>(field.GetProperty("type").GetString(), out var type)
                    ? type
                    : throw new JsonException(string.Create(CultureInfo.InvariantCulture, $"'{field.GetProperty("type")}' is no type")),
                field.GetProperty("list").GetBoolean(),
                field.GetProperty("volatile").GetBoolean(),
                field.GetProperty("facet").GetBoolean()));
        }

        return fields;
    }

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static string NameOf(IndexState state) => state switch
    {
        IndexState.Building => "building",
        IndexState.Ready => "ready",
        IndexState.Live => "live",
        _ => "retained",
    };

    private static IndexState StateOf(string? name) => name switch
    {
        "building" => IndexState.Building,
        "ready" => IndexState.Ready,
        "live" => IndexState.Live,
        "retained" => IndexState.Retained,
        _ => throw new JsonException($"'{name}' is no state of an index"),
    };
}
