using System.Buffers;
using System.Text.Json;

namespace Reshelve.Planning;

/// <summary>
/// Writes a manifest member by member, as <see cref="PlanningJson"/> would (a test compares the bytes). The serialiser, also when it is
/// generated without a model of the types, makes a converter for each enum and each number that may be missing: some 100 methods, which
/// every plan would have to compile at its end.
/// </summary>
internal static class PlanManifestJson
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true };

    /// <summary>The manifest's text.</summary>
    public static byte[] Write(PlanManifest plan)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer, Indented))
        {
            json.WriteStartObject();
            WriteTarget(json, plan);
            WriteOrigin(json, plan);
            WriteCounts(json, plan.Counts);
            WriteVerdicts(json, plan.Verdicts);
            WriteBatches(json, "batches", plan.Batches);
            WriteBatches(json, "heldRemovals", plan.HeldRemovals);
            if (plan.HeldSince is { } since)
                json.WriteString("heldSince", since);
            WriteText(json, "liveIndex", plan.LiveIndex);
            WriteText(json, "liveLedger", plan.LiveLedger);
            WriteBackground(json, plan.Background);
            if (plan.RetainsIndexes is { } indexes)
                json.WriteNumber("retainsIndexes", indexes);
            if (plan.MostRefused is { } refused)
                json.WriteNumber("mostRefused", refused);
            if (plan.KeepsFeeds is { } feeds)
                json.WriteNumber("keepsFeeds", feeds);
            if (plan.Approves is { } approves)
                json.WriteNumber("approves", approves);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteTarget(Utf8JsonWriter json, PlanManifest plan)
    {
        json.WriteNumber("version", plan.Version);
        json.WriteString("catalog", plan.Catalog);
        json.WriteNumber("run", plan.Run);
        json.WriteString("index", plan.Index);
        json.WriteBoolean("createsIndex", plan.CreatesIndex);
        json.WriteBoolean("staysAside", plan.StaysAside);
        WriteFields(json, plan.Fields);
    }

    /// <summary>Writes the fields of an index, as a manifest and the registry of indexes have them.</summary>
    internal static void WriteFields(Utf8JsonWriter json, IReadOnlyList<PlanField> fields)
    {
        json.WriteStartArray("fields");
        for (var i = 0; i < fields.Count; i++)
        {
            var field = fields[i];
            json.WriteStartObject();
            json.WriteString("name", field.Name);
            json.WriteString("type", field.Type.ToString());
            json.WriteBoolean("list", field.List);
            json.WriteBoolean("volatile", field.Volatile);
            json.WriteBoolean("facet", field.Facet);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteOrigin(Utf8JsonWriter json, PlanManifest plan)
    {
        json.WriteString("definition", plan.Definition);
        WriteText(json, "basedOn", plan.BasedOn);
        json.WriteBoolean("changesLedger", plan.ChangesLedger);
        WriteText(json, "feedIdentity", plan.FeedIdentity);
        json.WriteNumber("eventsAfter", plan.EventsAfter);
    }

    private static void WriteCounts(Utf8JsonWriter json, PlanCounts counts)
    {
        json.WriteStartObject("counts");
        json.WriteNumber("records", counts.Records);
        json.WriteNumber("bytes", counts.Bytes);
        json.WriteNumber("added", counts.Added);
        json.WriteNumber("replaced", counts.Replaced);
        json.WriteNumber("patched", counts.Patched);
        json.WriteNumber("removed", counts.Removed);
        json.WriteNumber("unchanged", counts.Unchanged);
        json.WriteNumber("rejected", counts.Rejected);
        json.WriteNumber("rejectedWithoutId", counts.RejectedWithoutId);
        json.WriteNumber("duplicates", counts.Duplicates);
        json.WriteNumber("parsed", counts.Parsed);
        json.WriteNumber("missing", counts.Missing);
        json.WriteNumber("kept", counts.Kept);
        json.WriteNumber("removalsHeld", counts.RemovalsHeld);
        json.WriteEndObject();
    }

    private static void WriteVerdicts(Utf8JsonWriter json, IReadOnlyList<PlanVerdict> verdicts)
    {
        json.WriteStartArray("verdicts");
        for (var i = 0; i < verdicts.Count; i++)
        {
            var verdict = verdicts[i];
            json.WriteStartObject();
            json.WriteString("check", verdict.Check);
            json.WriteString("outcome", verdict.Outcome.ToString());
            json.WriteString("part", verdict.Part.ToString());
            json.WriteString("text", verdict.Text);
            json.WriteBoolean("isHeld", verdict.IsHeld);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteBatches(Utf8JsonWriter json, string name, IReadOnlyList<PlanBatch> batches)
    {
        json.WriteStartArray(name);
        for (var i = 0; i < batches.Count; i++)
        {
            var batch = batches[i];
            json.WriteStartObject();
            json.WriteNumber("number", batch.Number);
            json.WriteString("file", batch.File);
            json.WriteNumber("changes", batch.Changes);
            json.WriteNumber("bytes", batch.Bytes);
            json.WriteStartArray("superseded");
            for (var line = 0; line < batch.Superseded.Count; line++)
                json.WriteNumberValue(batch.Superseded[line]);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteBackground(Utf8JsonWriter json, PlanBackground? background)
    {
        if (background is null)
            return;
        json.WriteStartObject("background");
        json.WriteString("mapping", background.Mapping);
        json.WriteString("ids", background.Ids);
        WriteText(json, "source", background.Source);
        json.WriteNumber("feed", background.Feed);
        if (background.Records is { } records)
            json.WriteNumber("records", records);
        json.WriteBoolean("endsOpen", background.EndsOpen);
        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
            json.WriteString(name, text);
    }
}
