using Reshelve.Planning;

namespace Reshelve.Indexing;

/// <summary>What a backing index of ours is there for.</summary>
public enum IndexState
{
    /// <summary>It is being filled, or was until a crash.</summary>
    Building,

    /// <summary>It is filled and verified, and waits to be promoted.</summary>
    Ready,

    /// <summary>It is what searches see.</summary>
    Live,

    /// <summary>It was live, and is kept so that searches can go back to it.</summary>
    Retained,
}

/// <summary>A backing index that this program made: only such a one is ever dropped.</summary>
public sealed record RegisteredIndex
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>What it is there for.</summary>
    public required IndexState State { get; init; }

    /// <summary>The run that filled it; its owner while it is being built.</summary>
    public required long Run { get; init; }

    /// <summary>The run that brought it into its state.</summary>
    public required long Since { get; init; }

    /// <summary>The run that received the feed that it was filled from: single documents put after that began are newer.</summary>
    public required long EventsAfter { get; init; }

    /// <summary>When it was registered, which is just before it was made.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>Its fields; null for an index that was there before the registry.</summary>
    public IReadOnlyList<PlanField>? Fields { get; init; }

    /// <summary>The definition that it was filled with, as one text.</summary>
    public string? Definition { get; init; }

    /// <summary>What tells the feed that it was filled from.</summary>
    public string? Feed { get; init; }

    /// <summary>Why its ledger does not say what it holds; null as long as it does.</summary>
    public string? Disagreement { get; init; }
}
