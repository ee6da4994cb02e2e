using Reshelve.Planning;
using Reshelve.Running;

namespace Reshelve.Host.Output;

/// <summary>A run's report for people: what happened, how long it took, and what to do about the rest.</summary>
/// <param name="terminal">Where it is written.</param>
/// <param name="hint">The commands it suggests.</param>
/// <param name="tellsAll">Whether each safety check that holds nothing is told too, where there was something to judge.</param>
internal sealed class ReportText(Terminal terminal, CommandHint hint, bool tellsAll = false)
{
    private const int LabelWidth = 11;

    private const int ShownFailures = 5;

    // Of a smaller feed, the rate tells how long the program takes to start.
    private const int RecordsThatShowARate = 10_000;

    /// <summary>Writes the report.</summary>
    public void Write(RunReport report)
    {
        WriteTitle(report);
        if (report.Feed.Records > 0 || report.Feed.Bytes > 0)
            WriteLine("read", Read(report));
        var changes = Changes(report);
        // Of a run that was cut short it is not known yet what it changed: the run that finishes it tells.
        var wasCutShort = report.State is RunState.Stopped or RunState.Failed;
        if (changes.Length > 0 || (report.Feed.Records > 0 && !wasCutShort))
            WriteLine(report.State is RunState.Planned or RunState.Held ? "would be" : "changed", changes.Length > 0 ? changes : "nothing");
        if (report.Unchanged > 0)
            WriteLine("unchanged", Quantity.Count(report.Unchanged));
        if (report.Duplicates > 0)
            WriteLine("duplicates", $"{Quantity.Count(report.Duplicates, "record")} whose id came again later in the feed; the last one counts");
        if (report.Rejected > 0)
            WriteLine("rejected", terminal.Warning(Quantity.Count(report.Rejected, "record")) + ", see " + terminal.Bold(RejectedCommand(report)));
        if (report.Kept > 0)
            WriteLine("missing", $"{Quantity.Count(report.Kept, "document")} without a record in the feed, kept as the definition says");
        if (report.RemovalsHeld > 0 && report.State != RunState.Planned)
            WriteLine("waiting", terminal.Warning($"{Quantity.Count(report.RemovalsHeld, "removal")} for approval") + ", see " + terminal.Bold(hint.For("held", report.Catalog)));
        if (report.Images is { } images)
            WriteImages(images, report.Catalog);
        foreach (var reason in report.HeldReasons)
            WriteLine("held", terminal.Warning(Printable.Text(hint.Within(reason))));
        if (report.State is RunState.Planned or RunState.Held || tellsAll)
            WriteVerdicts(report);
        if (report.State is RunState.Planned or RunState.Held && report.PlanFolder is not null)
            WriteLine("plan", Printable.Line(report.PlanFolder));
        foreach (var note in report.Notes)
            WriteLine("note", Printable.Text(hint.Within(note)));
        // That a stopped run was stopped is in its title.
        if (report.Error is not null && report.State != RunState.Stopped)
            WriteLine("error", terminal.Bad(Printable.Text(hint.Within(report.Error))));
    }

    /// <summary>A state as people read it.</summary>
    public static Cell State(RunReport report) => report.State switch
    {
        RunState.Done when report.HeldReasons.Count > 0 => new("done, removals held", CellStyle.Warning),
        RunState.Done when report.Rejected > 0 => new("done, some rejected", CellStyle.Warning),
        RunState.Done => new("done", CellStyle.Good),
        RunState.Planned => new("planned"),
        RunState.Held => new("held", CellStyle.Warning),
        RunState.Failed => new("failed", CellStyle.Bad),
        RunState.Stopped => new("stopped", CellStyle.Warning),
        RunState.Running => new("running"),
        _ => throw new ArgumentOutOfRangeException(nameof(report)),
    };

    /// <summary><c>8 added, 14 replaced</c>; empty when nothing changes.</summary>
    public static string Changes(RunReport report) => string.Join(", ", new[]
    {
        (Count: report.Added, Word: "added"),
        (Count: report.Replaced, Word: "replaced"),
        (Count: report.Patched, Word: "patched"),
        (Count: report.Removed, Word: "removed"),
    }.Where(change => change.Count > 0).Select(change => $"{Quantity.Count(change.Count)} {change.Word}"));

