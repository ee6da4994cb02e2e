namespace Reshelve;

/// <summary>How a document and its ledger entry disagree.</summary>
public enum DriftKind
{
    /// <summary>The ledger has it, the index lacks it.</summary>
    Missing,

    /// <summary>The index has it, the ledger lacks it.</summary>
    Extra,

    /// <summary>The index holds another document than the ledger says.</summary>
    Stale,

    /// <summary>The index holds something that is no document: its file is damaged, and only a new index mends that.</summary>
    Spoilt,
}

/// <summary>What comparing a ledger with its index came to.</summary>
public sealed record DriftReport
{
    /// <summary>The catalog.</summary>
    public required string Catalog { get; init; }

    /// <summary>The backing index.</summary>
    public required string Index { get; init; }

    /// <summary>Documents read.</summary>
    public long Documents { get; init; }

    /// <summary>Documents that the ledger has and the index lacks.</summary>
    public long Missing { get; init; }

    /// <summary>Documents that the index has and the ledger lacks.</summary>
    public long Extra { get; init; }

    /// <summary>Documents that differ from what the ledger says.</summary>
    public long Stale { get; init; }

    /// <summary>Documents that are none: an index cannot replace what it cannot read, so that the catalog is to be rebuilt.</summary>
    public long Spoilt { get; init; }

    /// <summary>The first of them, in the order in which they were found.</summary>
    public IReadOnlyList<(DriftKind Kind, string Id)> Examples { get; init; } = [];

    /// <summary>Whether the ledger was made to say what the index holds.</summary>
    public bool Mended { get; init; }

    /// <summary>Whether the two agree.</summary>
    public bool InStep => Missing + Extra + Stale + Spoilt == 0;
}

/// <summary>What restoring a ledger came to.</summary>
/// <param name="Catalog">The catalog.</param>
/// <param name="Index">The backing index.</param>
/// <param name="Documents">Documents in it.</param>
/// <param name="AbandonedRun">The run whose plan was being applied and will not be finished; null when none was.</param>
public sealed record LedgerRestored(string Catalog, string Index, long Documents, long? AbandonedRun);
