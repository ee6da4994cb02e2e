using System.Text.Json;
using Reshelve.Planning;
using Reshelve.Running;

namespace Reshelve.Host.Output;

/// <summary>A run's report for machines.</summary>
internal static class ReportJson
{
    /// <summary>Writes the members of a report; the names are a promise (see docs/cli.md).</summary>
    public static void Write(Utf8JsonWriter writer, RunReport report)
    {
        writer.WriteString("catalog"u8, report.Catalog);
        writer.WriteNumber("run"u8, report.Run);
        writer.WriteString("state"u8, StateName(report.State));
        writer.WriteStartObject("feed"u8);
        writer.WriteNumber("records"u8, report.Feed.Records);
        writer.WriteNumber("bytes"u8, report.Feed.Bytes);
        writer.WriteEndObject();
        WriteCounts(writer, report);
        JsonOutput.WriteTexts(writer, "heldReasons", report.HeldReasons);
        WriteVerdicts(writer, "checks", report.Verdicts);
        if (report.Images is { } images)
            WriteImages(writer, images);
        WriteSeconds(writer, report.Seconds);
        writer.WriteString("started"u8, report.Started);
        if (report.Source is not null)
            writer.WriteString("source"u8, report.Source);
        if (report.PlanFolder is not null)
            writer.WriteString("planFolder"u8, report.PlanFolder);
        if (report.Notes.Count > 0)
            JsonOutput.WriteTexts(writer, "notes", report.Notes);
        if (report.Error is not null)
            writer.WriteString("error"u8, report.Error);
    }

    /// <summary>Writes what safety checks came to.</summary>
    public static void WriteVerdicts(Utf8JsonWriter writer, string name, IReadOnlyList<PlanVerdict> verdicts)
    {
        writer.WriteStartArray(name);
        foreach (var verdict in verdicts)
        {
            writer.WriteStartObject();
            writer.WriteString("check"u8, verdict.Check);
            writer.WriteString("verdict"u8, OutcomeName(verdict.Outcome));
            writer.WriteString("holds"u8, PartName(verdict.Part));
            writer.WriteString("text"u8, verdict.Text);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>What a check came to, as machines get it.</summary>
    public static string OutcomeName(VerdictOutcome outcome) => outcome switch
    {
        VerdictOutcome.Held => "held",
        VerdictOutcome.Passed => "passed",
        _ => "passed over",
    };

    /// <summary>What a check holds, as machines get it.</summary>
    public static string PartName(HeldPart part) => part == HeldPart.Plan ? "plan" : "removals";

    /// <summary>A state as machines get it.</summary>
    public static string StateName(RunState state) => state switch
    {
        RunState.Running => "running",
        RunState.Planned => "planned",
        RunState.Done => "done",
        RunState.Held => "held",
        RunState.Failed => "failed",
        RunState.Stopped => "stopped",
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };

    private static void WriteCounts(Utf8JsonWriter writer, RunReport report)
    {
        writer.WriteNumber("added"u8, report.Added);
        writer.WriteNumber("replaced"u8, report.Replaced);
        writer.WriteNumber("patched"u8, report.Patched);
        writer.WriteNumber("removed"u8, report.Removed);
        writer.WriteNumber("unchanged"u8, report.Unchanged);
        writer.WriteNumber("rejected"u8, report.Rejected);
        writer.WriteNumber("duplicates"u8, report.Duplicates);
        writer.WriteNumber("parsed"u8, report.Parsed);
        writer.WriteNumber("removalsHeld"u8, report.RemovalsHeld);
        writer.WriteNumber("kept"u8, report.Kept);
    }

    private static void WriteImages(Utf8JsonWriter writer, Enriching.ImageReport images)
    {
        writer.WriteStartObject("images"u8);
        writer.WriteNumber("documents"u8, images.Documents);
        writer.WriteNumber("fetched"u8, images.Fetched);
        writer.WriteNumber("notModified"u8, images.NotModified);
        writer.WriteNumber("cached"u8, images.Cached);
        writer.WriteNumber("decoded"u8, images.Decoded);
        writer.WriteNumber("tagged"u8, images.Tagged);
        writer.WriteNumber("failed"u8, images.Failed);
        writer.WriteNumber("untagged"u8, images.Untagged);
        writer.WriteNumber("owed"u8, images.Owed);
        writer.WriteNumber("rewritten"u8, images.Rewritten);
        writer.WriteNumber("bytes"u8, images.Bytes);
        writer.WriteNumber("seconds"u8, Math.Round(images.Seconds, 3));
        writer.WriteStartArray("failures"u8);
        foreach (var failure in images.Failures)
        {
            writer.WriteStartObject();
            writer.WriteString("location"u8, failure.Location);
            writer.WriteString("document"u8, failure.Document);
            writer.WriteString("reason"u8, failure.Reason);
            writer.WriteBoolean("triedAgainByTheNextRun"u8, failure.IsTransient);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteSeconds(Utf8JsonWriter writer, StageSeconds seconds)
    {
        writer.WriteStartObject("seconds"u8);
        JsonOutput.WriteSeconds(writer, "receive", seconds.Receive);
        JsonOutput.WriteSeconds(writer, "plan", seconds.Plan);
        JsonOutput.WriteSeconds(writer, "apply", seconds.Apply);
        JsonOutput.WriteSeconds(writer, "total", seconds.Total);
        writer.WriteEndObject();
    }
}
