using Reshelve.Hashing;

namespace Reshelve.Ledgers;

/// <summary>What stands for a record in the ledger.</summary>
/// <param name="Raw">The hash of its bytes, under the ledger's seed and what gives the bytes their meaning.</param>
/// <param name="Stable">The hash of its document without volatile fields.</param>
/// <param name="Volatile">The hash of the volatile fields.</param>
public readonly record struct Fingerprint(Hash128 Raw, Hash128 Stable, ulong Volatile)
{
    /// <summary>Bytes of a stored fingerprint.</summary>
    public const int Size = 40;
}

/// <summary>Some consecutive entries of the ledger in feed order.</summary>
/// <param name="First">The number of the first entry.</param>
/// <param name="Length">How many.</param>
public readonly record struct LedgerRun(uint First, uint Length)
{
    /// <summary>The number after the last entry's.</summary>
    public uint End => First + Length;
}
