using System.CommandLine;

namespace Reshelve.Host.Commands;

/// <summary><c>reshelve rollback</c>: searches move back to an index that was live before.</summary>
internal static class RollbackCommand
{
    /// <summary>The command.</summary>
    public static Command Create(GlobalOptions globals)
    {
        var catalog = new Argument<string>("catalog") { Description = "The catalog" };
        var to = new Option<string?>("--to") { Description = "The index (default: the newest retained one that is older than the live one)", HelpName = "index" };
        var command = new Command("rollback", "Move searches back to a retained index, with its ledger") { catalog, to };
        globals.SetAction(command, (session, parsed) => PromoteCommand.RunAsync(
            session,
            parsed.GetValue(catalog)!,
            (indexes, name) => indexes.RollBackAsync(name, parsed.GetValue(to), CancellationToken.None)));
        globals.AddExamples(
            command,
            ("reshelve rollback products", "to the index before the live one"),
            ("reshelve rollback products --to products_20261118040000", "to this one"));
        return command;
    }
}
