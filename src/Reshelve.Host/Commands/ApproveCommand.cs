using System.CommandLine;

namespace Reshelve.Host.Commands;

/// <summary><c>reshelve approve</c>: applies what a safety check held.</summary>
internal static class ApproveCommand
{
    /// <summary>The command.</summary>
    public static Command Create(GlobalOptions globals)
    {
        var catalog = new Argument<string>("catalog") { Description = "The catalog" };
        var removals = new Option<bool>("--removals") { Description = "Remove what the checks kept from being removed, once the rest was applied" };
        var run = HeldVerb.RunOption();
        var command = new Command("approve", "Apply a held plan exactly as it was made, or the removals that it held") { catalog, removals, run };
        globals.SetAction(command, (session, parsed) =>
        {
            var approval = new Approval { Removals = parsed.GetValue(removals), Run = parsed.GetValue(run) };
            return HeldVerb.RunAsync(
                session,
                parsed.GetValue(catalog)!,
                workspace => workspace.DefinitionToWrite(parsed.GetValue(catalog)!),
                held => held.ProblemWith(approval),
                (holds, progress, stop) => holds.ApproveAsync(parsed.GetValue(catalog)!, approval, progress, stop));
        });
        globals.AddExamples(
            command,
            ("reshelve approve products", "apply the plan that is held"),
            ("reshelve approve products --removals", "the removals that are held, when the rest was applied"),
            ("reshelve approve products --run 12", "only if it is still that run's plan that waits"));
        return command;
    }
}
