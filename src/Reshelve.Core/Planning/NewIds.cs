using System.Numerics;
using Reshelve.Ledgers;

namespace Reshelve.Planning;

/// <summary>
/// Finds ids that the ledger does not know and that came several times: by hash, and where hashes are equal by the ids
/// themselves.
/// </summary>
internal sealed class NewIds(IReadOnlyList<OutcomeLog> logs)
{
    private readonly List<(int Log, int Index)> _suspects = [];

    /// <summary>The records of such ids, except each id's last.</summary>
    public IEnumerable<uint> FindLosers()
    {
        FindSuspects();
        if (_suspects.Count == 0)
            return [];
        var last = new Dictionary<string, uint>();
        var losers = new List<uint>();
        foreach (var (record, id) in ReadSuspects())
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

    /// <summary>Collects all outcomes whose hash another one has too.</summary>
    private void FindSuspects()
    {
        var count = logs.Sum(CountNew);
        if (count == 0)
            return;
        var size = (int)BitOperations.RoundUpToPowerOf2((ulong)Math.Max(64, count * 2));
        var slots = new ulong[size];
        var shared = new HashSet<ulong>();
        foreach (var log in logs)
        {
            for (var i = 0; i < log.Count; i++)
            {
                if (IsNew(log[i]) && !TryAdd(slots, Nonzero(log[i].IdHash)))
                    shared.Add(Nonzero(log[i].IdHash));
            }
        }

        if (shared.Count == 0)
            return;
        for (var log = 0; log < logs.Count; log++)
        {
            for (var i = 0; i < logs[log].Count; i++)
            {
                if (IsNew(logs[log][i]) && shared.Contains(Nonzero(logs[log][i].IdHash)))
                    _suspects.Add((log, i));
            }
        }
    }

    private IEnumerable<(uint Record, string Id)> ReadSuspects()
    {
        foreach (var group in _suspects.GroupBy(suspect => suspect.Log))
        {
            var wanted = group.Select(suspect => suspect.Index).ToHashSet();
            var reader = logs[group.Key].Read();
            while (reader.MoveNext())
            {
                if (wanted.Contains(reader.Index))
                    yield return (reader.Current.Record, System.Text.Encoding.UTF8.GetString(reader.Id));
            }
        }
    }

    private static long CountNew(OutcomeLog log)
    {
        long count = 0;
        for (var i = 0; i < log.Count; i++)
            count += IsNew(log[i]) ? 1 : 0;
        return count;
    }

    private static bool IsNew(Outcome outcome) => outcome.Entry == Ledger.None;

    private static ulong Nonzero(ulong hash) => hash == 0 ? 1 : hash;

    private static bool TryAdd(ulong[] slots, ulong hash)
    {
        var mask = slots.Length - 1;
        var slot = (int)(hash >> 32) & mask;
        for (; slots[slot] != 0; slot = (slot + 1) & mask)
        {
            if (slots[slot] == hash)
                return false;
        }

        slots[slot] = hash;
        return true;
    }
}
