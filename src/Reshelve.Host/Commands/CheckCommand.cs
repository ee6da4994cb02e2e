using System.CommandLine;
using Reshelve.Catalogs;
using Reshelve.Host.Output;

namespace Reshelve.Host.Commands;

/// <summary><c>reshelve check</c>: reads all definitions and tells every error at once.</summary>
internal static class CheckCommand
{
    /// <summary>The command.</summary>
    public static Command Create(GlobalOptions globals)
    {
        var command = new Command("check", "Check all definitions and tell every error at once");
        globals.SetAction(command, (session, _) => Task.FromResult(Run(session)));
        globals.AddExamples(
            command,
            ("reshelve check", "before a change to a definition is committed"),
            ("reshelve check --json", "for an editor or a build"));
        return command;
    }

    private static int Run(Session session)
    {
        session.RequireWorkspace();
        // Not opened: errors of reshelve.yaml are errors like all others here, and no reason to stop.
        var (catalogs, errors) = Workspace.Open(session.Folder).LoadCatalogs();
        if (session.Json)
        {
            JsonOutput.WriteLine(session.Terminal, writer =>
            {
                JsonOutput.WriteTexts(writer, "catalogs", [.. catalogs.Select(catalog => catalog.Name)]);
                DefinitionErrors.WriteArray(writer, errors);
            });
        }
        else if (errors.Count > 0)
        {
            DefinitionErrors.Write(errors, session.Terminal, json: false);
        }
        else
        {
            session.Terminal.Out.WriteLine($"{Quantity.Count(catalogs.Count, "catalog")}, no errors.");
        }

        return errors.Count > 0 ? ExitCodes.Usage : ExitCodes.Done;
    }
}
