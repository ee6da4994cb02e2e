using System.CommandLine;
using System.CommandLine.Parsing;
using Reshelve.Host.Output;

namespace Reshelve.Host;

/// <summary>What a wrong command line gets: what is wrong, what was probably meant, and where to read more.</summary>
internal static class UsageErrors
{
    /// <summary>Tells it, and gives the exit code.</summary>
    public static int Write(ParseResult parsed, GlobalOptions globals)
    {
        var command = parsed.CommandResult.Command;
        var terminal = globals.Terminal;
        var message = Message(parsed, command);
        if (globals.IsJson(parsed))
        {
            JsonOutput.WriteError(terminal, message);
            return ExitCodes.Usage;
        }

        terminal.WriteError(message);
        terminal.Error.WriteLine($"See '{CommandHint.OfProcess(null).For([.. Names(parsed.CommandResult), "--help"])}'.");
        return ExitCodes.Usage;
    }

    /// <summary>The words that name a command below the program.</summary>
    private static IEnumerable<string> Names(CommandResult result) =>
        result.Parent is CommandResult parent ? [.. Names(parent), result.Command.Name] : [];

    /// <summary>
    /// A word that begins with a dash and was taken for an argument. The parser lets it pass, but a mistyped option must not
    /// become a
    /// word to search for or a catalog's name.
    /// </summary>
    public static string? UnknownOption(ParseResult parsed)
    {
        var arguments = parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).ToList();
        foreach (var token in parsed.Tokens)
        {
            if (token.Type == TokenType.DoubleDash)
                return null;
            if (token.Value.Length > 1 && token.Value[0] == '-' && arguments.Exists(argument => ReferenceEquals(argument, token)))
                return token.Value;
        }

        return null;
    }

    private static string Message(ParseResult parsed, Command command)
    {
        if (UnknownOption(parsed) is { } option)
            return NoSuchOption(option, command);
        if (parsed.UnmatchedTokens is [var unmatched, ..])
        {
            if (unmatched.StartsWith('-'))
                return NoSuchOption(unmatched, command);
            var isCommand = command is RootCommand;
            return isCommand
                ? $"There is no command '{unmatched}'.{Similar.Suggestion(unmatched, command.Subcommands.Select(child => child.Name))}"
                : $"'{command.Name}' has no use for '{unmatched}'.";
        }

        if (command is RootCommand)
            return "Say what to do: demo, init, check, plan, sync, search, runs, rejected, catalogs or schema.";
        return string.Join(" ", parsed.Errors.Select(error => InWords(error.Message)).Distinct(StringComparer.Ordinal));
    }

    private static string NoSuchOption(string option, Command command)
    {
        var known = command.Options
            .Concat(command.Parents.OfType<Command>().SelectMany(parent => parent.Options.Where(inherited => inherited.Recursive)))
            .Select(known => known.Name);
        var arguments = command.Arguments.Count > 0 ? " Write -- before words that begin with a dash." : "";
        return $"There is no option '{option}'.{Similar.Suggestion(option.Split('=')[0], known)}{arguments}";
    }

    // The parser's messages name types of the program.
    private static string InWords(string message) => message
        .Replace(" as expected type 'System.Int32'", ": a whole number is expected")
        .Replace(" as expected type 'System.Int64'", ": a whole number is expected")
        .Replace(" as expected type 'System.Nullable`1[System.Int64]'", ": a whole number is expected");
}
