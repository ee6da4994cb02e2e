using System.Numerics;
using Reshelve.Ledgers;

namespace Reshelve.Planning;

/// <summary>
/// Finds ids that the ledger does not know and that came several times: by a part of their hashes, then by the whole hashes, and where
/// those are equal by the ids themselves. The first sieve leaves so few that no table of all hashes is needed: two to four bytes per id.
/// </summary>
internal sealed class NewIds(IReadOnlyList<OutcomeLog> logs)
{
    /// <summary>Bits per id: one id in eight, at most, meets another one's bit.</summary>
    private const int BitsPerId = 8;

    /// <summary>The records of such ids, except each id's last.</summary>
    public IEnumerable<uint> FindLosers()
    {
        var count = logs.Sum(log => log.CountOf(OutcomeKind.Add) + log.CountOf(OutcomeKind.Gone));
        if (count == 0)
            return [];
        var shared = FindShared(count);
        if (shared.Count == 0)
            return [];
        var last = new Dictionary<string, uint>();
        var losers = new List<uint>();
        foreach (var (record, id) in ReadSuspects(shared))
        {
            if (!last.TryGetValue(id, out var before))
            {
                last[id] = record;
                continue;
            }

            losers.Add(Math.Min(before, record));
            last[id] = Math.Max(before, record);
        }

        return losers;
    }

    /// <summary>The hashes that came several times.</summary>
    private HashSet<ulong> FindShared(long count)
    {
        var shift = 64 - BitOperations.Log2(BitOperations.RoundUpToPowerOf2((ulong)Math.Max(64, count * BitsPerId)));
        var (seen, again) = (new ulong[1L << (64 - shift - 6)], new ulong[1L << (64 - shift - 6)]);
        foreach (var log in logs)
        {
            for (var segment = 0; segment < log.Segments; segment++)
            {
                foreach (ref readonly var outcome in log.Segment(segment))
                {
                    if (IsNew(outcome) && !Add(seen, outcome.IdHash >> shift))
                        Add(again, outcome.IdHash >> shift);
                }
            }
        }

        var (once, shared) = (new HashSet<ulong>(), new HashSet<ulong>());
        foreach (var log in logs)
        {
            for (var segment = 0; segment < log.Segments; segment++)
            {
                foreach (ref readonly var outcome in log.Segment(segment))
                {
                    if (IsNew(outcome) && Has(again, outcome.IdHash >> shift) && !once.Add(outcome.IdHash))
                        shared.Add(outcome.IdHash);
                }
            }
        }

        return shared;
    }

    private IEnumerable<(uint Record, string Id)> ReadSuspects(HashSet<ulong> hashes)
    {
        foreach (var log in logs)
        {
            var reader = log.Read();
            while (reader.MoveNext())
            {
                if (IsNew(reader.Current) && hashes.Contains(reader.Current.IdHash))
                    yield return (reader.Current.Record, System.Text.Encoding.UTF8.GetString(reader.Id));
            }
        }
    }

    private static bool IsNew(in Outcome outcome) => outcome.Entry == Ledger.None;

    private static bool Has(ulong[] bits, ulong bit) => (bits[bit >> 6] >> (int)(bit & 63) & 1) != 0;

    private static bool Add(ulong[] bits, ulong bit)
    {
        ref var word = ref bits[bit >> 6];
        var mask = 1UL << (int)(bit & 63);
        if ((word & mask) != 0)
            return false;
        word |= mask;
        return true;
    }
}
