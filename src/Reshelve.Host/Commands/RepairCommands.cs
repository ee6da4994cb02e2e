using System.CommandLine;
using Reshelve.Catalogs;
using Reshelve.Host.Output;

namespace Reshelve.Host.Commands;

/// <summary><c>reshelve verify</c> and <c>reshelve ledger rebuild</c>: when index and ledger may disagree.</summary>
internal static class RepairCommands
{
    private const int ShownExamples = 10;

    /// <summary>The command that compares.</summary>
    public static Command CreateVerify(GlobalOptions globals)
    {
        var catalogs = new Argument<string[]>("catalog") { Arity = ArgumentArity.ZeroOrMore, Description = "The catalogs (default: all)" };
        var repair = new Option<bool>("--repair") { Description = "Mend what differs: correct the ledger, then sync the catalog" };
        var command = new Command("verify", "Compare what indexes hold with what their ledgers say, document by document") { catalogs, repair };
        globals.SetAction(command, (session, parsed) => VerifyAsync(session, parsed.GetValue(catalogs) ?? [], parsed.GetValue(repair)));
        globals.AddExamples(
            command,
            ("reshelve verify products", "missing, extra and stale documents; exit code 1 if there are any"),
            ("reshelve verify products --repair", "and put them right"));
        return command;
    }

    /// <summary>The commands about ledgers.</summary>
    public static Command CreateLedger(GlobalOptions globals)
    {
        var catalog = new Argument<string>("catalog") { Description = "The catalog" };
        var rebuild = new Command("rebuild", "Restore a lost or damaged ledger from the documents of the live index") { catalog };
        globals.SetAction(rebuild, (session, parsed) => RebuildAsync(session, parsed.GetRequiredValue(catalog)));
        globals.AddExamples(rebuild, ("reshelve ledger rebuild products", "then sync: the whole feed is parsed once, and only differences are written"));
        return new Command("ledger", "Look after ledgers: what Reshelve knows of an index") { rebuild };
    }

    private static async Task<int> VerifyAsync(Session session, string[] names, bool repair)
    {
        var code = ExitCodes.Done;
        var mended = new List<string>();
        var spoilt = new List<string>();
        await using (var workspace = session.Open())
        {
            var selection = Selection.Of(workspace, names, session);
            using var stop = StopSignal.Listen(session.Terminal, session.Json);
            foreach (var definition in selection.Catalogs)
            {
                var (one, report) = await VerifyOneAsync(session, workspace, definition, repair, stop.Token);
                code = ExitCodes.Worse(code, one);
                if (repair && report is { Spoilt: > 0 })
                    spoilt.Add(definition.Name);
                else if (report is { Mended: true })
                    mended.Add(definition.Name);
            }

            if (selection.Errors.Count > 0)
            {
                DefinitionErrors.WriteList(selection.Errors, session.Terminal);
                code = ExitCodes.Worse(code, ExitCodes.Usage);
            }
        }

        if (mended.Count > 0)
            code = ExitCodes.Worse(code, await new SyncVerb(session).RunAsync(mended, new SyncOptions()));
        // An index cannot replace a document that it cannot read: a new one takes its place.
        return spoilt.Count == 0 ? code : ExitCodes.Worse(code, await new SyncVerb(session).RunAsync(spoilt, new SyncOptions { Rebuild = true, FromArchive = true }));
    }

    /// <summary>One catalog's failure is no other's.</summary>
    private static async Task<(int Code, DriftReport? Report)> VerifyOneAsync(
        Session session, Composition workspace, CatalogDefinition definition, bool repair, CancellationToken stop)
    {
        try
        {
            var report = await workspace.CreateRepair(definition).VerifyAsync(definition, repair, stop);
            Write(session, report, repair);
            return (report.InStep || report.Mended || (repair && report.Spoilt > 0) ? ExitCodes.Done : ExitCodes.Failed, report);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            Failure.WriteTrace(error, session.Terminal);
            if (session.Json)
                JsonOutput.WriteLine(session.Terminal, writer => { writer.WriteString("catalog"u8, definition.Name); writer.WriteString("error"u8, Failure.Describe(error)); });
            else
                session.Terminal.WriteError($"{definition.Name}: {session.Hint.Within(Failure.Describe(error))}");
            return (ExitCodes.Failed, null);
        }
    }

