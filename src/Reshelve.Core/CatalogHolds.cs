using Reshelve.Applying;
using Reshelve.Feeds;
using Reshelve.Indexing;
using Reshelve.Planning;
using Reshelve.Running;

namespace Reshelve;

/// <summary>A plan, or the removals of one, that wait for approval.</summary>
public sealed record HeldPlan
{
    /// <summary>The catalog.</summary>
    public required string Catalog { get; init; }

    /// <summary>The run that made the plan.</summary>
    public required long Run { get; init; }

    /// <summary>What of it waits: the whole plan, or its removals alone as the rest was applied.</summary>
    public required HeldPart Part { get; init; }

    /// <summary>Since when plans of this feed are held.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>What the plan would do, or did except for its removals.</summary>
    public required PlanCounts Counts { get; init; }

    /// <summary>Whether the plan fills a new index.</summary>
    public required bool CreatesIndex { get; init; }

    /// <summary>The verdicts that hold it.</summary>
    public required IReadOnlyList<PlanVerdict> Verdicts { get; init; }

    /// <summary>Its folder.</summary>
    public required string Folder { get; init; }

    /// <summary>Why it cannot be approved in this way; null when it can, as far as can be told without the catalog's lease.</summary>
    public string? ProblemWith(Approval approval) => HeldApproval.ProblemOf(Catalog, Run, Part, Counts.RemovalsHeld, approval);
}

/// <summary>What is approved.</summary>
public sealed record Approval
{
    /// <summary>The removals that wait, where the rest of their plan was applied; otherwise the whole plan that waits, except for removals that it holds.</summary>
    public bool Removals { get; init; }

    /// <summary>Only the plan of this run; null: whichever waits.</summary>
    public long? Run { get; init; }
}

/// <summary>What waits for approval, and what becomes of it.</summary>
public sealed class CatalogHolds(IIndexEngine index, IRunStore runs, string dataFolder, string workspaceFolder, TimeProvider time)
{
    private readonly RunServices _services = new(index, runs, dataFolder, workspaceFolder, time, 1);

    /// <summary>What waits of a catalog; null when nothing does.</summary>
    public HeldPlan? Find(string catalog)
    {
        var folder = new CatalogFolder(dataFolder, catalog);
        if (folder.ReadHeld() is not { } held || PlanManifest.TryLoad(folder.PlanOf(held.Run)) is not { } plan)
            return null;
        return new HeldPlan
        {
            Catalog = catalog, Run = held.Run, Part = held.Part, Since = held.Since, Counts = plan.Counts, CreatesIndex = plan.CreatesIndex,
            Verdicts = [.. plan.Held.Where(verdict => held.Part == HeldPart.Plan || verdict.Part != HeldPart.Plan)],
            Folder = folder.PlanOf(held.Run),
        };
    }

    /// <summary>
    /// Applies what waits, exactly as it was planned, and under the number of the run that planned it. Every ending is a report, also a
    /// refusal.
    /// </summary>
    /// <exception cref="CatalogBusyException">Another run has the catalog.</exception>
    public Task<RunReport> ApproveAsync(
        string catalog, Approval approval, IProgress<RunProgress>? progress, CancellationToken cancellationToken) =>
        new RecordedRun(runs, dataFolder, time).RunAsync(
            catalog,
            "approve",
            context => context.Clock.ApplyAsync(
                () => new HeldApproval(
                    _services with { Lease = context.Lease }, new CatalogFolder(dataFolder, catalog, context.Lease), approval, progress)
                    .RunAsync(context.Begun, context.Stop)),
            cancellationToken);

    /// <summary>Lets go of what waits: it will not be applied, and the next feed is judged anew.</summary>
    /// <exception cref="CatalogBusyException">Another run has the catalog.</exception>
    public Task<RunReport> DiscardAsync(string catalog, long? run) =>
        new RecordedRun(runs, dataFolder, time).RunAsync(
            catalog,
            "discard",
            context => Task.FromResult(Discard(new CatalogFolder(dataFolder, catalog, context.Lease), context.Begun, run)),
            CancellationToken.None);

    private RunReport Discard(CatalogFolder folder, RunReport report, long? run)
    {
        var held = HeldApproval.Require(folder, report.Catalog, run);
        folder.DeleteHeld();
        HeldApproval.NoteOn(runs, report.Catalog, held.Run, planned => planned with { Notes = [.. planned.Notes, $"discarded by run {report.Run}"] });
        var what = held.Part == HeldPart.Plan ? "the plan" : "the held removals";
        return report with { State = RunState.Done, Notes = [$"{what} of run {held.Run} will not be carried out; the next feed is judged anew"] };
    }
}