    private static string Read(RunReport report)
    {
        var rate = report.RecordsPerSecond > 0 && report.Feed.Records >= RecordsThatShowARate ? $" at {Quantity.Rate(report.RecordsPerSecond)}" : "";
        return $"{Quantity.Count(report.Feed.Records, "record")} ({Quantity.Bytes(report.Feed.Bytes)}){rate}, {Quantity.Count(report.Parsed)} parsed";
    }

    private void WriteTitle(RunReport report)
    {
        var outcome = report.State switch
        {
            RunState.Done when report.HeldReasons.Count > 0 => terminal.Warning("done, but removals are held"),
            RunState.Done => terminal.Good("done"),
            RunState.Planned => terminal.Good("planned, nothing applied"),
            RunState.Held => terminal.Warning("held, nothing applied"),
            RunState.Failed => terminal.Bad("failed"),
            RunState.Stopped => terminal.Warning("stopped; the next run carries on"),
            _ => ReportJson.StateName(report.State),
        };
        var run = report.Run > 0 ? $" (run {report.Run}, {Quantity.Duration(report.Seconds.Total)})" : "";
        terminal.Out.WriteLine($"{terminal.Bold(Printable.Line(report.Catalog))}: {outcome}{terminal.Dim(run)}");
    }

    /// <summary>What the checks came to that hold nothing; those that do have lines of their own.</summary>
    private void WriteVerdicts(RunReport report)
    {
        var others = report.Verdicts.Where(verdict => !verdict.IsHeld).ToList();
        if (others.Count == 0)
            return;
        if (!tellsAll && report.State == RunState.Held)
        {
            var passed = others.Count(verdict => verdict.Outcome == VerdictOutcome.Passed);
            var judged = $"{passed} passed" + (passed < others.Count ? $", {others.Count - passed} not judged" : "");
            WriteLine("others", $"{judged}, see {terminal.Bold(hint.For("runs", report.Catalog, report.Run.ToString()))}");
            return;
        }

        foreach (var verdict in others)
        {
            var outcome = verdict.Outcome == VerdictOutcome.Passed ? terminal.Good("passed") : terminal.Dim("not judged");
            WriteLine("check", $"{verdict.Check}: {outcome}, {Printable.Text(hint.Within(verdict.Text))}");
        }
    }

    private void WriteImages(Enriching.ImageReport images, string catalog)
    {
        var parts = new[]
        {
            (Count: images.Fetched, Word: $"fetched ({Quantity.Bytes(images.Bytes)})"),
            (Count: images.NotModified, Word: "not modified"),
            (Count: images.Cached, Word: "known"),
            (Count: images.Tagged, Word: "tagged"),
        }.Where(part => part.Count > 0).Select(part => $"{Quantity.Count(part.Count)} {part.Word}").ToList();
        if (images.Rewritten > 0)
            parts.Add($"{Quantity.Count(images.Rewritten, "document")} written again for them");
        if (parts.Count > 0)
            WriteLine("pictures", $"{string.Join(", ", parts)} in {Quantity.Duration(images.Seconds)}");
        if (images.Failed > 0)
            WriteLine("", terminal.Warning($"{Quantity.Count(images.Failed)} failed") + ", see " + terminal.Bold(hint.For("tags", catalog, "--failed")));
        if (images.Untagged > 0)
            WriteLine("", terminal.Warning($"{Quantity.Count(images.Untagged)} could not be tagged"));
        if (images.Owed > 0)
            WriteLine("", terminal.Warning($"owed to {Quantity.Count(images.Owed, "document")}; the next run tries again"));
        foreach (var failure in images.Failures.Take(ShownFailures))
        {
            var document = failure.Document is null ? "" : $" of {Printable.Excerpt(failure.Document, 60)}";
            WriteLine("", $"{Printable.Excerpt(failure.Location, 100)}{document}: {Printable.Line(failure.Reason)}");
        }
    }

    private void WriteLine(string label, string text)
    {
        var indented = text.ReplaceLineEndings("\n" + new string(' ', LabelWidth + 2));
        terminal.Out.WriteLine($"  {terminal.Dim(label.PadRight(LabelWidth))}{indented}");
    }

    private string RejectedCommand(RunReport report) => hint.For("rejected", report.Catalog, "--run", report.Run.ToString());
}
