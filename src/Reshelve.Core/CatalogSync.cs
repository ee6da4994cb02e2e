using Reshelve.Catalogs;
using Reshelve.Feeds;
using Reshelve.Indexing;
using Reshelve.Running;

namespace Reshelve;

/// <summary>What a run is asked to do beyond its definition.</summary>
public sealed record SyncOptions
{
    /// <summary>Make the plan and stop.</summary>
    public bool PlanOnly { get; init; }

    /// <summary>Read this file instead of the definition's source.</summary>
    public string? FeedPath { get; init; }
}

/// <summary>The whole flow: receive, plan, apply, report.</summary>
public sealed class CatalogSync(IIndexEngine index, IRunStore runs, string dataFolder, string workspaceFolder, TimeProvider time)
{
    /// <summary>
    /// Brings a catalog's index in step with its current feed. Every ending but a cancellation that came before the run began is a
    /// report, also a failure: it is recorded, and its <see cref="RunReport.Error"/> is for people.
    /// </summary>
    /// <exception cref="CatalogBusyException">Another run has the catalog.</exception>
    public Task<RunReport> RunAsync(
        CatalogDefinition definition, SyncOptions options, IProgress<RunProgress>? progress, CancellationToken cancellationToken)
    {
        _ = (index, runs, dataFolder, workspaceFolder, time);
        return Task.FromException<RunReport>(new NotSupportedException("The flow follows."));
    }
}
