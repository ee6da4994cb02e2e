namespace Reshelve.StandIn;

/// <summary>What was written to all indexes together, for assertions.</summary>
public sealed class WriteCounters
{
    /// <summary>Documents that were added, replaced by other content, or removed although they were there.</summary>
    public long WithEffect { get; internal set; }

    /// <summary>Writes that left what was there as it was: the same content again, removals of what was gone.</summary>
    public long WithoutEffect { get; internal set; }

    /// <summary>Writes that were refused because of a newer version.</summary>
    public long Conflicts { get; internal set; }

    /// <summary>Writes that were refused for any other reason.</summary>
    public long Refused { get; internal set; }
}
