namespace Reshelve.StandIn;

/// <summary>How a stand-in behaves.</summary>
public sealed record StandInOptions
{
    /// <summary>What it answers as.</summary>
    public ServerFlavor Flavor { get; init; } = ServerFlavor.Elasticsearch7;

    /// <summary>How many nodes, each with a port of its own, over the same state.</summary>
    public int Nodes { get; init; } = 1;

    /// <summary>The clock: refresh intervals, remembered removals, scrolls.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Seed of everything that is drawn: faults by probability, identifiers.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Searches see every write at once, as no real server lets them: for tests to which refreshing is no matter.</summary>
    public bool RefreshAtOnce { get; init; }

    /// <summary>The header <c>Authorization</c> that requests must have; null: none is asked for.</summary>
    public string? Authorization { get; init; }

    /// <summary>The name that the cluster gives itself.</summary>
    public string ClusterName { get; init; } = "stand-in";
}
