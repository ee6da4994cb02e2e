using Reshelve.Hashing;

namespace Reshelve.Ledgers;

/// <summary>Some consecutive entries, as the arrays that a ledger file has of them.</summary>
internal readonly ref struct EntrySlice
{
    public required ReadOnlySpan<Hash128> Raw { get; init; }

    public required ReadOnlySpan<Hash128> Stable { get; init; }

    public required ReadOnlySpan<ulong> Volatile { get; init; }

    public required ReadOnlySpan<uint> IdHashes { get; init; }

    /// <summary>Of each id the length as two bytes, then its bytes.</summary>
    public required ReadOnlySpan<byte> Ids { get; init; }

    public int Count => Raw.Length;
}
