using System.CommandLine;
using Reshelve.Catalogs;
using Reshelve.Host.Output;

namespace Reshelve.Host.Commands;

/// <summary><c>reshelve schema</c>: what editors need to complete and check definitions.</summary>
internal static class SchemaCommand
{
    private const string CatalogFile = "catalog.schema.json";
    private const string WorkspaceFile = "workspace.schema.json";

    /// <summary>The command.</summary>
    public static Command Create(GlobalOptions globals)
    {
        var folder = new Option<string?>("--out") { Description = "Where to (default: schemas/ in the workspace)", HelpName = "folder" };
        var command = new Command("schema", "Write JSON Schemas of the definitions, for editors") { folder };
        globals.SetAction(command, (session, parsed) => Task.FromResult(Run(session, parsed.GetValue(folder))));
        globals.AddExamples(
            command,
            ("reshelve schema", "writes schemas/catalog.schema.json and schemas/workspace.schema.json"),
            ("reshelve schema --out ~/.config/schemas", "elsewhere"));
        return command;
    }

    private static int Run(Session session, string? folder)
    {
        var target = Path.GetFullPath(folder ?? Path.Combine(session.Folder, "schemas"));
        Directory.CreateDirectory(target);
        var catalog = Path.Combine(target, CatalogFile);
        var workspace = Path.Combine(target, WorkspaceFile);
        File.WriteAllText(catalog, CatalogSchema.Catalog);
        File.WriteAllText(workspace, CatalogSchema.Workspace);
        if (session.Json)
        {
            JsonOutput.WriteLine(session.Terminal, writer =>
            {
                writer.WriteString("catalog"u8, catalog);
                writer.WriteString("workspace"u8, workspace);
            });
            return ExitCodes.Done;
        }

        var fromDefinition = Path.GetRelativePath(Path.Combine(session.Folder, Workspace.CatalogsFolderName), catalog).Replace('\\', '/');
        session.Terminal.Out.WriteLine($"Wrote {Printable.Line(catalog)}");
        session.Terminal.Out.WriteLine($"Wrote {Printable.Line(workspace)}");
        session.Terminal.Out.WriteLine();
        session.Terminal.Out.WriteLine("An editor with a YAML language server uses it for a definition that begins with:");
        session.Terminal.Out.WriteLine($"  # yaml-language-server: $schema={Printable.Line(fromDefinition)}");
        return ExitCodes.Done;
    }
}
