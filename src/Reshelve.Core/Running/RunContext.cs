namespace Reshelve.Running;

/// <summary>What a run is while it lasts, and what is to be told of it.</summary>
/// <param name="lease">The catalog, taken for it.</param>
/// <param name="begun">Its report as it begins.</param>
/// <param name="clock">Measures its stages.</param>
/// <param name="stop">Ends it between two batches: on request, or because another run took the catalog over.</param>
internal sealed class RunContext(ICatalogLease lease, RunReport begun, StageClock clock, CancellationToken stop)
{
    /// <summary>The catalog, taken for it.</summary>
    public ICatalogLease Lease => lease;

    /// <summary>Its report as it begins.</summary>
    public RunReport Begun => begun;

    /// <summary>Measures its stages.</summary>
    public StageClock Clock => clock;

    /// <summary>Ends it between two batches: on request, or because another run took the catalog over.</summary>
    public CancellationToken Stop => stop;

    /// <summary>Its number: another than it began with, where finishing other runs took some.</summary>
    public long Number { get; set; } = lease.Run;

    /// <summary>What the operator should know besides the counts.</summary>
    public List<string> Notes { get; } = lease.TakenFrom is { } takenFrom ? [takenFrom] : [];

    /// <summary>What is known of it, should it not come to its end; null before its plan is made.</summary>
    public RunReport? SoFar { get; set; }
}
