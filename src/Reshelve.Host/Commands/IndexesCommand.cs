using System.CommandLine;
using Reshelve.Feeds;
using Reshelve.Host.Output;
using Reshelve.Indexing;

namespace Reshelve.Host.Commands;

/// <summary><c>reshelve indexes</c>: the backing indexes, and which of them is live.</summary>
internal static class IndexesCommand
{
    /// <summary>The command.</summary>
    public static Command Create(GlobalOptions globals)
    {
        var catalog = new Argument<string?>("catalog") { Arity = ArgumentArity.ZeroOrOne, Description = "The catalog (default: all)" };
        var command = new Command("indexes", "List catalogs' indexes: which is live, which are retained, which is being filled") { catalog };
        globals.SetAction(command, (session, parsed) => RunAsync(session, parsed.GetValue(catalog)));
        globals.AddExamples(
            command,
            ("reshelve indexes", "of all catalogs"),
            ("reshelve indexes products", "of one"));
        return command;
    }

    private static async Task<int> RunAsync(Session session, string? catalog)
    {
        await using var workspace = session.Open();
        if (catalog is not null)
            Selection.RequireExisting(workspace, catalog);
        var indexes = workspace.CreateIndexes();
        var rows = new List<(string Catalog, ListedIndex Index)>();
        var problems = new List<string>();
        foreach (var name in catalog is null ? workspace.CatalogNames : [catalog])
        {
            try
            {
                foreach (var index in await indexes.ListAsync(name, CancellationToken.None))
                    rows.Add((name, index));
            }
            catch (ReshelveException error) when (catalog is null)
            {
                // One catalog that something is wrong with is no reason to hide the others.
                problems.Add($"{name}: {error.Message}");
            }
        }

        if (session.Json)
            WriteJson(session, rows);
        else if (rows.Count > 0 || problems.Count == 0)
            WriteTable(session, rows);
        return Problems.Write(session, problems);
    }

    private static void WriteTable(Session session, List<(string Catalog, ListedIndex Index)> rows)
    {
        if (rows.Count == 0)
        {
            session.Terminal.Out.WriteLine($"No indexes yet. Make one: {session.Hint.For("sync")}");
            return;
        }

        var table = new TextTable("catalog", "index", "state", ">documents", ">size", "created (UTC)", ">age", ">filled by", "");
        var now = session.Time.GetUtcNow();
        foreach (var (catalog, index) in rows)
        {
            var created = index.Registered?.Created ?? index.Index!.Created;
            table.Add(
                new Cell(catalog, CellStyle.Bold),
                index.Name,
                State(index),
                index.Index?.Documents ?? 0,
                index.Index is null ? "–" : Quantity.Bytes(index.Index.Bytes),
                Quantity.Moment(created),
                Quantity.Duration((now - created).TotalSeconds),
                index.Registered is { } registered ? $"run {registered.Run}" : "–",
                Remark(index));
        }

        table.Write(session.Terminal);
    }

    private static Cell State(ListedIndex index) => index.Registered?.State switch
    {
        null => new Cell(index.Index!.Live ? "live, not ours" : "not ours", CellStyle.Warning),
        IndexState.Live => new Cell("live", CellStyle.Good),
        IndexState.Building => new Cell("building", CellStyle.Warning),
        IndexState.Ready => new Cell("ready"),
        _ => new Cell("retained", CellStyle.Dim),
    };

    private static string Remark(ListedIndex index) => index switch
    {
        { Index: null } => "gone from the engine",
        { Registered: null } => "never changed or deleted by this program",
        { Owner: { } run } => $"run {run} is filling it, or was interrupted",
        { Registered.Disagreement: { } disagreement } => $"cannot be promoted: {disagreement}",
        _ => "",
    };

    private static void WriteJson(Session session, List<(string Catalog, ListedIndex Index)> rows)
    {
        foreach (var (catalog, index) in rows)
        {
            JsonOutput.WriteLine(session.Terminal, writer =>
            {
                writer.WriteString("catalog"u8, catalog);
                writer.WriteString("index"u8, index.Name);
                writer.WriteString("state"u8, index.Registered is { } registered ? registered.State.ToString().ToLowerInvariant() : "not ours");
                writer.WriteBoolean("live"u8, index.Index?.Live ?? false);
                writer.WriteNumber("documents"u8, index.Index?.Documents ?? 0);
                writer.WriteNumber("bytes"u8, index.Index?.Bytes ?? 0);
                writer.WriteString("created"u8, index.Registered?.Created ?? index.Index!.Created);
                if (index.Registered is { } ours)
                    writer.WriteNumber("run"u8, ours.Run);
                if (index.Owner is { } owner)
                    writer.WriteNumber("owner"u8, owner);
                if (Remark(index) is { Length: > 0 } remark)
                    writer.WriteString("remark"u8, remark);
            });
        }
    }
}
