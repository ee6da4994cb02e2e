using System.CommandLine;
using Reshelve.Events;
using Reshelve.Host.Output;

namespace Reshelve.Host.Commands;

/// <summary><c>reshelve put</c> and <c>reshelve remove</c>: single documents, at once.</summary>
internal static class EventCommands
{
    /// <summary>The command that puts.</summary>
    public static Command CreatePut(GlobalOptions globals)
    {
        var catalog = new Argument<string>("catalog") { Description = "The catalog" };
        var command = new Command("put", "Put single documents into a catalog's live index at once; records as JSON on the standard input") { catalog };
        globals.SetAction(command, (session, parsed) => PutAsync(session, parsed.GetRequiredValue(catalog)));
        globals.AddExamples(
            command,
            ("reshelve put products < product.json", "one record, or several: on lines, one after the other, or in an array"),
            ("curl -s https://example.org/product/7 | reshelve put products", "from wherever they come"),
            ("reshelve put products --json < changed.jsonl", "one JSON object per record, with what became of it"));
        return command;
    }

    /// <summary>The command that removes.</summary>
    public static Command CreateRemove(GlobalOptions globals)
    {
        var catalog = new Argument<string>("catalog") { Description = "The catalog" };
        var ids = new Argument<string[]>("id") { Arity = ArgumentArity.OneOrMore, Description = "The documents' ids" };
        var command = new Command("remove", "Remove single documents from a catalog's live index at once") { catalog, ids };
        globals.SetAction(command, (session, parsed) => RemoveAsync(session, parsed.GetRequiredValue(catalog), parsed.GetRequiredValue(ids)));
        globals.AddExamples(
            command,
            ("reshelve remove products 4711", "one document"),
            ("reshelve remove products 4711 4712 4713", "several"));
        return command;
    }

    private static async Task<int> PutAsync(Session session, string catalog)
    {
        await using var workspace = session.Open();
        var definition = Selection.One(workspace, catalog, session);
        using var stop = StopSignal.Listen(session.Terminal, session.Json);
        await using var input = Console.OpenStandardInput();
        var records = await EventInput.ReadAsync(input, stop.Token);
        if (records.Count == 0)
            throw new UsageException($"Nothing came on the standard input. Give records as JSON: {session.Hint.For("put", catalog)} < records.json");
        return Write(session, catalog, await workspace.CreateEvents(definition).PutAsync(definition, records, stop.Token));
    }

    private static async Task<int> RemoveAsync(Session session, string catalog, string[] ids)
    {
        await using var workspace = session.Open();
        var definition = Selection.One(workspace, catalog, session);
        using var stop = StopSignal.Listen(session.Terminal, session.Json);
        return Write(session, catalog, await workspace.CreateEvents(definition).RemoveAsync(definition, ids, stop.Token));
    }

    private static int Write(Session session, string catalog, IReadOnlyList<EventResult> results)
    {
        if (session.Json)
            WriteJson(session, catalog, results);
        else
            WriteText(session, catalog, results);
        return results.Any(result => result.Outcome == EventOutcome.Rejected) ? ExitCodes.Rejected : ExitCodes.Done;
    }

    private static void WriteJson(Session session, string catalog, IReadOnlyList<EventResult> results)
    {
        for (var i = 0; i < results.Count; i++)
        {
            var (number, result) = (i + 1, results[i]);
            JsonOutput.WriteLine(session.Terminal, writer =>
            {
                writer.WriteString("catalog"u8, catalog);
                writer.WriteNumber("record"u8, number);
                writer.WriteString("id"u8, result.Id);
                writer.WriteString("outcome"u8, Name(result.Outcome));
                writer.WriteString("field"u8, result.Field);
                writer.WriteString("reason"u8, result.Reason);
            });
        }
    }

    private static void WriteText(Session session, string catalog, IReadOnlyList<EventResult> results)
    {
        var terminal = session.Terminal;
        var parts = results.GroupBy(result => result.Outcome).OrderBy(group => group.Key)
            .Select(group => $"{Quantity.Count(group.Count())} {Name(group.Key)}");
        terminal.Out.WriteLine($"{catalog}: {string.Join(", ", parts)}");
        for (var i = 0; i < results.Count; i++)
        {
            if (results[i] is not { Outcome: EventOutcome.Rejected } rejected)
                continue;
            var id = rejected.Id is null ? "" : $", id {Printable.Excerpt(rejected.Id, 60)}";
            terminal.Out.WriteLine(terminal.Warning($"  record {i + 1}{id}: {Printable.Line(rejected.Reason!)}"));
        }
    }

    private static string Name(EventOutcome outcome) => outcome switch
    {
        EventOutcome.Put => "put",
        EventOutcome.Removed => "removed",
        EventOutcome.Absent => "not in the index",
        EventOutcome.Superseded => "superseded",
        _ => "rejected",
    };
}
