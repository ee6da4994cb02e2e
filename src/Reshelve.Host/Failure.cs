using Reshelve.Catalogs;
using Reshelve.Feeds;
using Reshelve.Host.Output;
using Reshelve.Searching;

namespace Reshelve.Host;

/// <summary>
/// What becomes of an exception that ends the program: a message and an exit code, never a stack trace that nobody asked for.
/// </summary>
internal static class Failure
{
    private const string TraceVariable = "RESHELVE_TRACE";

    /// <summary>Tells the person or machine, and gives the exit code.</summary>
    public static int Write(Exception error, Terminal terminal, bool json)
    {
        switch (error)
        {
            case DefinitionsException definitions:
                DefinitionErrors.Write(definitions.Errors, terminal, json);
                return ExitCodes.Usage;
            case UsageException or SearchRequestException or DraftIdException:
                WriteMessage(error.Message, terminal, json);
                return ExitCodes.Usage;
            case OperationCanceledException:
                WriteMessage("Stopped.", terminal, json);
                return ExitCodes.Interrupted;
            case IOException when IsClosedPipe(error):
                return ExitCodes.Failed;
            default:
                WriteMessage(Describe(error), terminal, json);
                WriteTrace(error, terminal);
                return ExitCodes.Failed;
        }
    }

    /// <summary>An error in words: its own if they are meant for people, else with the way to learn more.</summary>
    public static string Describe(Exception error) => error switch
    {
        ReshelveException or IOException or UnauthorizedAccessException => error.Message,
        OutOfMemoryException => "There is not enough memory. Sync fewer catalogs at a time ('parallel' in reshelve.yaml), or give the program more.",
        _ => $"Something unexpected happened ({error.GetType().Name}: {error.Message.ReplaceLineEndings(" ")}). This is a defect: set {TraceVariable}=1 to see where, and report it.",
    };

    /// <summary>Writes the stack trace if the environment asks for it.</summary>
    public static void WriteTrace(Exception error, Terminal terminal)
    {
        if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable(TraceVariable)))
            terminal.Error.WriteLine(error);
    }

    private static void WriteMessage(string message, Terminal terminal, bool json)
    {
        if (json)
            JsonOutput.WriteError(terminal, message);
        else
            terminal.WriteError(CommandHint.OfProcess(null).Within(message));
    }

    // 'reshelve runs | head' closes our output early on purpose. Most such writes are dropped by the console's stream already.
    private static bool IsClosedPipe(Exception error) => error.HResult == 32;
}
