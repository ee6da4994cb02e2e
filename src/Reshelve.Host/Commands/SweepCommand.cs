using System.CommandLine;
using Reshelve.Feeds;
using Reshelve.Host.Output;
using Reshelve.Indexing;

namespace Reshelve.Host.Commands;

/// <summary><c>reshelve sweep</c>: deletes what no run will need again.</summary>
internal static class SweepCommand
{
    /// <summary>The command.</summary>
    public static Command Create(GlobalOptions globals)
    {
        var catalogs = new Argument<string[]>("catalog") { Arity = ArgumentArity.ZeroOrMore, Description = "The catalogs (default: all)" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Tell what would be deleted, and delete nothing" };
        var command = new Command("sweep", "Delete indexes, ledgers, plans and archived feeds that nothing needs any more") { catalogs, dryRun };
        globals.SetAction(command, (session, parsed) => RunAsync(session, parsed.GetValue(catalogs) ?? [], parsed.GetValue(dryRun)));
        globals.AddExamples(
            command,
            ("reshelve sweep --dry-run", "what would be deleted, and how much space that is"),
            ("reshelve sweep", "delete it; also done by itself after a rebuild"));
        return command;
    }

    private static async Task<int> RunAsync(Session session, IReadOnlyList<string> names, bool dryRun)
    {
        await using var workspace = session.Open();
        var selection = Selection.Of(workspace, names, session);
        using var stop = StopSignal.Listen(session.Terminal, session.Json);
        var indexes = workspace.CreateIndexes();
        var code = ExitCodes.Done;
        foreach (var definition in selection.Catalogs)
        {
            try
            {
                var items = await indexes.SweepAsync(definition, dryRun, stop.Token);
                Write(session, definition.Name, items, dryRun);
                if (items.Any(item => item.Problem is not null))
                    code = ExitCodes.Worse(code, ExitCodes.Failed);
            }
            catch (Exception error) when (error is ReshelveException or IOException or UnauthorizedAccessException)
            {
                // One that is busy or damaged does not stop the others.
                WriteFailure(session, definition.Name, error);
                code = ExitCodes.Worse(code, ExitCodes.Failed);
            }
        }

        if (names.Count == 0)
            WriteAbandoned(session, indexes.FindAbandoned(workspace.CatalogNames));
        if (selection.Errors.Count > 0)
        {
            DefinitionErrors.Write(selection.Errors, session.Terminal, session.Json);
            code = ExitCodes.Worse(code, ExitCodes.Usage);
        }

        return code;
    }

    private static void Write(Session session, string catalog, IReadOnlyList<SweptItem> items, bool dryRun)
    {
        if (session.Json)
        {
            foreach (var item in items)
            {
                JsonOutput.WriteLine(session.Terminal, writer =>
                {
                    writer.WriteString("catalog"u8, catalog);
                    writer.WriteString("kind"u8, NameOf(item.Kind));
                    writer.WriteString("name"u8, item.Name);
                    writer.WriteNumber("bytes"u8, item.Bytes);
                    writer.WriteString("why"u8, item.Why);
                    writer.WriteBoolean("deleted"u8, !dryRun && item.Problem is null);
                    if (item.Problem is { } problem)
                        writer.WriteString("error"u8, problem);
                });
            }

            return;
        }

        var output = session.Terminal.Out;
        var total = Quantity.Bytes(items.Where(item => item.Problem is null).Sum(item => item.Bytes));
        var summary = items.Count == 0 ? "nothing to delete" : dryRun ? $"{total} would be freed" : $"{total} freed";
        output.WriteLine($"{session.Terminal.Bold(Printable.Line(catalog))}: {summary}");
        foreach (var item in items)
        {
            var what = $"{NameOf(item.Kind)} {item.Name} ({Quantity.Bytes(item.Bytes)}): {item.Why}";
            if (item.Problem is { } problem)
                output.WriteLine(session.Terminal.Warning($"  could not delete {Printable.Line(what)}; {Printable.Line(problem)}"));
            else
                output.WriteLine($"  {(dryRun ? "would delete" : "deleted")} {Printable.Line(what)}");
        }
    }

    private static void WriteFailure(Session session, string catalog, Exception error)
    {
        Failure.WriteTrace(error, session.Terminal);
        if (session.Json)
        {
            JsonOutput.WriteLine(session.Terminal, writer =>
            {
                writer.WriteString("catalog"u8, catalog);
                writer.WriteString("error"u8, Failure.Describe(error));
            });
            return;
        }

        session.Terminal.WriteError($"{catalog}: {Failure.Describe(error)}");
    }

    /// <summary>Data without a definition is never deleted: the definition may come back.</summary>
    private static void WriteAbandoned(Session session, IReadOnlyList<(string Catalog, string Folder, long Bytes)> abandoned)
    {
        foreach (var (catalog, folder, bytes) in abandoned)
        {
            if (session.Json)
            {
                JsonOutput.WriteLine(session.Terminal, writer =>
                {
                    writer.WriteString("catalog"u8, catalog);
                    writer.WriteString("kind"u8, "catalog without definition"u8);
                    writer.WriteString("name"u8, folder);
                    writer.WriteNumber("bytes"u8, bytes);
                    writer.WriteBoolean("deleted"u8, false);
                });
                continue;
            }

            session.Terminal.Out.WriteLine(
                $"{session.Terminal.Bold(Printable.Line(catalog))}: has no definition any more. Its index stays searchable, and {Printable.Line(folder)} " +
                $"({Quantity.Bytes(bytes)}) is kept, should the definition come back");
        }
    }

    private static string NameOf(SweptKind kind) => kind switch
    {
        SweptKind.Index => "index",
        SweptKind.Ledger => "ledger",
        SweptKind.Plan => "plan",
        _ => "feed",
    };
}
