using System.Numerics;
using System.Runtime.Intrinsics.X86;
using Reshelve.Ledgers;

namespace Reshelve.Planning.Matching;

/// <summary>What entries are looked up by: 32 bits of a hash, of which equals are compared in full.</summary>
internal interface IEntryKeys
{
    /// <summary>The keys of all entries from one number up to another, which lie in one file.</summary>
    static abstract void Read(Ledger ledger, uint first, Span<uint> keys);
}

/// <summary>Some things to look up.</summary>
internal interface IEntryQueries
{
    int Count { get; }

    uint Key(int query);

    /// <summary>Where memory begins that <see cref="Matches"/> will look at.</summary>
    nint Address(uint entry);

    bool Matches(int query, uint entry);
}

/// <summary>
/// Finds entries by hash. Few queries are joined with the ledger in one sequential pass over it; when more than an eighth of its size
/// have been asked for, or after so many passes, a table over all entries is built once (6 to 12 bytes per entry) and used from then
/// on. Both give the same answers. Thread-safe.
/// </summary>
internal sealed class EntryLookup<TKeys>(Ledger ledger)
    where TKeys : IEntryKeys
{
    private const int Block = 4096;

    /// <summary>After so many blocks (16 MB of raw hashes) a pass lets go of the ledger's pages.</summary>
    private const int BlocksPerRelease = 256;

    private const int Group = 32;
    private const uint SmallLedger = 1 << 14;

    /// <summary>
    /// About what a table costs (see LookupBenchmarks): more passes than that over a large ledger would cost the square of its size.
    /// </summary>
    private const int MaxPasses = 4;

    private const uint Golden = 0x9E3779B1;
    private readonly Lock _lock = new();
    private long _asked;
    private int _passes;
    private uint[]? _table;
    private int _tableShift;

    /// <summary>Whether the table is there.</summary>
    public bool HasTable => Volatile.Read(ref _table) is not null;

    /// <summary>Gives each query its live entry, or <see cref="Ledger.None"/>.</summary>
    public void Resolve<TQueries>(TQueries queries, Span<uint> entries)
        where TQueries : IEntryQueries
    {
        if (queries.Count == 0)
            return;
        var asked = Interlocked.Add(ref _asked, queries.Count);
        if (asked > ledger.EntryLimit / 8 || ledger.EntryLimit <= SmallLedger || Interlocked.Increment(ref _passes) > MaxPasses)
            Probe(queries, entries);
        else
            Join(queries, entries);
    }

    /// <summary>Does what <see cref="Resolve"/> does by the table, which is made if it is not there.</summary>
    public void Probe<TQueries>(TQueries queries, Span<uint> entries)
        where TQueries : IEntryQueries
    {
        entries = entries[..queries.Count];
        entries.Fill(Ledger.None);
        var table = Table();
        for (var from = 0; from < entries.Length; from += Group)
        {
            var to = Math.Min(from + Group, entries.Length);
            Prefetch(table, queries, from, to);
            for (var query = from; query < to; query++)
                entries[query] = Probe(table, queries, query);
        }
    }

    /// <summary>
    /// Both the table and the ledger are far larger than the processor's caches: a query waits for memory twice. The waiting of a group
    /// of them is done at once.
    /// </summary>
    private unsafe void Prefetch<TQueries>(uint[] table, TQueries queries, int from, int to)
        where TQueries : IEntryQueries
    {
        if (!Sse.IsSupported)
            return;
        fixed (uint* slots = table)
        {
            for (var query = from; query < to; query++)
                Sse.Prefetch0(slots + Slot(queries.Key(query)));
            for (var query = from; query < to; query++)
            {
                if (slots[Slot(queries.Key(query))] is not Ledger.None and var entry)
                    Sse.Prefetch0((void*)queries.Address(entry));
            }
        }
    }

    private uint Probe<TQueries>(uint[] table, TQueries queries, int query)
        where TQueries : IEntryQueries
    {
        var mask = table.Length - 1;
        for (var slot = Slot(queries.Key(query)); table[slot] != Ledger.None; slot = (slot + 1) & mask)
        {
            if (queries.Matches(query, table[slot]))
                return table[slot];
        }

        return Ledger.None;
    }

    private int Slot(uint key) => (int)((key * Golden) >> _tableShift);

    private void Join<TQueries>(TQueries queries, Span<uint> entries)
        where TQueries : IEntryQueries
    {
        entries = entries[..queries.Count];
        entries.Fill(Ledger.None);
        var shift = 32 - BitOperations.Log2(BitOperations.RoundUpToPowerOf2((uint)Math.Max(64, 4 * queries.Count)));
        var heads = new int[1 << (32 - shift)];
        var next = new int[queries.Count];
        for (var query = 0; query < queries.Count; query++)
        {
            ref var head = ref heads[(queries.Key(query) * Golden) >> shift];
            next[query] = head;
            head = query + 1;
        }

        Span<uint> keys = stackalloc uint[Block];
        var blocks = 0;
        foreach (var run in ledger.Order)
        {
            for (var first = run.First; first < run.End; first += Block)
            {
                var block = keys[..(int)Math.Min(Block, run.End - first)];
                TKeys.Read(ledger, first, block);
                JoinBlock(queries, entries, heads, next, shift, first, block);
                if (++blocks % BlocksPerRelease == 0)
                    ledger.ReleasePages();
            }
        }
    }

    private static void JoinBlock<TQueries>(
        TQueries queries, Span<uint> entries, int[] heads, int[] next, int shift, uint first, ReadOnlySpan<uint> keys)
        where TQueries : IEntryQueries
    {
        for (var i = 0; i < keys.Length; i++)
        {
            for (var query = heads[(keys[i] * Golden) >> shift]; query != 0; query = next[query - 1])
            {
                if (queries.Key(query - 1) == keys[i] && queries.Matches(query - 1, first + (uint)i))
                    entries[query - 1] = first + (uint)i;
            }
        }
    }

    private uint[] Table()
    {
        if (Volatile.Read(ref _table) is { } made)
            return made;
        lock (_lock)
        {
            if (_table is not null)
                return _table;
            var shift = 32 - BitOperations.Log2(BitOperations.RoundUpToPowerOf2(Math.Max(64, ledger.Count + (ledger.Count / 2))));
            var table = new uint[1 << (32 - shift)];
            Array.Fill(table, Ledger.None);
            Span<uint> keys = stackalloc uint[Block];
            foreach (var run in ledger.Order)
            {
                for (var first = run.First; first < run.End; first += Block)
                {
                    var block = keys[..(int)Math.Min(Block, run.End - first)];
                    TKeys.Read(ledger, first, block);
                    Insert(table, shift, first, block);
                }
            }

            _tableShift = shift;
            Volatile.Write(ref _table, table);
            return table;
        }
    }

    private static void Insert(uint[] table, int shift, uint first, ReadOnlySpan<uint> keys)
    {
        var mask = table.Length - 1;
        for (var i = 0; i < keys.Length; i++)
        {
            var slot = (int)((keys[i] * Golden) >> shift);
            while (table[slot] != Ledger.None)
                slot = (slot + 1) & mask;
            table[slot] = first + (uint)i;
        }
    }
}

/// <summary>Entries by their raw hash.</summary>
internal readonly unsafe struct RawKeys : IEntryKeys
{
    public static uint Of(Hashing.Hash128 raw) => (uint)(raw.Low >> 32);

    public static void Read(Ledger ledger, uint first, Span<uint> keys)
    {
        var raw = ledger.RawFrom(first);
        for (var i = 0; i < keys.Length; i++)
            keys[i] = Of(raw[i]);
    }
}

/// <summary>Entries by their id.</summary>
internal readonly unsafe struct IdKeys : IEntryKeys
{
    public static void Read(Ledger ledger, uint first, Span<uint> keys) =>
        new ReadOnlySpan<uint>(ledger.IdHashFrom(first), keys.Length).CopyTo(keys);
}
