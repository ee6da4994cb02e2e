namespace Reshelve.Embedded;

/// <summary>How long the owner of a catalog's lease may be silent.</summary>
public sealed record LeaseTerms
{
    /// <summary>How often an owner gives a sign of life.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>After how long a silence whoever asks next gets the catalog: many heartbeats, as a busy machine skips some.</summary>
    public TimeSpan Expiry { get; init; } = TimeSpan.FromMinutes(2);
}
