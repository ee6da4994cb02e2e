using System.Numerics;

namespace Reshelve.Planning;

/// <summary>A set of entry numbers, one bit each.</summary>
internal sealed class EntrySet
{
    private readonly ulong[] _words;

    /// <summary>An empty set of entries below a limit.</summary>
    public EntrySet(uint limit) => _words = new ulong[(limit / 64) + 1];

    /// <summary>A copy.</summary>
    public EntrySet(EntrySet other) => _words = [.. other._words];

    public bool Contains(uint entry) => (_words[entry >> 6] >> (int)(entry & 63) & 1) != 0;

    /// <summary>Adds an entry; false when it was there.</summary>
    public bool Add(uint entry)
    {
        ref var word = ref _words[entry >> 6];
        var bit = 1UL << (int)(entry & 63);
        if ((word & bit) != 0)
            return false;
        word |= bit;
        return true;
    }

    /// <summary>Adds consecutive entries; tells of each that was there.</summary>
    public void AddRange(uint first, uint length, List<uint> alreadyThere)
    {
        var end = first + length;
        for (var entry = first; entry < end;)
        {
            var bit = (int)(entry & 63);
            var count = Math.Min(64 - bit, end - entry);
            var mask = (count == 64 ? ulong.MaxValue : (1UL << (int)count) - 1) << bit;
            ref var word = ref _words[entry >> 6];
            for (var twice = word & mask; twice != 0; twice &= twice - 1)
                alreadyThere.Add((entry & ~63u) + (uint)BitOperations.TrailingZeroCount(twice));
            word |= mask;
            entry += (uint)count;
        }
    }

    /// <summary>
    /// The next entry from <paramref name="from"/> on that is in the set or not, as asked; at most <paramref name="end"/>.
    /// </summary>
    public uint Next(uint from, uint end, bool contained)
    {
        while (from < end)
        {
            var word = contained ? _words[from >> 6] : ~_words[from >> 6];
            word >>= (int)(from & 63);
            if (word != 0)
                return Math.Min(end, from + (uint)BitOperations.TrailingZeroCount(word));
            from = (from | 63) + 1;
        }

        return end;
    }
}
