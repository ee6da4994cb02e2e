using System.CommandLine;

namespace Reshelve.Host.Commands;

/// <summary><c>reshelve sync</c> and <c>reshelve plan</c>: the same, but for the last step.</summary>
internal static class SyncCommand
{
    /// <summary>The command that applies.</summary>
    public static Command CreateSync(GlobalOptions globals)
    {
        var command = Create(globals, "sync", "Bring catalogs' indexes in step with their feeds", planOnly: false);
        globals.AddExamples(
            command,
            ("reshelve sync", "every catalog of the workspace, several at a time"),
            ("reshelve sync products", "one catalog"),
            ("reshelve sync products --feed ~/Downloads/products.csv.gz", "from this file instead of the definition's source"),
            ("reshelve sync products --rebuild", "everything anew, while searches go on"),
            ("reshelve sync --json >> runs.jsonl", "one JSON object per catalog, for scripts"));
        return command;
    }

    /// <summary>The command that stops before.</summary>
    public static Command CreatePlan(GlobalOptions globals)
    {
        var command = Create(globals, "plan", "Show what a sync would change, and change nothing", planOnly: true);
        globals.AddExamples(
            command,
            ("reshelve plan products", "what would change"),
            ("reshelve plan products --feed tomorrow.jsonl", "what another feed would change"));
        return command;
    }

    private static Command Create(GlobalOptions globals, string name, string description, bool planOnly)
    {
        var catalogs = new Argument<string[]>("catalog") { Arity = ArgumentArity.ZeroOrMore, Description = "The catalogs (default: all)" };
        var feed = new Option<string?>("--feed")
        {
            Description = "Read this file instead of the definition's source; with exactly one catalog",
            HelpName = "path",
        };
        var rebuild = new Option<bool>("--rebuild") { Description = "Fill a new index from scratch, and move searches to it at the end" };
        var command = new Command(name, description) { catalogs, feed };
        if (!planOnly)
            command.Add(rebuild);
        globals.SetAction(command, (session, parsed) => new SyncVerb(session).RunAsync(parsed.GetValue(catalogs) ?? [], new SyncOptions
        {
            PlanOnly = planOnly,
            FeedPath = parsed.GetValue(feed) is { } path ? Path.GetFullPath(path) : null,
            Rebuild = !planOnly && parsed.GetValue(rebuild),
        }));
        return command;
    }
}
