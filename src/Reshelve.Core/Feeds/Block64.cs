using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Reshelve.Feeds;

/// <summary>
/// 64 bytes of text, asked which of them have a value: one bit per byte, the lowest for the first. That makes finding the few
/// bytes that matter cost a fraction of a cycle per byte, however often they come.
/// </summary>
internal readonly struct Block64
{
    public const int Size = 64;

    private readonly Vector256<byte> _low;
    private readonly Vector256<byte> _high;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Block64(ReadOnlySpan<byte> bytes)
    {
        _low = Vector256.Create(bytes[..Vector256<byte>.Count]);
        _high = Vector256.Create(bytes[Vector256<byte>.Count..Size]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Equal(byte value)
    {
        var wanted = Vector256.Create(value);
        return Bits(Vector256.Equals(_low, wanted), Vector256.Equals(_high, wanted));
    }

    /// <summary>
    /// Those that have the value when the bit 0x20 is set: <c>{</c> stands for <c>[</c> too, and <c>}</c> for <c>]</c>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong EqualFolded(byte value)
    {
        var fold = Vector256.Create((byte)0x20);
        var wanted = Vector256.Create(value);
        return Bits(Vector256.Equals(_low | fold, wanted), Vector256.Equals(_high | fold, wanted));
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
        bits ^= bits << 1;
        bits ^= bits << 2;
        bits ^= bits << 4;
        bits ^= bits << 8;
        bits ^= bits << 16;
        bits ^= bits << 32;
        return bits;
    }

    /// <summary>All bits above one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Above(int bit) => ulong.MaxValue << 1 << bit;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Bits(Vector256<byte> low, Vector256<byte> high) =>
        low.ExtractMostSignificantBits() | ((ulong)high.ExtractMostSignificantBits() << 32);
}
