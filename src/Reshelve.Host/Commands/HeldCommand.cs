using System.CommandLine;
using System.Text.Json;
using Reshelve.Host.Output;
using Reshelve.Planning;

namespace Reshelve.Host.Commands;

/// <summary><c>reshelve held</c>: all that waits for approval.</summary>
internal static class HeldCommand
{
    /// <summary>The command.</summary>
    public static Command Create(GlobalOptions globals)
    {
        var catalogs = new Argument<string[]>("catalog") { Arity = ArgumentArity.ZeroOrMore, Description = "The catalogs (default: all)" };
        var command = new Command("held", "Show what safety checks hold, why, and how to approve it") { catalogs };
        globals.SetAction(command, (session, parsed) => RunAsync(session, parsed.GetValue(catalogs) ?? []));
        globals.AddExamples(
            command,
            ("reshelve held", "all that waits for approval"),
            ("reshelve held products", "what waits of one catalog"));
        return command;
    }

    private static async Task<int> RunAsync(Session session, IReadOnlyList<string> names)
    {
        await using var workspace = session.Open();
        foreach (var name in names)
            Selection.RequireExisting(workspace, name);
        var holds = workspace.CreateHolds();
        // Definitions need not be read: what waits was made already, also if its definition is broken by now.
        var held = (names.Count > 0 ? names.Distinct(StringComparer.Ordinal) : workspace.CatalogNames).Select(holds.Find).OfType<HeldPlan>().ToList();
        foreach (var plan in held)
        {
            if (session.Json)
                JsonOutput.WriteLine(session.Terminal, writer => WriteJson(writer, plan));
            else
                WriteText(session, plan);
        }

        if (held.Count == 0 && !session.Json)
            session.Terminal.Out.WriteLine("Nothing is held.");
        return held.Count > 0 ? ExitCodes.Held : ExitCodes.Done;
    }

    private static void WriteText(Session session, HeldPlan plan)
    {
        var terminal = session.Terminal;
        var age = Quantity.Duration(Math.Max(0, (session.Time.GetUtcNow() - plan.Since).TotalSeconds));
        terminal.Out.WriteLine(
            $"{terminal.Bold(plan.Catalog)}: {terminal.Warning(plan.Part == HeldPart.Plan ? "the whole plan waits" : "removals wait, the rest was applied")} " +
            terminal.Dim($"(run {plan.Run}, held for {age})"));
        var removals = plan.Counts.RemovalsHeld;
        Write("waiting", plan.Part == HeldPart.Plan ? Changes(plan) : $"{Quantity.Count(removals, "removal")}");
        if (plan.Part == HeldPart.Plan && removals > 0)
            Write("", $"and {Quantity.Count(removals, "removal")}, which are approved afterwards, with --removals");
        foreach (var verdict in plan.Verdicts)
            Write("held", terminal.Warning(verdict.Check) + ": " + Printable.Text(session.Hint.Within(verdict.Text)));
        Write("plan", Printable.Line(plan.Folder));
        Write("approve", terminal.Bold(Command(session, plan)));
        Write("discard", terminal.Bold(session.Hint.For("discard", plan.Catalog, "--run", plan.Run.ToString())));

        void Write(string label, string text) =>
            terminal.Out.WriteLine($"  {terminal.Dim(label.PadRight(11))}{text.ReplaceLineEndings("\n" + new string(' ', 13))}");
    }

    private static string Command(Session session, HeldPlan plan) => plan.Part != HeldPart.Plan
        ? session.Hint.For("approve", plan.Catalog, "--removals", "--run", plan.Run.ToString())
        : session.Hint.For("approve", plan.Catalog, "--run", plan.Run.ToString());

    private static string Changes(HeldPlan plan)
    {
        var changes = string.Join(", ", new[]
        {
            (Count: plan.Counts.Added, Word: "added"), (Count: plan.Counts.Replaced, Word: "replaced"), (Count: plan.Counts.Patched, Word: "patched"),
            (Count: plan.Counts.Removed, Word: "removed"),
        }.Where(change => change.Count > 0).Select(change => $"{Quantity.Count(change.Count)} {change.Word}"));
        return (changes.Length > 0 ? changes : "no changes") + (plan.CreatesIndex ? ", in a new index that takes the live one's place" : "");
    }

    private static void WriteJson(Utf8JsonWriter writer, HeldPlan plan)
    {
        writer.WriteString("catalog"u8, plan.Catalog);
        writer.WriteNumber("run"u8, plan.Run);
        writer.WriteString("holds"u8, ReportJson.PartName(plan.Part));
        writer.WriteString("since"u8, plan.Since);
        writer.WriteBoolean("newIndex"u8, plan.CreatesIndex);
        writer.WriteNumber("added"u8, plan.Counts.Added);
        writer.WriteNumber("replaced"u8, plan.Counts.Replaced);
        writer.WriteNumber("patched"u8, plan.Counts.Patched);
        writer.WriteNumber("removed"u8, plan.Counts.Removed);
        writer.WriteNumber("removalsHeld"u8, plan.Counts.RemovalsHeld);
        ReportJson.WriteVerdicts(writer, "held", plan.Verdicts);
        writer.WriteString("planFolder"u8, plan.Folder);
    }
}
