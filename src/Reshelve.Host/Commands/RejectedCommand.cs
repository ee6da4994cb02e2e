using System.CommandLine;
using System.Text.Json;
using Reshelve.Host.Output;
using Reshelve.Running;

namespace Reshelve.Host.Commands;

/// <summary><c>reshelve rejected</c>: which records could not be used, where they are and why.</summary>
internal static class RejectedCommand
{
    private const int ExcerptLength = 200;

    // How far back the newest run with rejected records is looked for.
    private const int RunsSearched = 1_000;

    /// <summary>The command.</summary>
    public static Command Create(GlobalOptions globals)
    {
        var catalog = new Argument<string>("catalog") { Description = "The catalog" };
        var run = new Option<long?>("--run") { Description = "A run's number (default: the newest run that rejected any)", HelpName = "number" };
        var limit = new Option<int>("--limit") { Description = "How many records", HelpName = "n", DefaultValueFactory = _ => 20 };
        var command = new Command("rejected", "Show records that could not be used: where they are, why, and their beginning") { catalog, run, limit };
        globals.SetAction(command, (session, parsed) => RunAsync(
            session, parsed.GetRequiredValue(catalog), parsed.GetValue(run), Limits.Positive(parsed.GetValue(limit), "--limit")));
        globals.AddExamples(
            command,
            ("reshelve rejected products", "of the newest run that rejected any"),
            ("reshelve rejected products --run 12 --limit 100", "of that run"),
            ("reshelve rejected products --json", "with their bytes (base64), to send back to the supplier"));
        return command;
    }

    private static async Task<int> RunAsync(Session session, string catalog, long? number, int limit)
    {
        await using var workspace = session.Open();
        Selection.RequireExisting(workspace, catalog);
        var report = number is { } asked
            ? RunsCommand.Find(workspace.Runs, catalog, asked)
            : Newest(workspace.Runs, catalog);
        if (report is null || report.Rejected == 0)
        {
            if (!session.Json)
                session.Terminal.Out.WriteLine(report is null ? $"No run of {catalog} rejected any record." : $"Run {report.Run} of {catalog} rejected no record.");
            return ExitCodes.Done;
        }

        if (!session.Json)
            session.Terminal.Out.WriteLine(Title(report));
        foreach (var record in First(workspace.Runs.ReadRejected(catalog, report.Run), limit))
            Write(session, report, record);
        if (!session.Json && report.Rejected > limit)
            session.Terminal.Out.WriteLine($"\n{Quantity.Count(report.Rejected - limit)} more: --limit {report.Rejected}");
        return ExitCodes.Done;
    }

    /// <summary>Several threads found them; people read them as the feed has them. Only as many are held as are shown.</summary>
    private static IEnumerable<RejectedRecord> First(IEnumerable<RejectedRecord> records, int limit)
    {
        var first = new PriorityQueue<RejectedRecord, long>();
        foreach (var record in records)
        {
            if (first.Count < limit)
                first.Enqueue(record, -record.Record);
            else
                first.EnqueueDequeue(record, -record.Record);
        }

        return first.UnorderedItems.Select(item => item.Element).OrderBy(record => record.Record);
    }

    // Mostly it is one of the latest, and reading a thousand reports takes a moment.
    private static RunReport? Newest(IRunStore runs, string catalog) =>
        runs.List(catalog, 10).FirstOrDefault(run => run.Rejected > 0) ?? runs.List(catalog, RunsSearched).FirstOrDefault(run => run.Rejected > 0);

    private static string Title(RunReport report) =>
        $"Run {report.Run} of {report.Catalog} ({Quantity.Moment(report.Started)} UTC) rejected {Quantity.Count(report.Rejected, "record")}.";

    private static void Write(Session session, RunReport report, RejectedRecord record)
    {
        if (session.Json)
        {
            JsonOutput.WriteLine(session.Terminal, writer => WriteMembers(writer, report, record));
            return;
        }

        var terminal = session.Terminal;
        terminal.Out.WriteLine();
        terminal.Out.WriteLine(terminal.Bold(Place(record)));
        terminal.Out.WriteLine($"  {terminal.Warning(Printable.Text(record.Reason).ReplaceLineEndings("\n  "))}");
        if (record.Bytes.Length > 0)
            terminal.Out.WriteLine($"  {terminal.Dim(Printable.Excerpt(record.Bytes, (terminal.Width ?? ExcerptLength + 2) - 2))}");
    }

    private static string Place(RejectedRecord record)
    {
        var parts = new List<string>();
        if (record.Record > 0)
            parts.Add($"record {Quantity.Count(record.Record)}");
        if (record.File.Length > 0)
            parts.Add(Printable.Line(Path.GetFileName(record.File)) + (record.Offset >= 0 ? $", byte {Quantity.Count(record.Offset)}" : ""));
        if (record.Id is not null)
            parts.Add($"id {Printable.Excerpt(record.Id, 60)}");
        if (record.Field is not null)
            parts.Add($"field {Printable.Excerpt(record.Field, 60)}");
        return parts.Count > 0 ? string.Join("  ", parts) : "a record";
    }

    private static void WriteMembers(Utf8JsonWriter writer, RunReport report, RejectedRecord record)
    {
        writer.WriteString("catalog"u8, report.Catalog);
        writer.WriteNumber("run"u8, report.Run);
        writer.WriteNumber("record"u8, record.Record);
        writer.WriteString("file"u8, record.File);
        writer.WriteNumber("offset"u8, record.Offset);
        writer.WriteString("id"u8, record.Id);
        writer.WriteString("field"u8, record.Field);
        writer.WriteString("reason"u8, record.Reason);
        writer.WriteString("excerpt"u8, Printable.Excerpt(record.Bytes, ExcerptLength));
        writer.WriteBase64String("bytes"u8, record.Bytes);
    }
}