    private static void Write(Session session, DriftReport report, bool repair)
    {
        if (session.Json)
        {
            JsonOutput.WriteLine(session.Terminal, writer =>
            {
                writer.WriteString("catalog"u8, report.Catalog);
                writer.WriteString("index"u8, report.Index);
                writer.WriteNumber("documents"u8, report.Documents);
                writer.WriteNumber("missing"u8, report.Missing);
                writer.WriteNumber("extra"u8, report.Extra);
                writer.WriteNumber("stale"u8, report.Stale);
                writer.WriteNumber("spoilt"u8, report.Spoilt);
                writer.WriteBoolean("mended"u8, report.Mended);
                writer.WriteStartArray("examples"u8);
                foreach (var (kind, id) in report.Examples)
                {
                    writer.WriteStartObject();
                    writer.WriteString("kind"u8, Name(kind));
                    writer.WriteString("id"u8, id);
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
            });
            return;
        }

        var output = session.Terminal.Out;
        if (report.InStep)
        {
            output.WriteLine($"{report.Catalog}: index and ledger agree on all {Quantity.Count(report.Documents, "document")} of {report.Index}.");
            return;
        }

        output.WriteLine(session.Terminal.Warning(
            $"{report.Catalog}: of {Quantity.Count(report.Documents, "document")} of {report.Index}, {Quantity.Count(report.Stale)} differ from the ledger, " +
            $"{Quantity.Count(report.Extra)} are not in it, and {Quantity.Count(report.Missing)} of it are missing in the index."));
        foreach (var (kind, id) in report.Examples.Take(ShownExamples))
            output.WriteLine($"  {Name(kind),-8} {Printable.Excerpt(id, 100)}");
        if (report.Stale + report.Extra + report.Missing + report.Spoilt is var all && all > ShownExamples)
            output.WriteLine($"  … and {Quantity.Count(all - ShownExamples)} more");
        if (report.Spoilt > 0)
            output.WriteLine(session.Terminal.Warning($"{Quantity.Count(report.Spoilt)} are no documents any more: the index is damaged, and a new one is to take its place."));
        output.WriteLine(repair
            ? report.Spoilt > 0 ? "The ledger says now what the index holds; the rebuild that follows fills a new index." : "The ledger says now what the index holds; the sync that follows writes and removes what the feed asks for."
            : $"Put them right: {session.Hint.For("verify", report.Catalog, "--repair")}");
    }

    private static async Task<int> RebuildAsync(Session session, string catalog)
    {
        await using var workspace = session.Open();
        var definition = Selection.One(workspace, catalog, session);
        using var stop = StopSignal.Listen(session.Terminal, session.Json);
        var restored = await workspace.CreateRepair(definition).RebuildLedgerAsync(definition, stop.Token);
        if (session.Json)
        {
            JsonOutput.WriteLine(session.Terminal, writer =>
            {
                writer.WriteString("catalog"u8, restored.Catalog);
                writer.WriteString("index"u8, restored.Index);
                writer.WriteNumber("documents"u8, restored.Documents);
            });
            return ExitCodes.Done;
        }

        session.Terminal.Out.WriteLine($"{catalog}: the ledger of {restored.Index} was restored from its {Quantity.Count(restored.Documents, "document")}.");
        if (restored.AbandonedRun is { } run)
            session.Terminal.Out.WriteLine($"Run {run} was being applied when it was interrupted; the next sync does what it left undone.");
        session.Terminal.Out.WriteLine($"Sync now, to be in step with the feed: {session.Hint.For("sync", catalog)}");
        return ExitCodes.Done;
    }

    private static string Name(DriftKind kind) => kind switch
    {
        DriftKind.Missing => "missing",
        DriftKind.Extra => "extra",
        DriftKind.Spoilt => "spoilt",
        _ => "stale",
    };
}
