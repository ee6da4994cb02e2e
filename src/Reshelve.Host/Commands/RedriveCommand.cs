using System.CommandLine;
using Reshelve.Host.Output;
using Reshelve.Planning;
using Reshelve.Running;

namespace Reshelve.Host.Commands;

/// <summary><c>reshelve redrive</c>: records that were rejected, once more, after the definition was mended.</summary>
internal static class RedriveCommand
{
    // How far back the newest run that applied a feed is looked for.
    private const int RunsSearched = 1_000;

    /// <summary>The command.</summary>
    public static Command Create(GlobalOptions globals)
    {
        var catalog = new Argument<string>("catalog") { Description = "The catalog" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Show what would become of them, and change nothing" };
        var command = new Command("redrive", "Try the records again that the last feed had rejected, after the definition was mended") { catalog, dryRun };
        globals.SetAction(command, (session, parsed) => RunAsync(session, parsed.GetRequiredValue(catalog), parsed.GetValue(dryRun)));
        globals.AddExamples(
            command,
            ("reshelve redrive products --dry-run", "see whether the mended definition takes them"),
            ("reshelve redrive products", "and let it"));
        return command;
    }

    private static async Task<int> RunAsync(Session session, string catalog, bool isDry)
    {
        RunReport? before;
        HeldPlan? waiting;
        HashSet<string> rejected;
        await using (var workspace = session.Open())
        {
            Selection.RequireExisting(workspace, catalog);
            before = workspace.Runs.List(catalog, RunsSearched).FirstOrDefault(run => run.State == RunState.Done && run.Feed.Records > 0);
            waiting = workspace.CreateHolds().Find(catalog);
            rejected = before is { Rejected: > 0 } ? Keys(workspace.Runs, before) : [];
        }

        if (before is not { Rejected: > 0 })
        {
            WriteNothing(session, catalog, before, waiting);
            return ExitCodes.Done;
        }

        // The very feed again: the planner alone knows which of several records with one id counts, and what became of the others.
        var verb = new SyncVerb(session);
        var code = await verb.RunAsync([catalog], new SyncOptions { FromArchive = true, PlanOnly = isDry });
        if (verb.Reports is [{ State: RunState.Done or RunState.Planned } after])
            await WriteOutcomeAsync(session, before, after, rejected, isDry);
        return code;
    }

    private static async Task WriteOutcomeAsync(Session session, RunReport before, RunReport after, HashSet<string> rejected, bool isDry)
    {
        await using var workspace = session.Open();
        var still = 0L;
        if (after.Rejected > 0)
            still = Keys(workspace.Runs, after).Count(rejected.Contains);
        var settled = rejected.Count - still;
        if (session.Json)
        {
            JsonOutput.WriteLine(session.Terminal, writer =>
            {
                writer.WriteString("catalog"u8, before.Catalog);
                writer.WriteNumber("redriven"u8, before.Run);
                writer.WriteNumber("settled"u8, settled);
                writer.WriteNumber("rejected"u8, still);
            });
            return;
        }

        var verb = isDry ? "would be" : "are";
        session.Terminal.Out.WriteLine(
            $"Of the {Quantity.Count(rejected.Count, "record")} that run {before.Run} rejected, {Quantity.Count(settled)} {verb} accepted now" +
            (still > 0 ? $"; {Quantity.Count(still)} {(isDry ? "would still be" : "are still")} rejected: {session.Hint.For("rejected", before.Catalog, "--run", $"{after.Run}")}" : "."));
        if (before.Feed.Records != after.Feed.Records)
            session.Terminal.Out.WriteLine("The feed is another one than that run read, so records may also have left it.");
    }

    private static void WriteNothing(Session session, string catalog, RunReport? before, HeldPlan? waiting)
    {
        if (session.Json)
            return;
        if (waiting is { Part: HeldPart.Plan, Counts.Rejected: > 0 })
        {
            session.Terminal.Out.WriteLine(
                $"The last feed that was applied has no rejected record. The newer one, which run {waiting.Run} rejected " +
                $"{Quantity.Count(waiting.Counts.Rejected, "record")} of, is held: a sync tries it again: {session.Hint.For("sync", catalog)}");
            return;
        }

        session.Terminal.Out.WriteLine(before is null
            ? $"No feed of {catalog} was applied yet: {session.Hint.For("sync", catalog)}"
            : $"Run {before.Run} of {catalog}, which applied the last feed, rejected no record: there is nothing to try again.");
    }

    /// <summary>What tells a record of a feed from the others: its place, or its id where only the document is known.</summary>
    private static HashSet<string> Keys(IRunStore runs, RunReport run) =>
    [
        .. runs.ReadRejected(run.Catalog, run.Run).Select(record =>
            record.Record > 0 ? $"{record.Record}" : $"id {record.Id}"),
    ];
}
