using System.Runtime.InteropServices;
using System.Text;
using Reshelve.Hashing;
using Reshelve.Ledgers;
using Reshelve.Mapping;
using Reshelve.Planning;

namespace Reshelve.Applying;

/// <summary>
/// Makes the plan that carries out removals which an earlier plan held: of those ids whose entry in the ledger is still the one that
/// was to be removed. An id that came back, or was written since, stays.
/// </summary>
/// <param name="held">The earlier plan.</param>
/// <param name="heldFolder">Its folder.</param>
/// <param name="store">The ledgers of its index.</param>
/// <param name="newer">Ids of documents that are newer than its feed: these stay, also where the ledger knew of them as that was planned.</param>
internal sealed class RemovalPlan(PlanManifest held, string heldFolder, LedgerStore store, IReadOnlySet<string> newer)
{
    private readonly ByteBuffer _key = new();

    /// <summary>Makes the plan in a folder of its own.</summary>
    /// <param name="run">The run that approves.</param>
    /// <param name="folder">The folder, empty.</param>
    public PlanManifest Make(long run, string folder)
    {
        using var ledger = store.Open();
        using var removals = new ChangeBatchWriter(folder, "removals", new BatchNumbers());
        var wanted = ReadHeld(ledger.Seed);
        var missing = store.OpenMissing(out _);
        var next = new NextLedger(ledger);
        var (hash, missingHash) = (Hash(ledger.Seed), MissingRecords.IdHash(ledger.Seed));
        var (removed, missingChanged) = (0L, false);
        foreach (var entries in ledger.Order)
        {
            for (var entry = entries.First; entry < entries.End; entry++)
            {
                var id = ledger.Id(entry);
                if (!wanted.Contains(KeyOf(hash, id, ledger.Fingerprint(entry))) || newer.Contains(Encoding.UTF8.GetString(id)))
                {
                    next.Keep(entry, 1);
                    continue;
                }

                removals.WriteRemoval(id);
                missingChanged |= missing.Remove(missingHash.Of(id));
                removed++;
            }
        }

        if (missingChanged)
            missing.Write(Path.Combine(folder, PlanManifest.MissingName));
        if (removed > 0)
            next.Write(Path.Combine(folder, PlanManifest.LedgerName), _ => throw new InvalidOperationException("Removals bring no new entries."));
        var plan = Manifest(run, ledger, removed, removals.Finish());
        plan.Save(folder);
        return plan;
    }

    private PlanManifest Manifest(long run, Ledger ledger, long removed, IReadOnlyList<PlanBatch> batches) => new()
    {
        Catalog = held.Catalog,
        Run = run,
        Index = held.Index,
        CreatesIndex = false,
        BasedOn = ledger.Name,
        EventsAfter = held.EventsAfter,
        // The index is still that of this feed.
        FeedIdentity = held.FeedIdentity,
        Definition = held.Definition,
        ChangesLedger = removed > 0,
        Counts = new PlanCounts { Records = held.Counts.Records, Bytes = held.Counts.Bytes, Duplicates = held.Counts.Duplicates, Removed = removed },
        Batches = batches,
        LiveIndex = held.Index,
        LiveLedger = ledger.Name,
        Background = held.Background,
        Approves = held.Run,
    };

    /// <summary>What is to be removed, by the hash of id and fingerprint: there may be as many as the index has documents.</summary>
    private HashSet<Hash128> ReadHeld(byte[] seed)
    {
        var hash = Hash(seed);
        var wanted = new HashSet<Hash128>();
        foreach (var batch in held.HeldRemovals)
        {
            foreach (var (change, fingerprint) in ChangeBatchReader.Read(heldFolder, batch))
                wanted.Add(KeyOf(hash, Encoding.UTF8.GetBytes(change.Id), fingerprint));
        }

        return wanted;
    }

    private Hash128 KeyOf(KeyedHash hash, ReadOnlySpan<byte> id, Fingerprint fingerprint)
    {
        _key.Clear();
        MemoryMarshal.Write(_key.Room(Fingerprint.Size), in fingerprint);
        _key.Commit(Fingerprint.Size);
        _key.Append(id);
        return hash.Of(_key.Written);
    }

    private static KeyedHash Hash(byte[] seed) => KeyedHash.Derive(seed, "held removals");
}
