using System.CommandLine;
using Reshelve.Host.Output;
using Reshelve.Running;

namespace Reshelve.Host.Commands;

/// <summary><c>reshelve runs</c>: what happened, newest first.</summary>
internal static class RunsCommand
{
    /// <summary>The command.</summary>
    public static Command Create(GlobalOptions globals)
    {
        var catalog = new Argument<string?>("catalog") { Arity = ArgumentArity.ZeroOrOne, Description = "The catalog (default: all)" };
        var number = new Argument<long?>("number") { Arity = ArgumentArity.ZeroOrOne, Description = "A run's number, for all that is known of it" };
        var limit = new Option<int>("--limit") { Description = "How many runs", HelpName = "n", DefaultValueFactory = _ => 20 };
        var command = new Command("runs", "List runs, newest first, or show one") { catalog, number, limit };
        globals.SetAction(command, (session, parsed) =>
            RunAsync(session, parsed.GetValue(catalog), parsed.GetValue(number), Limits.Positive(parsed.GetValue(limit), "--limit")));
        globals.AddExamples(
            command,
            ("reshelve runs", "the latest runs of all catalogs"),
            ("reshelve runs products --limit 5", "the latest five of one"),
            ("reshelve runs products 12", "all about one run"));
        return command;
    }

    private static async Task<int> RunAsync(Session session, string? catalog, long? number, int limit)
    {
        await using var workspace = session.Open();
        var names = workspace.CatalogNames;
        if (catalog is not null)
            Selection.RequireExisting(workspace, catalog);
        if (catalog is not null && number is { } run)
            return WriteOne(session, Find(workspace.Runs, catalog, run));

        var runs = (catalog is null ? names : [catalog]).SelectMany(name => workspace.Runs.List(name, limit)).ToList();
        runs.Sort((one, other) => other.Started == one.Started ? other.Run.CompareTo(one.Run) : other.Started.CompareTo(one.Started));
        if (runs.Count > limit)
            runs.RemoveRange(limit, runs.Count - limit);
        return session.Json ? WriteJson(session, runs) : WriteTable(session, runs);
    }

    /// <summary>One run of a catalog.</summary>
    /// <exception cref="UsageException">There is no such run.</exception>
    internal static RunReport Find(IRunStore runs, string catalog, long number)
    {
        var newest = runs.List(catalog, 1);
        // Numbers only grow: the run is among this many of the newest, if it is kept at all.
        var reach = newest.Count == 0 ? 0 : newest[0].Run - number + 1;
        var found = reach > 0 && number > 0 ? runs.List(catalog, (int)Math.Min(reach, int.MaxValue)).FirstOrDefault(report => report.Run == number) : null;
        return found ?? throw new UsageException(
            newest.Count == 0 ? $"'{catalog}' has no runs yet." : $"'{catalog}' has no run {number}; the newest is {newest[0].Run}.");
    }

    private static int WriteJson(Session session, List<RunReport> runs)
    {
        foreach (var report in runs)
            JsonOutput.WriteLine(session.Terminal, writer => ReportJson.Write(writer, report));
        return ExitCodes.Done;
    }

    private static int WriteTable(Session session, List<RunReport> runs)
    {
        if (runs.Count == 0)
        {
            session.Terminal.Out.WriteLine($"No runs yet. Start one: {session.Hint.For("sync")}");
            return ExitCodes.Done;
        }

        var table = new TextTable("catalog", ">run", "started (UTC)", "state", ">records", ">added", ">replaced", ">patched", ">removed", ">rejected", ">time");
        foreach (var report in runs)
        {
            table.Add(
                report.Catalog, new Cell(report.Run.ToString()), Quantity.Moment(report.Started), ReportText.State(report), report.Feed.Records,
                report.Added, report.Replaced, report.Patched, report.Removed, report.Rejected, Quantity.Duration(report.Seconds.Total));
        }

        table.Write(session.Terminal);
        return ExitCodes.Done;
    }

    private static int WriteOne(Session session, RunReport report)
    {
        if (session.Json)
            return WriteJson(session, [report]);
        new ReportText(session.Terminal, session.Hint, tellsAll: true).Write(report);
        var seconds = report.Seconds;
        var output = session.Terminal.Out;
        output.WriteLine($"  {session.Terminal.Dim("started    ")}{Quantity.Moment(report.Started)} UTC");
        output.WriteLine(
            $"  {session.Terminal.Dim("time       ")}receive {Quantity.Duration(seconds.Receive)}, plan {Quantity.Duration(seconds.Plan)}, " +
            $"apply {Quantity.Duration(seconds.Apply)}, total {Quantity.Duration(seconds.Total)}");
        if (report.Source is not null)
            output.WriteLine($"  {session.Terminal.Dim("source     ")}{Printable.Line(report.Source)}");
        return ExitCodes.Done;
    }
}
