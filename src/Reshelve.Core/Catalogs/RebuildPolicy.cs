namespace Reshelve.Catalogs;

/// <summary>When a sync fills a new index by itself, and what becomes of the one before.</summary>
public sealed record RebuildPolicy
{
    /// <summary>How many former indexes are kept, with their ledgers, so that searches can go back to them.</summary>
    public int Retain { get; init; } = 2;

    /// <summary>
    /// The share of documents, of those that the index will hold, that must be new or replaced for a sync to fill a new index instead
    /// of changing the live one; null: never. By measurement (see docs/decisions/0019) the two cost the embedded index the same
    /// somewhat above three quarters, and changing leaves it a fifth larger.
    /// </summary>
    public decimal? Above { get; init; } = 0.8m;

    /// <summary>Documents that the live index must hold for that: a smaller one is changed in no time.</summary>
    public int Least { get; init; } = 10_000;
}
