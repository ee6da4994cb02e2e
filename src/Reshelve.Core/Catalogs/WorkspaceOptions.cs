using Reshelve.Feeds;

namespace Reshelve.Catalogs;

/// <summary>What all catalogs of a workspace share: the content of <c>reshelve.yaml</c>.</summary>
public sealed record WorkspaceOptions
{
    /// <summary>Where ledgers, indexes, runs and spools are kept, relative to the workspace or absolute.</summary>
    public string Data { get; init; } = ".reshelve";

    /// <summary>How many catalogs are synced at a time. 2: one receives while another plans.</summary>
    public int Parallel { get; init; } = 2;

    /// <summary>The cluster that the indexes are on; null: they are files in the data folder.</summary>
    public ClusterSettings? Cluster { get; init; }

    /// <summary>What definitions say where they are silent.</summary>
    public CatalogDefaults Defaults { get; init; } = new();
}

/// <summary>What a catalog's definition says where it is silent.</summary>
public sealed record CatalogDefaults
{
    /// <summary>Timeout, retries and archive; a default has neither path nor URL.</summary>
    public SourceDefinition Source { get; init; } = new();

    /// <summary>What to do with what a record holds beyond the declared fields.</summary>
    public OtherFields Others { get; init; } = OtherFields.Store;

    /// <summary>When removals are carried out.</summary>
    public RemovalPolicy Removals { get; init; } = RemovalPolicy.WhenClean;

    /// <summary>When a sync fills a new index by itself, and what becomes of the one before.</summary>
    public RebuildPolicy Rebuilds { get; init; } = new();

    /// <summary>How long a missing record's document stays.</summary>
    public RemovalDelay RemovalDelay { get; init; } = RemovalDelay.None;

    /// <summary>What holds a plan, or its removals, until someone approves it.</summary>
    public CatalogChecks Checks { get; init; } = new();

    /// <summary>Bounds on what a feed may make the program do.</summary>
    public FeedLimits Limits { get; init; } = new();
}
