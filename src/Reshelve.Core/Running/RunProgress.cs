namespace Reshelve.Running;

/// <summary>The stage a run is in.</summary>
public enum RunStage
{
    /// <summary>Getting the feed; the unit is bytes.</summary>
    Receive,

    /// <summary>Comparing it with the ledger; the unit is bytes.</summary>
    Plan,

    /// <summary>Writing changes; the unit is documents.</summary>
    Apply,

    /// <summary>Looking at pictures; the unit is pictures, or documents that are looked at again for theirs.</summary>
    Pictures,
}

/// <summary>How far a run is.</summary>
/// <param name="Catalog">The catalog.</param>
/// <param name="Stage">The stage.</param>
/// <param name="Completed">Units done.</param>
/// <param name="Total">Units in all; null when unknown.</param>
/// <param name="Records">Records read or documents written so far, for the rate.</param>
public readonly record struct RunProgress(string Catalog, RunStage Stage, long Completed, long? Total, long Records);
