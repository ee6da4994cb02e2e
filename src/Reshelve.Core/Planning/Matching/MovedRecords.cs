using Reshelve.Ledgers;

namespace Reshelve.Planning.Matching;

/// <summary>
/// Step 3 of the planner (found): finds records by their raw hashes wherever they went. That needs a table over the whole ledger, which
/// is worth its cost only where many records moved; the others are parsed and found by their ids. How many moved is estimated from
/// the anchors among them, which are found without it. Thread-safe.
/// </summary>
internal sealed class MovedRecords(Ledger ledger)
{
    /// <summary>
    /// A table takes the time in which one in 150 of its entries is parsed (see LookupBenchmarks and MappingBenchmarks); it is made when
    /// a good part of that was lost to parsing what it would have found.
    /// </summary>
    private const uint Share = 512;

    private const int EntriesPerAnchor = (int)LedgerFormat.AnchorMask + 1;

    /// <summary>So small that the table costs nothing.</summary>
    private const uint SmallLedger = 1 << 14;

    private readonly EntryLookup<RawKeys> _lookup = new(ledger);
    private long _anchors;

    /// <summary>Gives each query its live entry or <see cref="Ledger.None"/>; false while that does not pay.</summary>
    /// <param name="queries">The records, by their raw hashes.</param>
    /// <param name="anchors">Anchors that were found elsewhere and alone, beside these records.</param>
    /// <param name="entries">Gets the entries.</param>
    public bool TryFind<TQueries>(TQueries queries, int anchors, Span<uint> entries)
        where TQueries : IEntryQueries
    {
        if (ledger.Count == 0)
            return false;
        if (!_lookup.HasTable && ledger.EntryLimit > SmallLedger &&
            Interlocked.Add(ref _anchors, anchors) * EntriesPerAnchor <= ledger.EntryLimit / Share)
        {
            return false;
        }

        _lookup.Probe(queries, entries);
        return true;
    }
}
