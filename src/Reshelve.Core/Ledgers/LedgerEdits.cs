using System.Text;
using Reshelve.Hashing;
using Reshelve.Planning;

namespace Reshelve.Ledgers;

/// <summary>
/// Changes to a ledger that come from elsewhere than a feed: single documents, approved removals, mends. An id gets another
/// fingerprint, or goes. The order of the others stays; new ids come last. Costs one pass over the ledger's id hashes, and
/// writes a delta where that is enough.
/// </summary>
internal sealed class LedgerEdits
{
    private readonly Dictionary<string, Fingerprint?> _edits = new(StringComparer.Ordinal);

    /// <summary>How many ids are concerned.</summary>
    public int Count => _edits.Count;

    /// <summary>The index holds this document under the id.</summary>
    public void Set(string id, Fingerprint fingerprint) => _edits[id] = fingerprint;

    /// <summary>The index holds something under the id, and nobody knows what: the next plan writes or removes it.</summary>
    public void SetUnknown(string id, Ledger ledger) => _edits[id] = UnknownFingerprint.Of(Encoding.UTF8.GetBytes(id), ledger.Seed);

    /// <summary>The index holds nothing under the id.</summary>
    public void Remove(string id) => _edits[id] = null;

    /// <summary>Writes the edited ledger.</summary>
    /// <returns>False, and nothing is written, when the ledger says all of it already.</returns>
    public bool Write(Ledger ledger, string path)
    {
        if (_edits.Count == 0)
            return false;
        var next = new NextLedger(ledger);
        var added = new List<(Fingerprint Fingerprint, ReadOnlyMemory<byte> Id)>();
        var pending = new Dictionary<string, Fingerprint?>(_edits, StringComparer.Ordinal);
        var hashes = _edits.Keys.Select(id => ledger.HashId(Encoding.UTF8.GetBytes(id))).ToHashSet();
        foreach (var run in ledger.Order)
            Walk(ledger, run, hashes, pending, next, added);
        foreach (var (id, fingerprint) in pending.OrderBy(edit => edit.Key, StringComparer.Ordinal))
        {
            if (fingerprint is { } value)
                Add(next, added, value, Encoding.UTF8.GetBytes(id));
        }

        if (next.IsUnchanged())
            return false;
        var (block, index) = (new EntryBlock(), 0);
        next.Write(path, Take);
        return true;

        EntrySlice Take(uint atMost)
        {
            for (block.Clear(); index < added.Count && block.Count < atMost && !block.IsFull; index++)
                block.Add(added[index].Fingerprint, ledger.HashId(added[index].Id.Span), added[index].Id.Span);
            return block.Slice(0, block.Count);
        }
    }

    private static void Walk(
        Ledger ledger, LedgerRun run, HashSet<uint> hashes, Dictionary<string, Fingerprint?> pending, NextLedger next,
        List<(Fingerprint Fingerprint, ReadOnlyMemory<byte> Id)> added)
    {
        var kept = run.First;
        for (var entry = run.First; entry < run.End; entry++)
        {
            if (!hashes.Contains(ledger.IdHash(entry)) || !pending.Remove(Encoding.UTF8.GetString(ledger.Id(entry)), out var fingerprint))
                continue;
            if (fingerprint == ledger.Fingerprint(entry))
                continue;
            next.Keep(kept, entry - kept);
            kept = entry + 1;
            if (fingerprint is { } value)
                Add(next, added, value, ledger.Id(entry).ToArray());
        }

        next.Keep(kept, run.End - kept);
    }

    private static void Add(
        NextLedger next, List<(Fingerprint Fingerprint, ReadOnlyMemory<byte> Id)> added, Fingerprint fingerprint, byte[] id)
    {
        next.Add(id.Length);
        added.Add((fingerprint, id));
    }
}
