using System.Collections;
using System.Text;
using Reshelve.Events;
using Reshelve.Feeds;
using Reshelve.Hashing;
using Reshelve.Indexing;
using Reshelve.Ledgers;
using Reshelve.Mapping;

namespace Reshelve.Drift;

/// <summary>Compares an index with its ledger, document by document. Memory: 9 bytes per document, and what differs.</summary>
internal sealed class DriftCheck(IIndexEngine engine, string index, LedgerStore store)
{
    /// <summary>More than this is no drift: the ledger is another index's, or the index was emptied.</summary>
    public const int MaxDifferences = 1_000_000;

    private readonly Dictionary<string, (DriftKind Kind, byte[]? Document)> _differences = new(StringComparer.Ordinal);

    /// <summary>Documents read.</summary>
    public long Documents { get; private set; }

    /// <summary>What differs.</summary>
    public IEnumerable<(DriftKind Kind, string Id)> Differences => _differences.Select(one => (one.Value.Kind, one.Key));

    /// <summary>Reads the index. Single documents that are put meanwhile are no differences.</summary>
    public async Task RunAsync(Ledger ledger, CancellationToken cancellationToken)
    {
        var ids = new LedgerIds(ledger);
        var seen = new BitArray(ids.Count);
        var hash = KeyedHash.Derive(ledger.Seed, "document");
        await foreach (var (id, document) in engine.ReadAllAsync(index, cancellationToken))
        {
            Documents++;
            var place = ids.Find(id);
            if (place >= 0)
                seen[place] = true;
            var hashes = DocumentHashes.Of(document.Span, hash);
            if (hashes is null)
                Add(DriftKind.Spoilt, id, document);
            else if (place < 0)
                Add(DriftKind.Extra, id, document);
            else if (!Match(ledger, ids[place], hashes))
                Add(DriftKind.Stale, id, document);
        }

        for (var place = 0; place < ids.Count; place++)
        {
            if (!seen[place] && !IsUnknown(ledger, ids[place]))
                Add(DriftKind.Missing, Encoding.UTF8.GetString(ledger.Id(ids[place])), default);
        }
    }

    /// <summary>Leaves out what was put or removed and is not in the ledger yet. Under the events lock.</summary>
    public void LeaveOutEvents()
    {
        if (!File.Exists(store.EventsPath))
            return;
        using var journal = EventJournal.Open(store.EventsPath);
        foreach (var id in journal.StatesBetween(store.Sequence, long.MaxValue).Keys)
            _differences.Remove(id);
    }

    /// <summary>Edits that make the ledger say what the index holds.</summary>
    public LedgerEdits Edits(Ledger ledger, Func<string, bool> isVolatile)
    {
        var hash = KeyedHash.Derive(ledger.Seed, "document");
        var edits = new LedgerEdits();
        foreach (var (id, (_, document)) in _differences)
        {
            if (document is null)
            {
                edits.Remove(id);
                continue;
            }

            if (DocumentHashes.Of(document, hash)?.Under(isVolatile) is { } found)
                edits.Set(id, new Fingerprint(UnknownFingerprint.RawOf(Encoding.UTF8.GetBytes(id), ledger.Seed), found.Stable, found.Volatile));
            else
                edits.SetUnknown(id, ledger);
        }

        return edits;
    }

    private static bool Match(Ledger ledger, uint entry, DocumentHashes hashes)
    {
        var known = ledger.Fingerprint(entry);
        return hashes.Match(known.Stable, known.Volatile) || IsUnknown(ledger, entry);
    }

    /// <summary>A write that was never answered: the ledger knows that it does not know, and the next plan settles it.</summary>
    private static bool IsUnknown(Ledger ledger, uint entry) => ledger.Fingerprint(entry) == UnknownFingerprint.Of(ledger.Id(entry), ledger.Seed);

    private void Add(DriftKind kind, string id, ReadOnlyMemory<byte> document)
    {
        if (_differences.Count == MaxDifferences)
        {
            throw new ReshelveException(
                $"more than {MaxDifferences:N0} documents of index {index} differ from its ledger: that is no drift, but another index or ledger. " +
                "Restore the ledger from the index (`reshelve ledger rebuild <catalog>`), or fill a new index from the feed (`reshelve rebuild <catalog>`).");
        }

        _differences[id] = (kind, kind == DriftKind.Missing ? null : document.ToArray());
    }
}
