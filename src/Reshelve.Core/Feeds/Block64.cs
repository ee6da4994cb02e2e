using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Reshelve.Feeds;

/// <summary>
/// 64 bytes of text, asked which of them have a value: one bit per byte, the lowest for the first. That makes finding the few
/// bytes that matter cost a fraction of a cycle per byte, however often they come.
/// </summary>
internal readonly struct Block64
{
    public const int Size = 64;

    private readonly Vector512<byte> _bytes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Block64(ReadOnlySpan<byte> bytes) => _bytes = Vector512.Create(bytes[..Size]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Equal(byte value)
    {
        if (Vector512.IsHardwareAccelerated)
            return Vector512.Equals(_bytes, Vector512.Create(value)).ExtractMostSignificantBits();
        var wanted = Vector256.Create(value);
        return Bits(Vector256.Equals(_bytes.GetLower(), wanted), Vector256.Equals(_bytes.GetUpper(), wanted));
    }

    /// <summary>Those of which the bits in the mask have the value: several values, in one comparison.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong EqualMasked(byte mask, byte value)
    {
        if (Vector512.IsHardwareAccelerated)
            return Vector512.Equals(_bytes & Vector512.Create(mask), Vector512.Create(value)).ExtractMostSignificantBits();
        var masks = Vector256.Create(mask);
        var wanted = Vector256.Create(value);
        return Bits(Vector256.Equals(_bytes.GetLower() & masks, wanted), Vector256.Equals(_bytes.GetUpper() & masks, wanted));
    }

    /// <summary>The last 1 to 63 bytes of a text, followed by spaces.</summary>
    public static Block64 Padded(ReadOnlySpan<byte> bytes)
    {
        Span<byte> block = stackalloc byte[Size];
        block.Fill((byte)' ');
        bytes.CopyTo(block);
        return new Block64(block);
    }

    /// <summary>Each bit becomes the parity of itself and those below: ones from each odd bit up to the next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Parity(ulong bits)
    {
        // The carry-less product with ones is just that, in one instruction for twelve.
        if (Pclmulqdq.IsSupported)
            return Pclmulqdq.CarrylessMultiply(Vector128.CreateScalar(bits), Vector128<ulong>.AllBitsSet, 0).ToScalar();
        bits ^= bits << 1;
        bits ^= bits << 2;
        bits ^= bits << 4;
        bits ^= bits << 8;
        bits ^= bits << 16;
        bits ^= bits << 32;
        return bits;
    }

    /// <summary>The bits that stand where the mask has ones, moved together.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Extract(ulong bits, ulong mask)
    {
        if (Bmi2.X64.IsSupported)
            return Bmi2.X64.ParallelBitExtract(bits, mask);
        var extracted = 0UL;
        for (var bit = 1UL; mask != 0; bit <<= 1)
        {
            if ((bits & mask & (0 - mask)) != 0)
                extracted |= bit;
            mask &= mask - 1;
        }

        return extracted;
    }

    /// <summary>The place of a set bit, counted from the lowest.</summary>
    public static int PlaceOf(int number, ulong bits)
    {
        for (; number > 0; number--)
            bits &= bits - 1;
        return BitOperations.TrailingZeroCount(bits);
    }

    /// <summary>All bits above one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Above(int bit) => ulong.MaxValue << 1 << bit;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Bits(Vector256<byte> low, Vector256<byte> high) =>
        low.ExtractMostSignificantBits() | ((ulong)high.ExtractMostSignificantBits() << 32);
}
