using System.Text.Json;
using Reshelve.Planning;
using Reshelve.Running;

namespace Reshelve.Embedded.Running;

/// <summary>
/// Run reports and lease owners as JSON, written and read member by member: a serialiser, also one generated at build time,
/// brings some 200 methods
/// that every short command would have to compile first.
/// </summary>
internal static class RunJson
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true };

    public static byte[] Write(RunReport report) => Write(json =>
    {
        json.WriteString("catalog", report.Catalog);
        json.WriteNumber("run", report.Run);
        json.WriteString("state", NameOf(report.State));
        WriteCounts(json, report);
        json.WriteNumber("removalsHeld", report.RemovalsHeld);
        json.WriteNumber("kept", report.Kept);
        WriteVerdicts(json, report.Verdicts);
        WriteTexts(json, "heldReasons", report.HeldReasons);
        WriteTexts(json, "notes", report.Notes);
        json.WriteString("error", report.Error);
        json.WriteString("source", report.Source);
        json.WriteString("planFolder", report.PlanFolder);
        json.WriteString("started", report.Started);
        json.WriteStartObject("seconds");
        json.WriteNumber("receive", report.Seconds.Receive);
        json.WriteNumber("plan", report.Seconds.Plan);
        json.WriteNumber("apply", report.Seconds.Apply);
        json.WriteNumber("total", report.Seconds.Total);
        json.WriteEndObject();
    });

    public static byte[] Write(LeaseOwner owner) => Write(json =>
    {
        json.WriteNumber("process", owner.Process);
        json.WriteString("host", owner.Host);
        json.WriteString("purpose", owner.Purpose);
        json.WriteNumber("run", owner.Run);
        json.WriteString("started", owner.Started);
        if (owner.Heartbeat is { } heartbeat)
            json.WriteString("heartbeat", heartbeat);
    });

    /// <summary>Reads a report; members that are missing have their defaults.</summary>
    /// <exception cref="JsonException">It is no report.</exception>
    public static RunReport ReadReport(byte[] bytes)
    {
        using var document = Parse(bytes);
        var json = document.RootElement;
        var seconds = json.TryGetProperty("seconds", out var stages) ? stages : default;
        return new RunReport
        {
            Catalog = Required(json, "catalog"),
            Run = Number(json, "run"),
            State = StateOf(Required(json, "state")),
            Feed = json.TryGetProperty("feed", out var feed) ? new FeedTotals(Number(feed, "records"), Number(feed, "bytes")) : new FeedTotals(0, 0),
            Added = Number(json, "added"),
            Replaced = Number(json, "replaced"),
            Patched = Number(json, "patched"),
            Removed = Number(json, "removed"),
            Unchanged = Number(json, "unchanged"),
            Rejected = Number(json, "rejected"),
            Duplicates = Number(json, "duplicates"),
            Parsed = Number(json, "parsed"),
            RemovalsHeld = Number(json, "removalsHeld"),
            Kept = Number(json, "kept"),
            Verdicts = Verdicts(json),
            HeldReasons = Texts(json, "heldReasons"),
            Notes = Texts(json, "notes"),
            Error = Text(json, "error"),
            Source = Text(json, "source"),
            PlanFolder = Text(json, "planFolder"),
            Started = json.GetProperty("started").GetDateTimeOffset(),
            Seconds = new StageSeconds(Seconds(seconds, "receive"), Seconds(seconds, "plan"), Seconds(seconds, "apply"), Seconds(seconds, "total")),
        };
    }

    /// <summary>Reads a lease owner.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static LeaseOwner ReadOwner(byte[] bytes)
    {
        using var document = Parse(bytes);
        var json = document.RootElement;
        return new LeaseOwner(
            (int)Number(json, "process"), Required(json, "host"), Required(json, "purpose"), Number(json, "run"),
            json.GetProperty("started").GetDateTimeOffset(),
            json.TryGetProperty("heartbeat", out var heartbeat) ? heartbeat.GetDateTimeOffset() : null);
    }

    private static byte[] Write(Action<Utf8JsonWriter> members)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Indented))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static void WriteCounts(Utf8JsonWriter json, RunReport report)
    {
        json.WriteStartObject("feed");
        json.WriteNumber("records", report.Feed.Records);
        json.WriteNumber("bytes", report.Feed.Bytes);
        json.WriteEndObject();
        json.WriteNumber("added", report.Added);
        json.WriteNumber("replaced", report.Replaced);
        json.WriteNumber("patched", report.Patched);
        json.WriteNumber("removed", report.Removed);
        json.WriteNumber("unchanged", report.Unchanged);
        json.WriteNumber("rejected", report.Rejected);
        json.WriteNumber("duplicates", report.Duplicates);
        json.WriteNumber("parsed", report.Parsed);
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        for (var i = 0; i < texts.Count; i++)
            json.WriteStringValue(texts[i]);
        json.WriteEndArray();
    }

    private static void WriteVerdicts(Utf8JsonWriter json, IReadOnlyList<PlanVerdict> verdicts)
    {
        json.WriteStartArray("verdicts");
        for (var i = 0; i < verdicts.Count; i++)
        {
            json.WriteStartObject();
            json.WriteString("check", verdicts[i].Check);
            json.WriteNumber("outcome", (int)verdicts[i].Outcome);
            json.WriteNumber("part", (int)verdicts[i].Part);
            json.WriteString("text", verdicts[i].Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static IReadOnlyList<PlanVerdict> Verdicts(JsonElement json)
    {
        if (!json.TryGetProperty("verdicts", out var list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() == 0)
            return [];
        var verdicts = new PlanVerdict[list.GetArrayLength()];
        for (var i = 0; i < verdicts.Length; i++)
        {
            verdicts[i] = new PlanVerdict(
                Required(list[i], "check"), (VerdictOutcome)Number(list[i], "outcome"), (HeldPart)Number(list[i], "part"), Required(list[i], "text"));
        }

        return verdicts;
    }

    private static JsonDocument Parse(byte[] bytes)
    {
        var document = JsonDocument.Parse(bytes);
        if (document.RootElement.ValueKind == JsonValueKind.Object)
            return document;
        document.Dispose();
        throw new JsonException("not an object");
    }

    private static long Number(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt64() : 0;

    private static double Seconds(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value.GetDouble() : 0;

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string Required(JsonElement json, string name) => Text(json, name) ?? throw new JsonException($"'{name}' is missing");

    private static string[] Texts(JsonElement json, string name)
    {
        if (!json.TryGetProperty(name, out var list) || list.ValueKind != JsonValueKind.Array)
            return [];
        var texts = new string[list.GetArrayLength()];
        for (var i = 0; i < texts.Length; i++)
            texts[i] = list[i].GetString() ?? "";
        return texts;
    }

    private static string NameOf(RunState state) => state switch
    {
        RunState.Running => "Running",
        RunState.Planned => "Planned",
        RunState.Done => "Done",
        RunState.Held => "Held",
        RunState.Failed => "Failed",
        _ => "Stopped",
    };

    private static RunState StateOf(string name) => name switch
    {
        "Running" => RunState.Running,
        "Planned" => RunState.Planned,
        "Done" => RunState.Done,
        "Held" => RunState.Held,
        "Failed" => RunState.Failed,
        "Stopped" => RunState.Stopped,
        _ => throw new JsonException($"'{name}' is no state"),
    };
}
