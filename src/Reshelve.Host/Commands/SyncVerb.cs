using System.Collections.Concurrent;
using Reshelve.Catalogs;
using Reshelve.Feeds;
using Reshelve.Host.Output;
using Reshelve.Planning;
using Reshelve.Running;

namespace Reshelve.Host.Commands;

/// <summary>Runs catalogs, several at a time; what happens to one is no other's concern.</summary>
internal sealed class SyncVerb(Session session)
{
    private readonly ConcurrentQueue<RunReport> _ended = new();
    private readonly Lock _output = new();
    private int _written;

    /// <summary>The reports of the runs that ended.</summary>
    public IReadOnlyList<RunReport> Reports => [.. _ended];

    /// <summary>Runs the named catalogs, or all.</summary>
    /// <returns>The exit code of the most serious outcome.</returns>
    public async Task<int> RunAsync(IReadOnlyList<string> names, SyncOptions options)
    {
        if (options.FeedPath is not null && names.Count != 1)
            throw new UsageException("--feed is the feed of one catalog: name exactly one.");
        if (options.FeedPath is { } feed && !feed.AsSpan().ContainsAny('*', '?') && !Path.Exists(feed))
            throw new UsageException($"--feed: there is no file {feed}.");
        // It is known before anything else is: the disk is at work while the program still starts.
        if (options.FeedPath is not null)
            FeedPrefetch.Begin(options.FeedPath);
        PlanRehearsal.Begin();
        await using var workspace = session.Open();
        var selection = Selection.Of(workspace, names, session);
        using var stop = StopSignal.Listen(session.Terminal, session.Json);

        WriteBroken(selection.Errors);
        await using (var display = session.Json
            ? ProgressDisplay.None(session.Terminal, session.Time)
            : ProgressDisplay.Begin(session.Terminal, session.Time))
        {
            var sync = workspace.CreateSync();
            async Task RunAndTellAsync(CatalogDefinition definition)
            {
                var report = await RunOneAsync(sync, definition, options, display.Board, stop.Token);
                display.Board?.End(definition.Name);
                Ended(report);
            }

            // One alone needs nothing that hands out several, all of which would have to be loaded and compiled first.
            if (selection.Catalogs is [var only])
                await RunAndTellAsync(only);
            else
                await RunAllAsync(selection.Catalogs, workspace.Parallel, RunAndTellAsync);
        }

        WriteWaiting();
        var code = _ended.Aggregate(selection.Errors.Count > 0 ? ExitCodes.Usage : ExitCodes.Done, (worst, report) => ExitCodes.Worse(worst, CodeOf(report)));
        return stop.ExitCode is { } stopped && _ended.Any(report => report.State == RunState.Stopped) ? stopped : code;
    }

    private static Task RunAllAsync(IReadOnlyList<CatalogDefinition> catalogs, int parallel, Func<CatalogDefinition, Task> run) =>
        Parallel.ForEachAsync(
            catalogs, new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, parallel) }, async (definition, _) => await run(definition));

    /// <summary>The exit code that one outcome stands for.</summary>
    public static int CodeOf(RunReport report) => report.State switch
    {
        RunState.Done or RunState.Planned when report.HeldReasons.Count > 0 => ExitCodes.Held,
        RunState.Done or RunState.Planned => report.Rejected > 0 ? ExitCodes.Rejected : ExitCodes.Done,
        RunState.Held => ExitCodes.Held,
        RunState.Stopped => ExitCodes.Interrupted,
        _ => ExitCodes.Failed,
    };

    private async Task<RunReport> RunOneAsync(
        CatalogSync sync, CatalogDefinition definition, SyncOptions options, IProgress<RunProgress>? progress, CancellationToken stop)
    {
        var started = session.Time.GetUtcNow();
        try
        {
            stop.ThrowIfCancellationRequested();
            var report = await sync.RunAsync(definition, options, progress, stop);
            if (report.Cause is null)
                return report;
            Failure.WriteTrace(report.Cause, session.Terminal);
            return report with { Error = Failure.Describe(report.Cause) };
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return new RunReport { Catalog = definition.Name, Run = 0, State = RunState.Stopped, Started = started };
        }
        catch (Exception error)
        {
            // The run never began (another one has the catalog), or it could not even record its failure.
            Failure.WriteTrace(error, session.Terminal);
            return new RunReport
            {
                Catalog = definition.Name, Run = 0, State = RunState.Failed, Started = started, Error = Failure.Describe(error),
            };
        }
    }

    private void Ended(RunReport report)
    {
        _ended.Enqueue(report);
        // Live bars and reports would write over each other: reports wait for the bars to go.
        if (!session.Terminal.Live || session.Json)
            WriteWaiting();
    }

    private void WriteWaiting()
    {
        lock (_output)
        {
            foreach (var report in _ended.Skip(_written))
            {
                Write(report);
                _written++;
            }

            session.Terminal.Out.Flush();
        }
    }

    private void Write(RunReport report)
    {
        if (session.Json)
            JsonOutput.WriteLine(session.Terminal, writer => ReportJson.Write(writer, report));
        else
            new ReportText(session.Terminal, session.Hint).Write(report);
    }

    private void WriteBroken(IReadOnlyList<DefinitionError> errors)
    {
        if (errors.Count == 0)
            return;
        if (!session.Json)
        {
            DefinitionErrors.WriteList(errors, session.Terminal);
            session.Terminal.WriteError(DefinitionErrors.Summary(errors) + " The other catalogs go on.");
            return;
        }

        foreach (var broken in errors.GroupBy(Selection.CatalogOf, StringComparer.Ordinal))
        {
            var problems = broken.ToList();
            JsonOutput.WriteLine(session.Terminal, writer =>
            {
                ReportJson.Write(writer, new RunReport
                {
                    Catalog = broken.Key, Run = 0, State = RunState.Failed, Started = session.Time.GetUtcNow(), Error = DefinitionErrors.Summary(problems),
                });
                DefinitionErrors.WriteArray(writer, problems);
            });
        }
    }
}
