namespace Reshelve.Catalogs;

/// <summary>How much of something a plan may hold before a safety check holds it: both bounds must be exceeded.</summary>
/// <param name="Share">The share of the whole, 0.1 for a tenth.</param>
/// <param name="Floor">The count up to which nothing is held, so that small catalogs are not held by noise.</param>
public sealed record CheckLimit(decimal Share, long Floor)
{
    /// <summary>Whether so many of a whole are more than the limit allows.</summary>
    public bool IsExceeded(long count, long whole) => count > Most(whole);

    /// <summary>The most of a whole that the limit allows.</summary>
    public long Most(long whole) => Math.Max(Floor, (long)(Share * whole));
}

/// <summary>The thresholds of the safety checks; a check without one is off.</summary>
public sealed record CatalogChecks
{
    /// <summary>No check at all.</summary>
    public static CatalogChecks None { get; } = new()
    {
        EmptyFeed = false, SmallerFeed = null, LargerFeed = null, Rejected = null, Duplicates = null, RenewedIds = null,
        ChangedField = null, Replaced = null, Removals = null, SourceChanged = false, OpenEnd = false,
    };

    /// <summary>Whether a full feed without records is held.</summary>
    public bool EmptyFeed { get; init; } = true;

    /// <summary>Whether a feed is held whose last line has no line break where that of the feed before had one.</summary>
    public bool OpenEnd { get; init; } = true;

    /// <summary>
    /// What a feed must hold of the records that the recent applied feeds had (their median); the floor is the difference. Half: no
    /// catalog loses that much in an hour, and a truncated feed mostly does.
    /// </summary>
    public CheckLimit? SmallerFeed { get; init; } = new(0.5m, 100);

    /// <summary>What it may hold of them at most. Twice: another catalog's records got in.</summary>
    public CheckLimit? LargerFeed { get; init; } = new(2m, 100);

    /// <summary>Rejected records, of all records.</summary>
    public CheckLimit? Rejected { get; init; } = new(0.05m, 20);

    /// <summary>Records whose id comes again later, of all records. More than a fifth: the wrong field is taken for the id.</summary>
    public CheckLimit? Duplicates { get; init; } = new(0.2m, 50);

    /// <summary>Documents that are missing while as many are added, of the documents that the index holds.</summary>
    public CheckLimit? RenewedIds { get; init; } = new(0.5m, 50);

    /// <summary>Documents in which one and the same field changed, of the documents that the index holds.</summary>
    public CheckLimit? ChangedField { get; init; } = new(0.8m, 50);

    /// <summary>Documents to replace, of the documents that the index holds.</summary>
    public CheckLimit? Replaced { get; init; } = new(0.6m, 50);

    /// <summary>Documents to remove, of the documents that the index holds.</summary>
    public CheckLimit? Removals { get; init; } = new(0.1m, 50);

    /// <summary>Whether removals wait when the feed comes from elsewhere than the feeds before.</summary>
    public bool SourceChanged { get; init; } = true;
}
