using System.Buffers;
using System.Text.Json;

namespace Reshelve.Running;

/// <summary>
/// The notes in a catalog's folder as JSON, written and read member by member: a generated serialiser first makes a model of the types,
/// which takes 14 ms in a new process, and every plan reads one of them.
/// </summary>
internal static class CatalogNotes
{
    /// <summary>The feed that the index holds.</summary>
    public static byte[] Write(AppliedFeed applied) => Write(json =>
    {
        json.WriteString("index"u8, applied.Index);
        json.WriteString("identity"u8, applied.Identity);
        json.WriteString("definition"u8, applied.Definition);
        json.WriteNumber("records"u8, applied.Records);
        json.WriteNumber("bytes"u8, applied.Bytes);
        json.WriteNumber("duplicates"u8, applied.Duplicates);
        json.WriteBoolean("isPartial"u8, applied.IsPartial);
        json.WriteNumber("run"u8, applied.Run);
    });

    /// <summary>The plan that is being applied.</summary>
    public static byte[] Write(ApplyingPlan applying) => Write(json =>
    {
        json.WriteNumber("run"u8, applying.Run);
        json.WriteString("fills"u8, applying.Fills);
        if (applying.Interrupted is { } interrupted)
            json.WriteNumber("interrupted"u8, interrupted);
        if (applying.GivenUp is not { } restored)
            return;
        json.WriteString("restoredIndex"u8, restored.Index);
        json.WriteNumber("restoredBy"u8, restored.Run);
    });

    /// <summary>Reads the feed that the index holds.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    public static AppliedFeed ReadApplied(JsonElement json) => new(
        Text(json, "index"), Text(json, "identity"), Text(json, "definition"),
        Number(json, "records"), Number(json, "bytes"), Number(json, "duplicates"), Has(json, "isPartial") && Truth(json, "isPartial"),
        Has(json, "run") ? Number(json, "run") : 0);

    /// <summary>Reads the plan that is being applied.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    public static ApplyingPlan ReadApplying(JsonElement json) => new(
        Number(json, "run"), Has(json, "fills") ? Text(json, "fills") : null, Has(json, "interrupted") ? Number(json, "interrupted") : null,
        Has(json, "restoredIndex") ? new RestoredLedger(Text(json, "restoredIndex"), Number(json, "restoredBy")) : null);

    private static byte[] Write(Action<Utf8JsonWriter> members)
    {
        var text = new ArrayBufferWriter<byte>(1 << 10);
        using (var json = new Utf8JsonWriter(text, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return text.WrittenSpan.ToArray();
    }

    private static string Text(JsonElement json, string name) =>
        Member(json, name) is { ValueKind: JsonValueKind.String } value ? value.GetString()! : throw new JsonException($"'{name}' is no text");

    private static long Number(JsonElement json, string name) =>
        Member(json, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number)
            ? number
            : throw new JsonException($"'{name}' is no whole number");

    private static bool Truth(JsonElement json, string name) =>
        Member(json, name) is { ValueKind: JsonValueKind.True or JsonValueKind.False } value
            ? value.GetBoolean()
            : throw new JsonException($"'{name}' is neither true nor false");

    private static bool Has(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

    private static JsonElement Member(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value : throw new JsonException($"'{name}' is missing");
}
