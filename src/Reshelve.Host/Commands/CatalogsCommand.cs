using System.CommandLine;
using Reshelve.Catalogs;
using Reshelve.Feeds;
using Reshelve.Host.Output;
using Reshelve.Indexing;
using Reshelve.Running;

namespace Reshelve.Host.Commands;

/// <summary><c>reshelve catalogs</c>: what there is, and in what state.</summary>
internal static class CatalogsCommand
{
    /// <summary>The command.</summary>
    public static Command Create(GlobalOptions globals)
    {
        var command = new Command("catalogs", "List the catalogs with their live index and last run");
        globals.SetAction(command, (session, _) => RunAsync(session));
        globals.AddExamples(command, ("reshelve catalogs", "all catalogs of the workspace"));
        return command;
    }

    private static async Task<int> RunAsync(Session session)
    {
        await using var workspace = session.Open();
        var selection = Selection.Of(workspace, [], session);
        var rows = new List<Row>();
        var problems = new List<string>();
        foreach (var definition in selection.Catalogs)
        {
            BackingIndex? live = null;
            try
            {
                live = (await workspace.Index.ListAsync(definition.Name, CancellationToken.None)).FirstOrDefault(index => index.Live);
            }
            catch (ReshelveException error)
            {
                problems.Add($"{definition.Name}: {error.Message}");
            }

            rows.Add(new Row(definition, live, workspace.Runs.List(definition.Name, 1) is [var last, ..] ? last : null));
        }

        if (session.Json)
            WriteJson(session, rows);
        else
            WriteTable(session, rows);
        var failed = Problems.Write(session, problems);
        return WriteErrors(session, selection.Errors) is not ExitCodes.Done and var wrong ? wrong : failed;
    }

    private static int WriteErrors(Session session, IReadOnlyList<DefinitionError> errors)
    {
        if (errors.Count == 0)
            return ExitCodes.Done;
        DefinitionErrors.Write(errors, session.Terminal, session.Json);
        return ExitCodes.Usage;
    }

    private static void WriteTable(Session session, List<Row> rows)
    {
        var table = new TextTable("catalog", "format", "feed", ">documents", ">size", "live index", "last run (UTC)", "state");
        foreach (var (definition, live, last) in rows)
        {
            table.Add(
                new Cell(definition.Name, CellStyle.Bold),
                Format(definition),
                FeedName(definition),
                live?.Documents ?? 0,
                live is null ? "–" : Quantity.Bytes(live.Bytes),
                live?.Name ?? "–",
                last is null ? "never" : Quantity.Moment(last.Started),
                last is null ? "–" : ReportText.State(last));
        }

        table.Write(session.Terminal);
    }

    private static void WriteJson(Session session, List<Row> rows)
    {
        foreach (var (definition, live, last) in rows)
        {
            JsonOutput.WriteLine(session.Terminal, writer =>
            {
                writer.WriteString("catalog"u8, definition.Name);
                writer.WriteString("format"u8, Format(definition));
                writer.WriteString("feed"u8, FeedName(definition));
                writer.WriteString("liveIndex"u8, live?.Name);
                writer.WriteNumber("documents"u8, live?.Documents ?? 0);
                writer.WriteNumber("bytes"u8, live?.Bytes ?? 0);
                if (last is null)
                {
                    writer.WriteNull("lastRun"u8);
                    return;
                }

                writer.WriteStartObject("lastRun"u8);
                ReportJson.Write(writer, last);
                writer.WriteEndObject();
            });
        }
    }

    private static string Format(CatalogDefinition definition) => definition.Format.Kind.ToString().ToLowerInvariant();

    private static string FeedName(CatalogDefinition definition) => definition.Feed.ToString().ToLowerInvariant();

    private sealed record Row(CatalogDefinition Definition, BackingIndex? Live, RunReport? Last);
}
