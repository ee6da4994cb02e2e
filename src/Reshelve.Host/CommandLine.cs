using System.CommandLine;
using Reshelve.Host.Commands;
using Reshelve.Host.Output;

namespace Reshelve.Host;

/// <summary>The program's commands, and what happens to an invocation from its arguments to its exit code.</summary>
internal static class CommandLine
{
    private const string Description =
        "Keeps a live search index in step with full catalog feeds, and spends work only on what changed.";

    /// <summary>Runs one invocation.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] arguments, Terminal terminal, TimeProvider time)
    {
        var globals = new GlobalOptions(terminal, time);
        var root = Build(globals);
        // No response files: '@red' is a word that someone may search for.
        var parsed = root.Parse(arguments.Length > 0 ? arguments : ["--help"], new ParserConfiguration { ResponseFileTokenReplacer = null });
        try
        {
            if (parsed.Action is not HelpWithExamples && (parsed.Errors.Count > 0 || UsageErrors.UnknownOption(parsed) is not null))
                return UsageErrors.Write(parsed, globals);
            var exitCode = await parsed.InvokeAsync(new InvocationConfiguration
            {
                Output = terminal.Out,
                Error = terminal.Error,
                // Errors and signals are ours: see Failure and StopSignal.
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            });
            // Results that cannot be written are a failure (a full disk behind '>'), except to a closed pipe.
            terminal.Out.Flush();
            return arguments.Length > 0 ? exitCode : ExitCodes.Usage;
        }
        catch (Exception error)
        {
            return Failure.Write(error, terminal, globals.IsJson(parsed));
        }
        finally
        {
            terminal.FlushQuietly();
        }
    }

    private static RootCommand Build(GlobalOptions globals)
    {
        var root = new RootCommand(Description);
        globals.AddTo(root);
        root.Add(DemoCommand.Create(globals));
        root.Add(InitCommand.Create(globals));
        root.Add(CheckCommand.Create(globals));
        root.Add(SyncCommand.CreatePlan(globals));
        root.Add(SyncCommand.CreateSync(globals));
        root.Add(EventCommands.CreatePut(globals));
        root.Add(EventCommands.CreateRemove(globals));
        root.Add(EnrichCommand.Create(globals));
        root.Add(TagsCommand.Create(globals));
        root.Add(RebuildCommand.Create(globals));
        root.Add(PromoteCommand.Create(globals));
        root.Add(RollbackCommand.Create(globals));
        root.Add(IndexesCommand.Create(globals));
        root.Add(SweepCommand.Create(globals));
        root.Add(HeldCommand.Create(globals));
        root.Add(ApproveCommand.Create(globals));
        root.Add(DiscardCommand.Create(globals));
        root.Add(SearchCommand.Create(globals));
        root.Add(RunsCommand.Create(globals));
        root.Add(RejectedCommand.Create(globals));
        root.Add(RedriveCommand.Create(globals));
        root.Add(RepairCommands.CreateVerify(globals));
        root.Add(RepairCommands.CreateLedger(globals));
        root.Add(CatalogsCommand.Create(globals));
        root.Add(SchemaCommand.Create(globals));
        globals.AddExamples(
            root,
            ("reshelve demo", "see it work on a sample shop"),
            ("reshelve init products.jsonl.gz", "look at a feed and write a definition for it"),
            ("reshelve sync", "bring every catalog in step with its feed"),
            ("reshelve search products 'red shoes' --facet brand", "search what was synced"));
        HelpWithExamples.Install(root, globals);
        return root;
    }
}
