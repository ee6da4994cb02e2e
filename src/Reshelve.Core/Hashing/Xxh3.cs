using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Reshelve.Hashing;

/// <summary>
/// XXH3_128bits_withSecret for a secret of 192 bytes, after the published specification
/// (https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md). This file holds the inputs of up to 240 bytes;
/// <see cref="Xxh3Stripes"/> the longer ones.
/// </summary>
internal static class Xxh3
{
    public const int SecretBytes = 192;

    internal const uint Prime32A = 0x9E3779B1;
    internal const uint Prime32B = 0x85EBCA77;
    internal const uint Prime32C = 0xC2B2AE3D;
    internal const ulong Prime64A = 0x9E3779B185EBCA87;
    internal const ulong Prime64B = 0xC2B2AE3D27D4EB4F;
    internal const ulong Prime64C = 0x165667B19E3779F9;
    internal const ulong Prime64D = 0x85EBCA77C2B2AE63;
    internal const ulong Prime64E = 0x27D4EB2F165667C5;
    private const ulong PrimeMixA = 0x165667919E3779F9;
    private const ulong PrimeMixB = 0x9FB21C651E98DF25;

    [SkipLocalsInit]
    public static Hash128 Hash128(ReadOnlySpan<byte> input, ReadOnlySpan<byte> secret)
    {
        ref var data = ref MemoryMarshal.GetReference(input);
        ref var key = ref MemoryMarshal.GetReference(secret);
        return input.Length switch
        {
            > 240 => Xxh3Stripes.Hash(ref data, input.Length, ref key),
            > 128 => HashTo240(ref data, input.Length, ref key),
            > 16 => HashTo128(ref data, input.Length, ref key),
            > 8 => HashTo16(ref data, input.Length, ref key),
            > 3 => HashTo8(ref data, input.Length, ref key),
            > 0 => HashTo3(ref data, input.Length, ref key),
            _ => new Hash128(
                Avalanche64(Read64(ref key, 64) ^ Read64(ref key, 72)),
                Avalanche64(Read64(ref key, 80) ^ Read64(ref key, 88))),
        };
    }

    private static Hash128 HashTo3(ref byte data, int length, ref byte key)
    {
        var first = data;
        var middle = Unsafe.Add(ref data, length >> 1);
        var last = Unsafe.Add(ref data, length - 1);
        var low = ((uint)first << 16) | ((uint)middle << 24) | last | ((uint)length << 8);
        var high = BitOperations.RotateLeft(Swap(low), 13);
        return new Hash128(
            Avalanche64(low ^ (ulong)(Read32(ref key, 0) ^ Read32(ref key, 4))),
            Avalanche64(high ^ (ulong)(Read32(ref key, 8) ^ Read32(ref key, 12))));
    }

    private static Hash128 HashTo8(ref byte data, int length, ref byte key)
    {
        var input = Read32(ref data, 0) + ((ulong)Read32(ref data, length - 4) << 32);
        var keyed = input ^ Read64(ref key, 16) ^ Read64(ref key, 24);
        var high = Math.BigMul(keyed, Prime64A + ((ulong)length << 2), out var low);
        high += low << 1;
        low ^= high >> 3;
        low = (low ^ (low >> 35)) * PrimeMixB;
        return new Hash128(low ^ (low >> 28), Avalanche(high));
    }

    private static Hash128 HashTo16(ref byte data, int length, ref byte key)
    {
        var inputLow = Read64(ref data, 0);
        var inputHigh = Read64(ref data, length - 8);
        var flipLow = Read64(ref key, 32) ^ Read64(ref key, 40);
        var flipHigh = Read64(ref key, 48) ^ Read64(ref key, 56);
        var high = Math.BigMul(inputLow ^ inputHigh ^ flipLow, Prime64A, out var low);
        low += (ulong)(length - 1) << 54;
        inputHigh ^= flipHigh;
        high += inputHigh + ((ulong)(uint)inputHigh * (Prime32B - 1));
        low ^= System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(high);
        var outHigh = Math.BigMul(low, Prime64B, out var outLow);
        return new Hash128(Avalanche(outLow), Avalanche(outHigh + (high * Prime64B)));
    }

    private static Hash128 HashTo128(ref byte data, int length, ref byte key)
    {
        var low = (ulong)length * Prime64A;
        ulong high = 0;
        for (var pair = (length - 1) / 32; pair >= 0; pair--)
            Mix32(ref low, ref high, ref data, 16 * pair, length - (16 * (pair + 1)), ref key, 32 * pair, 0);
        return Finish(low, high, length);
    }

    private static Hash128 HashTo240(ref byte data, int length, ref byte key)
    {
        var low = (ulong)length * Prime64A;
        ulong high = 0;
        for (var at = 0; at < 128; at += 32)
            Mix32(ref low, ref high, ref data, at, at + 16, ref key, at, 0);
        low = Avalanche(low);
        high = Avalanche(high);
        for (var at = 128; at + 32 <= length; at += 32)
            Mix32(ref low, ref high, ref data, at, at + 16, ref key, at - 128 + 3, 0);
        Mix32(ref low, ref high, ref data, length - 16, length - 32, ref key, 136 - 17 - 16, 0);
        return Finish(low, high, length);
    }

    private static Hash128 Finish(ulong low, ulong high, int length) => new(
        Avalanche(low + high),
        0 - Avalanche((low * Prime64A) + (high * Prime64D) + ((ulong)length * Prime64B)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Mix32(
        ref ulong low, ref ulong high, ref byte data, int first, int second, ref byte key, int keyAt, ulong seed)
    {
        low += Mix16(ref data, first, ref key, keyAt, seed);
        low ^= Read64(ref data, second) + Read64(ref data, second + 8);
        high += Mix16(ref data, second, ref key, keyAt + 16, seed);
        high ^= Read64(ref data, first) + Read64(ref data, first + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix16(ref byte data, int at, ref byte key, int keyAt, ulong seed) => MultiplyFold(
        Read64(ref data, at) ^ (Read64(ref key, keyAt) + seed),
        Read64(ref data, at + 8) ^ (Read64(ref key, keyAt + 8) - seed));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong MultiplyFold(ulong left, ulong right) => Math.BigMul(left, right, out var low) ^ low;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Avalanche(ulong hash)
    {
        hash = (hash ^ (hash >> 37)) * PrimeMixA;
        return hash ^ (hash >> 32);
    }

    private static ulong Avalanche64(ulong hash)
    {
        hash = (hash ^ (hash >> 33)) * Prime64B;
        hash = (hash ^ (hash >> 29)) * Prime64C;
        return hash ^ (hash >> 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Read64(ref byte from, int at)
    {
        var value = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref from, at));
        return BitConverter.IsLittleEndian ? value : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Read32(ref byte from, int at)
    {
        var value = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref from, at));
        return BitConverter.IsLittleEndian ? value : Swap(value);
    }

    private static uint Swap(uint value) => System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(value);
}
