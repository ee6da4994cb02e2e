using Reshelve.Hashing;
using Reshelve.Ledgers;

namespace Reshelve.Planning.Matching;

/// <summary>
/// The ledger's anchors by hash: where a chunk of the feed finds its place. One in 64 entries, so the table is small.
/// </summary>
internal sealed class AnchorTable
{
    private readonly Dictionary<ulong, uint> _positions;

    public AnchorTable(Ledger ledger, LedgerOrder order)
    {
        _positions = new Dictionary<ulong, uint>((int)(ledger.EntryLimit / 64));
        foreach (var anchor in ledger.Anchors())
        {
            if (order.PositionOf(anchor.Entry) is { } position)
                _positions[anchor.RawLow] = position;
        }
    }

    /// <summary>
    /// The first record from <paramref name="from"/> on that is an anchor of the ledger, and the position it had there. Half of
    /// the hash
    /// is compared: the place is only a guess, the records around it are compared in full.
    /// </summary>
    public bool TryFind(ReadOnlySpan<Hash128> hashes, int from, out int record, out uint position)
    {
        for (record = from; record < hashes.Length; record++)
        {
            if (LedgerFormat.IsAnchor(hashes[record]) && _positions.TryGetValue(hashes[record].Low, out position))
                return true;
        }

        position = 0;
        return false;
    }
}
