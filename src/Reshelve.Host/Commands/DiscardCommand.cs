using System.CommandLine;
using Reshelve.Planning;

namespace Reshelve.Host.Commands;

/// <summary><c>reshelve discard</c>: lets go of what a safety check held.</summary>
internal static class DiscardCommand
{
    /// <summary>The command.</summary>
    public static Command Create(GlobalOptions globals)
    {
        var catalog = new Argument<string>("catalog") { Description = "The catalog" };
        var run = HeldVerb.RunOption();
        var command = new Command("discard", "Let go of a held plan, or of the removals that it held") { catalog, run };
        globals.SetAction(command, (session, parsed) => HeldVerb.RunAsync(
            session,
            parsed.GetValue(catalog)!,
            _ => null,
            held => held.ProblemWith(new Approval { Run = parsed.GetValue(run), Removals = held.Part != HeldPart.Plan }),
            (holds, _, _) => holds.DiscardAsync(parsed.GetValue(catalog)!, parsed.GetValue(run))));
        globals.AddExamples(command, ("reshelve discard products", "nothing of it will be applied; the next feed is judged anew"));
        return command;
    }
}
