using Reshelve.Catalogs;
using Reshelve.Ledgers;

namespace Reshelve.Planning;

/// <summary>What the ledger of an index still to be filled holds, compared with that of the live one.</summary>
/// <param name="Added">Ids that only the new one has.</param>
/// <param name="Replaced">Ids whose stable hashes differ.</param>
/// <param name="Missing">Ids that only the live one has.</param>
/// <param name="Kept">Of these, those that a sync would keep.</param>
/// <param name="Rejected">Ids that only the live one has because their records were rejected; they are not missing.</param>
internal sealed record LedgerComparison(long Added, long Replaced, long Missing, long Kept, long Rejected)
{
    // Ids are compared by hash, so many at a time: 24 bytes each.
    private const long IdsPerPass = 4 << 20;

    /// <summary>Compares two ledgers of the same seed, whatever the order of their entries.</summary>
    /// <param name="live">The ledger of the live index.</param>
    /// <param name="next">That of the new one.</param>
    /// <param name="rejectedIds">The ids of rejected records.</param>
    /// <param name="definition">The catalog: what of the missing a sync would keep.</param>
    /// <param name="circumstances">Since when records are missing.</param>
    public static LedgerComparison Of(
        Ledger live, Ledger next, IEnumerable<string> rejectedIds, CatalogDefinition definition, PlanCircumstances circumstances)
    {
        var passes = (ulong)(1 + (Math.Max(live.Count, next.Count) / IdsPerPass));
        var total = new LedgerComparison(0, 0, 0, 0, 0);
        var hash = Hash(live);
        var rejected = rejectedIds.Select(id => hash.Low64(System.Text.Encoding.UTF8.GetBytes(id))).ToHashSet();
        var fate = new MissingFate(live, definition, circumstances);
        for (ulong pass = 0; pass < passes; pass++)
            total = total.Plus(live, next, rejected, fate, pass, passes);
        return total;
    }

    private LedgerComparison Plus(Ledger live, Ledger next, HashSet<ulong> rejected, MissingFate fate, ulong pass, ulong passes)
    {
        var hash = Hash(live);
        var (before, oldEntries) = Ids(live, hash, pass, passes);
        var (after, newEntries) = Ids(next, hash, pass, passes);
        var (added, replaced, missing, kept, lost) = (Added, Replaced, Missing, Kept, Rejected);
        for (int old = 0, now = 0; old < before.Length || now < after.Length;)
        {
            if (now == after.Length || (old < before.Length && before[old] < after[now]))
            {
                var isRejected = rejected.Contains(before[old]);
                lost += isRejected ? 1 : 0;
                missing += isRejected ? 0 : 1;
                kept += !isRejected && fate.IsKept(oldEntries[old]) ? 1 : 0;
                old++;
            }
            else if (old == before.Length || after[now] < before[old])
            {
                added++;
                now++;
            }
            else
            {
                replaced += live.Fingerprint(oldEntries[old++]).Stable == next.Fingerprint(newEntries[now++]).Stable ? 0 : 1;
            }
        }

        return new LedgerComparison(added, replaced, missing, kept, lost);
    }

    private static Hashing.KeyedHash Hash(Ledger live) => Hashing.KeyedHash.Derive(live.Seed, "comparison");

    private static (ulong[] Ids, uint[] Entries) Ids(Ledger ledger, Hashing.KeyedHash hash, ulong pass, ulong passes)
    {
        var ids = new List<ulong>();
        var entries = new List<uint>();
        foreach (var run in ledger.Order)
        {
            for (var entry = run.First; entry < run.End; entry++)
            {
                var id = hash.Low64(ledger.Id(entry));
                if (id % passes != pass)
                    continue;
                ids.Add(id);
                entries.Add(entry);
            }
        }

        var (sortedIds, sortedEntries) = (ids.ToArray(), entries.ToArray());
        Array.Sort(sortedIds, sortedEntries);
        return (sortedIds, sortedEntries);
    }
}
