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
        var source = new Option<string?>("--source") { Description = "What to write as the source (default: the file)", HelpName = "path or url" };
        var force = new Option<bool>("--force") { Description = "Replace an existing definition" };
        var command = new Command("init", "Look at a feed and write a definition for it") { feed, name, id, source, force };
        globals.SetAction(command, (session, parsed) => Task.FromResult(
            Run(
                session,
                parsed.GetRequiredValue(feed),
                new DraftOptions { Name = parsed.GetValue(name), Id = parsed.GetValue(id), Source = parsed.GetValue(source) },
                parsed.GetValue(force))));
        globals.AddExamples(
            command,
            ("reshelve init products.jsonl.gz", "writes catalogs/products.yaml"),
            ("reshelve init export.csv --name shop --id sku", "with a name and an id of your choice"),
            ("reshelve init sample.xml --source https://shop.example/feed.xml", "from a sample of a feed that is downloaded"));
        return command;
    }

    private static int Run(Session session, string feed, DraftOptions options, bool force)
    {
        if (options.Name is { } name && CatalogName.ProblemOf(name) is { } problem)
            throw new UsageException($"'{name}' cannot be a catalog's name: it {problem}. Name it, for example, --name {CatalogName.From(name)}.");
        var draft = CatalogDraft.From(FeedPath(feed), options with { WorkspaceFolder = session.Folder });
        var catalog = draft.Definition.Name;
        var file = Path.Combine(session.Folder, Workspace.CatalogsFolderName, $"{catalog}.yaml");
        if (File.Exists(file) && !force)
            throw new UsageException($"There is a definition already: {file}. Choose another name with --name, or replace it with --force.");

        // The workspace is made last: a feed that cannot be read leaves nothing behind.
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var workspaceFile = Path.Combine(session.Folder, Workspace.OptionsFileName);
        if (!File.Exists(workspaceFile))
            File.WriteAllText(workspaceFile, WorkspaceFile);
        File.WriteAllText(file, draft.ToYaml());
        Report(session, draft, file);
        return ExitCodes.Done;
    }

    private static string FeedPath(string feed)
    {
        if (feed.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || feed.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
        {
            throw new UsageException(
                $"init looks at a file. Download a feed from there, and run init on it with --source {feed}.");
        }

        var path = Path.GetFullPath(feed);
        if (Directory.Exists(path))
            throw new UsageException($"{path} is a folder. Name one feed in it.");
        return File.Exists(path) ? path : throw new UsageException($"There is no file {path}.");
    }

    private static void Report(Session session, CatalogDraft draft, string file)
    {
        var definition = draft.Definition;
        if (session.Json)
        {
            JsonOutput.WriteLine(session.Terminal, writer =>
            {
                writer.WriteString("catalog"u8, definition.Name);
                writer.WriteString("definition"u8, file);
                writer.WriteNumber("records"u8, draft.Records);
            });
            return;
        }

        var (terminal, hint) = (session.Terminal, session.Hint);
        var looked = $"{Quantity.Count(draft.Records, "record")} looked at{(draft.Sampled ? ", the feed has more" : "")}";
        terminal.Out.WriteLine($"Wrote {terminal.Bold(Printable.Line(file))} {terminal.Dim($"({looked})")}");
        Describe(terminal, definition);
        terminal.Out.WriteLine();
        terminal.Out.WriteLine("Look through it, then:");
        terminal.Out.WriteLine($"  {hint.For("plan", definition.Name)}");
        terminal.Out.WriteLine($"  {hint.For("sync", definition.Name)}");
        terminal.Out.WriteLine($"  {hint.For("search", definition.Name, "<words>")}");
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
