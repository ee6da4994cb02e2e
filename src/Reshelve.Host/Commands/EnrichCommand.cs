using System.CommandLine;
using Reshelve.Host.Output;
using Reshelve.Running;

namespace Reshelve.Host.Commands;

/// <summary><c>reshelve enrich</c>: pictures, without a feed.</summary>
internal static class EnrichCommand
{
    /// <summary>The command.</summary>
    public static Command Create(GlobalOptions globals)
    {
        var catalogs = new Argument<string[]>("catalog") { Arity = ArgumentArity.ZeroOrMore, Description = "The catalogs (default: all that have 'images')" };
        var command = new Command("enrich", "Bring pictures up to date without a feed: ask for what is due, pay what is owed, tag anew") { catalogs };
        globals.SetAction(command, (session, parsed) => RunAsync(session, parsed.GetValue(catalogs) ?? []));
        globals.AddExamples(
            command,
            ("reshelve enrich products", "after the image server or the model was down, or the tagger got a new version"),
            ("reshelve enrich", "every catalog whose pictures are looked at"));
        return command;
    }

    private static async Task<int> RunAsync(Session session, string[] names)
    {
        await using var workspace = session.Open();
        var selection = Selection.Of(workspace, names, session);
        var wanted = selection.Catalogs.Where(definition => names.Length > 0 || definition.Images is not null).ToList();
        if (wanted.Count == 0)
            throw new UsageException($"No catalog's definition in {workspace.Folder} has 'images'.");
        if (selection.Errors.Count > 0)
            DefinitionErrors.WriteList(selection.Errors, session.Terminal);
        using var stop = StopSignal.Listen(session.Terminal, session.Json);
        var reports = new List<RunReport>();
        await using (var display = session.Json ? ProgressDisplay.None(session.Terminal, session.Time) : ProgressDisplay.Begin(session.Terminal, session.Time))
        {
            var images = workspace.CreateImages();
            foreach (var definition in wanted)
            {
                reports.Add(await OneAsync(() => images.EnrichAsync(definition, display.Board, stop.Token), definition.Name, session));
                display.Board?.End(definition.Name);
            }
        }

        foreach (var report in reports)
            Write(session, report);
        var code = reports.Aggregate(selection.Errors.Count > 0 ? ExitCodes.Usage : ExitCodes.Done, (worst, report) => ExitCodes.Worse(worst, SyncVerb.CodeOf(report)));
        return stop.ExitCode is { } stopped && reports.Exists(report => report.State == RunState.Stopped) ? stopped : code;
    }

    /// <summary>One catalog's failure is no other's.</summary>
    private static async Task<RunReport> OneAsync(Func<Task<RunReport>> run, string catalog, Session session)
    {
        try
        {
            return await run();
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            Failure.WriteTrace(error, session.Terminal);
            return new RunReport { Catalog = catalog, Run = 0, State = RunState.Failed, Started = session.Time.GetUtcNow(), Error = Failure.Describe(error) };
        }
    }

    private static void Write(Session session, RunReport report)
    {
        if (session.Json)
            JsonOutput.WriteLine(session.Terminal, writer => ReportJson.Write(writer, report));
        else
            new ReportText(session.Terminal, session.Hint).Write(report);
    }
}
