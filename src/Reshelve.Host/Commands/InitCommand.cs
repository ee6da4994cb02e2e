using System.CommandLine;
using Reshelve.Catalogs;
using Reshelve.Host.Output;

namespace Reshelve.Host.Commands;

/// <summary><c>reshelve init</c>: from a feed to a definition that can be synced.</summary>
internal static class InitCommand
{
    private const string WorkspaceFile = """
        # A Reshelve workspace: what all catalogs share. Their definitions are in catalogs/, one file each.
        # All of this may be left out; these are the defaults.

        data: .reshelve   # ledgers, indexes, runs and downloads; keep it out of version control
        parallel: 2       # how many catalogs are synced at a time

        """;

    /// <summary>The command.</summary>
    public static Command Create(GlobalOptions globals)
    {
        var feed = new Argument<string>("feed") { Description = "A feed as it is delivered: JSON Lines, JSON, CSV or XML, plain or gzip" };
        var name = new Option<string?>("--name") { Description = "The catalog's name (default: from the file's)", HelpName = "name" };
        var id = new Option<string?>("--id") { Description = "The field that holds each record's id (default: found)", HelpName = "field" };
        var force = new Option<bool>("--force") { Description = "Replace an existing definition" };
        var command = new Command("init", "Look at a feed and write a definition for it") { feed, name, id, force };
        globals.SetAction(command, (session, parsed) => Task.FromResult(
            Run(session, parsed.GetRequiredValue(feed), parsed.GetValue(name), parsed.GetValue(id), parsed.GetValue(force))));
        globals.AddExamples(
            command,
            ("reshelve init products.jsonl.gz", "writes catalogs/products.yaml"),
            ("reshelve init export.csv --name shop --id sku", "with a name and an id of your choice"));
        return command;
    }

    private static int Run(Session session, string feed, string? name, string? id, bool force)
    {
        var path = FeedPath(feed);
        var catalog = name ?? NameOf(path);
        if (CatalogName.ProblemOf(catalog) is { } problem)
            throw new UsageException($"'{catalog}' cannot be a catalog's name: it {problem}. Name it with --name, for example {CatalogName.From(catalog)}.");
        var file = Path.Combine(session.Folder, Workspace.CatalogsFolderName, $"{catalog}.yaml");
        if (File.Exists(file) && !force)
            throw new UsageException($"There is a definition already: {file}. Choose another name with --name, or replace it with --force.");

        // The workspace is made last: a feed that cannot be read leaves nothing behind.
        var yaml = Composition.DraftDefinition(path, catalog, id, session.Folder);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var options = Path.Combine(session.Folder, Workspace.OptionsFileName);
        if (!File.Exists(options))
            File.WriteAllText(options, WorkspaceFile);
        File.WriteAllText(file, yaml);
        Report(session, catalog, file);
        return ExitCodes.Done;
    }

    private static string FeedPath(string feed)
    {
        if (feed.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || feed.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
        {
            throw new UsageException(
                $"init looks at a file. Download a sample of {feed}, run init on it, and write the address as 'source: {feed}' in the definition.");
        }

        var path = Path.GetFullPath(feed);
        if (Directory.Exists(path))
            throw new UsageException($"{path} is a folder. Name one feed in it.");
        return File.Exists(path) ? path : throw new UsageException($"There is no file {path}.");
    }

    // 'products.jsonl.gz' makes 'products'.
    private static string NameOf(string path)
    {
        var file = Path.GetFileName(path);
        var dot = file.IndexOf('.', 1);
        return CatalogName.From(dot < 0 ? file : file[..dot]);
    }

    private static void Report(Session session, string catalog, string file)
    {
        var (catalogs, errors) = Workspace.Open(session.Folder).LoadCatalog(catalog);
        if (session.Json)
        {
            JsonOutput.WriteLine(session.Terminal, writer =>
            {
                writer.WriteString("catalog"u8, catalog);
                writer.WriteString("definition"u8, file);
                DefinitionErrors.WriteArray(writer, errors);
            });
            return;
        }

        var (terminal, hint) = (session.Terminal, session.Hint);
        terminal.Out.WriteLine($"Wrote {terminal.Bold(Printable.Line(file))}");
        foreach (var definition in catalogs)
            Describe(terminal, definition);
        DefinitionErrors.WriteList(errors, terminal);
        terminal.Out.WriteLine();
        terminal.Out.WriteLine("Look through it, then:");
        terminal.Out.WriteLine($"  {hint.For("plan", catalog)}");
        terminal.Out.WriteLine($"  {hint.For("sync", catalog)}");
        terminal.Out.WriteLine($"  {hint.For("search", catalog, "<words>")}");
    }

    private static void Describe(Terminal terminal, CatalogDefinition definition)
    {
        WriteLine("format", definition.Format.Kind.ToString().ToLowerInvariant() + (definition.Format.Records is { } records ? $", records at {records}" : ""));
        WriteLine("id", definition.Id.ToString());
        WriteLine("fields", Quantity.Count(definition.Fields.Count));
        WriteLine("volatile", Names(definition, field => field.Volatile));
        WriteLine("facets", Names(definition, field => field.Facet));
        WriteLine("images", Names(definition, field => field.Type == FieldType.Image));

        void WriteLine(string label, string text)
        {
            if (text.Length > 0)
                terminal.Out.WriteLine($"  {terminal.Dim(label.PadRight(10))}{Printable.Excerpt(text, 200)}");
        }
    }

    private static string Names(CatalogDefinition definition, Func<FieldDefinition, bool> which) =>
        string.Join(", ", definition.Fields.Where(which).Select(field => field.Name));
}
