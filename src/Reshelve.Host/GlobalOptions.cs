using System.CommandLine;
using Reshelve.Host.Output;

namespace Reshelve.Host;

/// <summary>What every command takes, and the examples of each.</summary>
internal sealed class GlobalOptions(Terminal terminal, TimeProvider time)
{
    private readonly Dictionary<Command, (string Line, string Purpose)[]> _examples = [];

    private readonly Option<string?> _workspace = new("--workspace", "-w")
    {
        Description = "The folder with reshelve.yaml and catalogs/ (default: the current folder)",
        HelpName = "folder",
        Recursive = true,
    };

    private readonly Option<bool> _json = new("--json")
    {
        Description = "Write JSON for machines, one object per line, and no progress",
        Recursive = true,
    };

    /// <summary>Gives the root command the options.</summary>
    public void AddTo(RootCommand root)
    {
        root.Add(_workspace);
        root.Add(_json);
    }

    /// <summary>Says what a command does.</summary>
    public void SetAction(Command command, Func<Session, ParseResult, Task<int>> act) =>
        command.SetAction((parsed, _) => act(SessionOf(parsed), parsed));

    /// <summary>Gives a command examples for its help.</summary>
    public void AddExamples(Command command, params (string Line, string Purpose)[] examples) => _examples[command] = examples;

    /// <summary>The examples of a command.</summary>
    public IReadOnlyList<(string Line, string Purpose)> ExamplesOf(Command command) => _examples.GetValueOrDefault(command, []);

    /// <summary>Whether JSON is asked for; also when the rest of the command line is wrong.</summary>
    public bool IsJson(ParseResult parsed) => parsed.GetResult(_json) is { Implicit: false };

    /// <summary>Where output goes.</summary>
    public Terminal Terminal => terminal;

    private Session SessionOf(ParseResult parsed) => new(terminal, time, parsed.GetValue(_workspace), parsed.GetValue(_json));
}
