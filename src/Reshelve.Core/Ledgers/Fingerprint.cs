using System.Buffers.Binary;
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

    /// <summary>Stores it, little-endian, in the order of its parts.</summary>
    internal void WriteTo(Span<byte> target)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(target, Raw.Low);
        BinaryPrimitives.WriteUInt64LittleEndian(target[8..], Raw.High);
        BinaryPrimitives.WriteUInt64LittleEndian(target[16..], Stable.Low);
        BinaryPrimitives.WriteUInt64LittleEndian(target[24..], Stable.High);
        BinaryPrimitives.WriteUInt64LittleEndian(target[32..], Volatile);
    }

    /// <summary>Reads a stored one.</summary>
    internal static Fingerprint ReadFrom(ReadOnlySpan<byte> from) => new(
        new Hash128(BinaryPrimitives.ReadUInt64LittleEndian(from), BinaryPrimitives.ReadUInt64LittleEndian(from[8..])),
        new Hash128(BinaryPrimitives.ReadUInt64LittleEndian(from[16..]), BinaryPrimitives.ReadUInt64LittleEndian(from[24..])),
        BinaryPrimitives.ReadUInt64LittleEndian(from[32..]));
}

/// <summary>Some consecutive entries of the ledger in feed order.</summary>
/// <param name="First">The number of the first entry.</param>
/// <param name="Length">How many.</param>
public readonly record struct LedgerRun(uint First, uint Length)
{
    /// <summary>The number after the last entry's.</summary>
    public uint End => First + Length;
}
