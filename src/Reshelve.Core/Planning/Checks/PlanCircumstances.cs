using Reshelve.Ledgers;

namespace Reshelve.Planning;

/// <summary>What a plan is judged by besides its feed and its ledger.</summary>
internal sealed record PlanCircumstances
{
    /// <summary>Nothing is known of earlier feeds.</summary>
    public static PlanCircumstances None { get; } = new();

    /// <summary>Records of the recent feeds that were applied without anything held.</summary>
    public IReadOnlyList<long> RecentRecords { get; init; } = [];

    /// <summary>Whether records become other documents than when the index was last written, as the definition was changed.</summary>
    public bool MapsOtherwise { get; init; }

    /// <summary>Whether even their ids, or their tombstones, are read differently.</summary>
    public bool IdsOtherwise { get; init; }

    /// <summary>Where the feeds came from until now; null when that is not known, or when this one is from there too.</summary>
    public string? FormerSource { get; init; }

    /// <summary>Where they come from now.</summary>
    public string? Source { get; init; }

    /// <summary>Whether the feed before ended without a line break; null when that is not known.</summary>
    public bool? FormerEndedOpen { get; init; }

    /// <summary>
    /// Whether the index holds this very feed already, by the same definition: what of its content was looked at then, and approved if it was
    /// held, is not held again.
    /// </summary>
    public bool IsRepeated { get; init; }

    /// <summary>Since when which records are missing.</summary>
    public MissingRecords Missing { get; init; } = MissingRecords.None;

    /// <summary>The number of this feed among those of its catalog.</summary>
    public long FeedNumber { get; init; }

    /// <summary>The moment that removal delays are judged by.</summary>
    public DateTimeOffset Now { get; init; }
}
