using System.CommandLine;
using Reshelve.Catalogs;
using Reshelve.Host.Output;
using Reshelve.Running;

namespace Reshelve.Host.Commands;

/// <summary>What approving and discarding have in common.</summary>
internal static class HeldVerb
{
    /// <summary>The option that names the plan.</summary>
    public static Option<long?> RunOption() => new("--run")
    {
        Description = "Only the plan of this run: not one of a newer feed that came meanwhile", HelpName = "number",
    };

    /// <summary>Does it, and writes its report.</summary>
    /// <param name="session">The session.</param>
    /// <param name="catalog">The catalog.</param>
    /// <param name="definitionOf">Its definition, where documents are written; null where none are.</param>
    /// <param name="problemWith">Why it cannot be done with what waits; null when it can.</param>
    /// <param name="act">Does it.</param>
    /// <exception cref="UsageException">There is no such catalog, nothing of it waits, or it cannot be done with that.</exception>
    public static async Task<int> RunAsync(
        Session session, string catalog, Func<Composition, CatalogDefinition?> definitionOf, Func<HeldPlan, string?> problemWith, Func<CatalogHolds, IProgress<RunProgress>?, CancellationToken, Task<RunReport>> act)
    {
        await using var workspace = session.Open();
        Selection.RequireExisting(workspace, catalog);
        var holds = workspace.CreateHolds(definitionOf(workspace));
        // Asked without the lease, so that it leaves no failed run; what comes between is refused by the run.
        if (holds.Find(catalog) is not { } held)
            throw new UsageException($"Nothing of '{catalog}' waits for approval.");
        if (problemWith(held) is { } problem)
            throw new UsageException(char.ToUpperInvariant(problem[0]) + problem[1..] + ".");
        using var stop = StopSignal.Listen(session.Terminal, session.Json);
        RunReport report;
        await using (var display = session.Json
            ? ProgressDisplay.None(session.Terminal, session.Time)
            : ProgressDisplay.Begin(session.Terminal, session.Time))
        {
            report = await act(holds, display.Board, stop.Token);
            display.Board?.End(catalog);
        }

        if (report.Cause is not null)
            Failure.WriteTrace(report.Cause, session.Terminal);
        if (session.Json)
            JsonOutput.WriteLine(session.Terminal, writer => ReportJson.Write(writer, report));
        else
            new ReportText(session.Terminal, session.Hint).Write(report);
        return report.State == RunState.Stopped && stop.ExitCode is { } stopped ? stopped : SyncVerb.CodeOf(report);
    }
}
