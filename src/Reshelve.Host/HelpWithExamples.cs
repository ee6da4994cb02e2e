using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Reshelve.Host;

/// <summary>The library's help, followed by examples: what most people look for.</summary>
internal sealed class HelpWithExamples(HelpAction help, GlobalOptions globals) : SynchronousCommandLineAction
{
    private const string ExitCodeTable = """
        Exit codes:
          0    done
          1    failed
          2    the command line or a definition is wrong
          3    a safety check holds the plan
          4    done, but some records were rejected
          130  stopped by Ctrl-C (143: by SIGTERM)

        Environment:
          NO_COLOR        no colours
          RESHELVE_TRACE  stack traces of unexpected errors
        """;

    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <summary>Puts it in the place of the plain help.</summary>
    public static void Install(RootCommand root, GlobalOptions globals)
    {
        var option = root.Options.OfType<HelpOption>().Single();
        option.Action = new HelpWithExamples((HelpAction)option.Action!, globals);
    }

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        help.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        var command = parseResult.CommandResult.Command;
        var examples = globals.ExamplesOf(command);
        if (examples.Count > 0)
            WriteExamples(output, examples);
        if (command is RootCommand)
            output.WriteLine(ExitCodeTable);
        return ExitCodes.Done;
    }

    private static void WriteExamples(TextWriter output, IReadOnlyList<(string Line, string Purpose)> examples)
    {
        output.WriteLine("Examples:");
        foreach (var (line, purpose) in examples)
        {
            output.WriteLine($"  # {purpose}");
            output.WriteLine($"  {line}");
        }

        output.WriteLine();
    }
}
