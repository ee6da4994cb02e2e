using Reshelve.Indexing;
using Reshelve.Ledgers;
using Reshelve.Planning;

namespace Reshelve.Running;

/// <summary>What a run works with.</summary>
internal sealed record RunServices(
    IIndexEngine Index, IRunStore Runs, string DataFolder, string WorkspaceFolder, TimeProvider Time, int Threads)
{
    /// <summary>The lease of the run that works with them.</summary>
    public ICatalogLease? Lease { get; init; }

    /// <summary>What pictures are had and remembered with; null: documents are not enriched.</summary>
    public Enriching.PictureServices? Pictures { get; init; }

    /// <summary>Changes per batch of a plan, at most.</summary>
    public int BatchChanges { get; init; } = ChangeBatchWriter.MaxChanges;
}

/// <summary>The backing index that a plan brings in step, and the ledger that says what it holds.</summary>
/// <param name="Index">The index.</param>
/// <param name="NewBecause">Why it is to be made; null when it is the live one.</param>
/// <param name="Store">Its ledger.</param>
/// <param name="LiveIndex">The index that is live now; null when none is.</param>
internal sealed record RunTarget(string Index, string? NewBecause, LedgerStore Store, string? LiveIndex);
