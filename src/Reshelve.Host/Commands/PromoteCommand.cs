using System.CommandLine;
using Reshelve.Host.Output;
using Reshelve.Running;

namespace Reshelve.Host.Commands;

/// <summary><c>reshelve promote</c>: searches move to an index that is ready or retained.</summary>
internal static class PromoteCommand
{
    /// <summary>The command.</summary>
    public static Command Create(GlobalOptions globals)
    {
        var catalog = new Argument<string>("catalog") { Description = "The catalog" };
        var index = new Argument<string>("index") { Description = "The index, as 'reshelve indexes' lists it" };
        var command = new Command("promote", "Move searches to an index that is ready or retained") { catalog, index };
        globals.SetAction(command, (session, parsed) => RunAsync(
            session,
            parsed.GetValue(catalog)!,
            (indexes, name) => indexes.PromoteAsync(name, parsed.GetValue(index)!, CancellationToken.None)));
        globals.AddExamples(command, ("reshelve promote products products_20261120120000", "at once, for all searches"));
        return command;
    }

    /// <summary>Moves searches and tells how it went; also for <c>rollback</c>.</summary>
    internal static async Task<int> RunAsync(Session session, string catalog, Func<CatalogIndexes, string, Task<RunReport>> move)
    {
        await using var workspace = session.Open();
        // The definition is not needed, so it may be as broken as it likes: this may be an emergency.
        Selection.RequireExisting(workspace, catalog);
        var report = await move(workspace.CreateIndexes(catalog), catalog);
        if (session.Json)
            JsonOutput.WriteLine(session.Terminal, writer => ReportJson.Write(writer, report));
        else
            new ReportText(session.Terminal, session.Hint).Write(report);
        return ExitCodes.Done;
    }
}
