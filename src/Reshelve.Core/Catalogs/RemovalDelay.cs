namespace Reshelve.Catalogs;

/// <summary>How long a document stays searchable after its record went missing: some feeds, some time, or not at all.</summary>
/// <param name="Feeds">For how many feeds.</param>
/// <param name="Time">For how long.</param>
public sealed record RemovalDelay(long Feeds, TimeSpan Time)
{
    /// <summary>What is missing is removed at once.</summary>
    public static RemovalDelay None { get; } = new(0, TimeSpan.Zero);

    /// <summary>Whether the delay of a record is over.</summary>
    /// <param name="feedsSince">Feeds since the first that lacked the record; 0 in that feed itself.</param>
    /// <param name="timeSince">The time since then.</param>
    public bool IsOver(long feedsSince, TimeSpan timeSince) => feedsSince >= Feeds && timeSince >= Time;
}
