using System.CommandLine;

namespace Reshelve.Host.Commands;

/// <summary><c>reshelve rebuild</c>: a new index beside the live one, and searches move to it once it is verified.</summary>
internal static class RebuildCommand
{
    /// <summary>The command.</summary>
    public static Command Create(GlobalOptions globals)
    {
        var catalogs = new Argument<string[]>("catalog") { Arity = ArgumentArity.OneOrMore, Description = "The catalogs" };
        var feed = new Option<string?>("--feed")
        {
            Description = "Fill it from this file instead of the feed that was applied last; with exactly one catalog",
            HelpName = "path",
        };
        var noPromote = new Option<bool>("--no-promote") { Description = "Leave the new index ready; 'reshelve promote' moves searches to it" };
        var command = new Command("rebuild", "Fill a new index from scratch, verify it, and move searches to it") { catalogs, feed, noPromote };
        globals.SetAction(command, (session, parsed) => new SyncVerb(session).RunAsync(parsed.GetValue(catalogs) ?? [], new SyncOptions
        {
            Rebuild = true,
            FromArchive = true,
            StaysAside = parsed.GetValue(noPromote),
            FeedPath = parsed.GetValue(feed) is { } path ? Path.GetFullPath(path) : null,
        }));
        globals.AddExamples(
            command,
            ("reshelve rebuild products", "from the archived feed, or from the local file where it lies"),
            ("reshelve rebuild products --feed ~/products-good.jsonl.gz", "from this file"),
            ("reshelve rebuild products --no-promote", "look at it with 'reshelve indexes products' before searches move to it"));
        return command;
    }
}
