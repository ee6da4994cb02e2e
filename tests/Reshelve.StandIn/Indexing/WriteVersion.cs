namespace Reshelve.StandIn.Indexing;

/// <summary>How a write's version is compared with the document's.</summary>
/// <param name="Type"><c>internal</c>, <c>external</c> or <c>external_gte</c>.</param>
/// <param name="Number">The version given; null with internal ones.</param>
internal readonly record struct WriteVersion(string Type, long? Number)
{
    public static WriteVersion Internal { get; } = new("internal", null);

    /// <summary>Why a document of this version is not written; null: it is.</summary>
    public string? Conflict(long current) => Type switch
    {
        "external_gte" when current > Number => $"current version [{current}] is higher than the one provided [{Number}]",
        "external" or "external_gt" when current >= Number => $"current version [{current}] is higher or equal to the one provided [{Number}]",
        _ => null,
    };

    public long Next(long? current) => Number ?? (current ?? 0) + 1;
}
