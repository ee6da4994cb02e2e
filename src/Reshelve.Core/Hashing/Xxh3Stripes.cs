using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Reshelve.Hashing;

/// <summary>
/// The part of XXH3 for inputs of more than 240 bytes: stripes of 64 bytes into eight 64-bit accumulators, 512, 256 or 128 bits
/// at a
/// time as the processor allows. Compiled at once (no tiers): a fresh process would otherwise hash its first hundred thousand
/// records
/// in slow code; see HashingBenchmarks.
/// </summary>
internal static class Xxh3Stripes
{
    private const int StripeBytes = 64;
    private const int StripesPerBlock = (Xxh3.SecretBytes - StripeBytes) / 8;
    private const int BlockBytes = StripeBytes * StripesPerBlock;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static Hash128 Hash(ref byte data, int length, ref byte key)
    {
        Span<ulong> accumulators =
        [
            Xxh3.Prime32C, Xxh3.Prime64A, Xxh3.Prime64B, Xxh3.Prime64C, Xxh3.Prime64D, Xxh3.Prime32B, Xxh3.Prime64E, Xxh3.Prime32A,
        ];
        ref var sums = ref MemoryMarshal.GetReference(accumulators);
        if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
            Accumulate512(ref sums, ref data, length, ref key);
        else if (Vector256.IsHardwareAccelerated && Avx2.IsSupported)
            Accumulate256(ref sums, ref data, length, ref key);
        else
            Accumulate128(ref sums, ref data, length, ref key);
        return new Hash128(
            Merge(ref sums, ref key, 11, (ulong)length * Xxh3.Prime64A),
            Merge(ref sums, ref key, Xxh3.SecretBytes - StripeBytes - 11, ~((ulong)length * Xxh3.Prime64B)));
    }

    private static ulong Merge(ref ulong sums, ref byte key, int keyAt, ulong start)
    {
        for (var i = 0; i < 8; i += 2)
        {
            start += Xxh3.MultiplyFold(
                Unsafe.Add(ref sums, i) ^ Xxh3.Read64(ref key, keyAt + (8 * i)),
                Unsafe.Add(ref sums, i + 1) ^ Xxh3.Read64(ref key, keyAt + (8 * i) + 8));
        }

        return Xxh3.Avalanche(start);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Accumulate512(ref ulong sums, ref byte data, int length, ref byte key)
    {
        var acc = Vector512.LoadUnsafe(ref sums);
        var at = 0;
        for (; at + BlockBytes < length; at += BlockBytes)
        {
            for (var stripe = 0; stripe < StripesPerBlock; stripe++)
                acc = Add512(acc, ref data, at + (stripe * StripeBytes), ref key, 8 * stripe);
            var scrambled = acc ^ (acc >>> 47) ^ Load512(ref key, Xxh3.SecretBytes - StripeBytes);
            acc = scrambled * Vector512.Create((ulong)Xxh3.Prime32A);
        }

        for (var stripe = 0; at + StripeBytes < length; at += StripeBytes, stripe++)
            acc = Add512(acc, ref data, at, ref key, 8 * stripe);
        acc = Add512(acc, ref data, length - StripeBytes, ref key, Xxh3.SecretBytes - StripeBytes - 7);
        acc.StoreUnsafe(ref sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Add512(Vector512<ulong> acc, ref byte data, int at, ref byte key, int keyAt)
    {
        var value = Load512(ref data, at);
        var keyed = value ^ Load512(ref key, keyAt);
        var product = Avx512F.Multiply(keyed.AsUInt32(), (keyed >>> 32).AsUInt32());
        return acc + product + Avx512F.Shuffle(value.AsUInt32(), 0b01_00_11_10).AsUInt64();
    }

    private static Vector512<ulong> Load512(ref byte from, int at) =>
        Vector512.LoadUnsafe(ref Unsafe.Add(ref from, at)).AsUInt64();

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Accumulate256(ref ulong sums, ref byte data, int length, ref byte key)
    {
        var low = Vector256.LoadUnsafe(ref sums);
        var high = Vector256.LoadUnsafe(ref sums, 4);
        var prime = Vector256.Create(Xxh3.Prime32A).AsUInt32();
        var at = 0;
        for (; at + BlockBytes < length; at += BlockBytes)
        {
            for (var stripe = 0; stripe < StripesPerBlock; stripe++)
            {
                low = Add256(low, ref data, at + (stripe * StripeBytes), ref key, 8 * stripe);
                high = Add256(high, ref data, at + (stripe * StripeBytes) + 32, ref key, (8 * stripe) + 32);
            }

            low = Scramble256(low, ref key, Xxh3.SecretBytes - StripeBytes, prime);
            high = Scramble256(high, ref key, Xxh3.SecretBytes - StripeBytes + 32, prime);
        }

        for (var stripe = 0; at + StripeBytes < length; at += StripeBytes, stripe++)
        {
            low = Add256(low, ref data, at, ref key, 8 * stripe);
            high = Add256(high, ref data, at + 32, ref key, (8 * stripe) + 32);
        }

        low = Add256(low, ref data, length - 64, ref key, Xxh3.SecretBytes - StripeBytes - 7);
        high = Add256(high, ref data, length - 32, ref key, Xxh3.SecretBytes - StripeBytes - 7 + 32);
        low.StoreUnsafe(ref sums);
        high.StoreUnsafe(ref sums, 4);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Add256(Vector256<ulong> acc, ref byte data, int at, ref byte key, int keyAt)
    {
        var value = Load256(ref data, at);
        var keyed = value ^ Load256(ref key, keyAt);
        var product = Avx2.Multiply(keyed.AsUInt32(), (keyed >>> 32).AsUInt32());
        return acc + product + Avx2.Shuffle(value.AsUInt32(), 0b01_00_11_10).AsUInt64();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Scramble256(Vector256<ulong> acc, ref byte key, int keyAt, Vector256<uint> prime)
    {
        var mixed = acc ^ (acc >>> 47) ^ Load256(ref key, keyAt);
        var low = Avx2.Multiply(mixed.AsUInt32(), prime);
        var high = Avx2.Multiply((mixed >>> 32).AsUInt32(), prime);
        return low + (high << 32);
    }

    private static Vector256<ulong> Load256(ref byte from, int at) =>
        Vector256.LoadUnsafe(ref Unsafe.Add(ref from, at)).AsUInt64();

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Accumulate128(ref ulong sums, ref byte data, int length, ref byte key)
    {
        var at = 0;
        for (; at + BlockBytes < length; at += BlockBytes)
        {
            for (var stripe = 0; stripe < StripesPerBlock; stripe++)
                Add128(ref sums, ref data, at + (stripe * StripeBytes), ref key, 8 * stripe);
            for (var lane = 0; lane < 8; lane++)
            {
                ref var sum = ref Unsafe.Add(ref sums, lane);
                sum = (sum ^ (sum >> 47) ^ Xxh3.Read64(ref key, Xxh3.SecretBytes - StripeBytes + (8 * lane))) * Xxh3.Prime32A;
            }
        }

        for (var stripe = 0; at + StripeBytes < length; at += StripeBytes, stripe++)
            Add128(ref sums, ref data, at, ref key, 8 * stripe);
        Add128(ref sums, ref data, length - StripeBytes, ref key, Xxh3.SecretBytes - StripeBytes - 7);
    }

    /// <summary>One stripe with vectors of 128 bits where there are any, else lane by lane.</summary>
    private static void Add128(ref ulong sums, ref byte data, int at, ref byte key, int keyAt)
    {
        if (!Vector128.IsHardwareAccelerated || !BitConverter.IsLittleEndian || !(Sse2.IsSupported || AdvSimd.IsSupported))
        {
            AddScalar(ref sums, ref data, at, ref key, keyAt);
            return;
        }

        for (var lane = 0; lane < 8; lane += 2)
        {
            var value = Vector128.LoadUnsafe(ref Unsafe.Add(ref data, at + (8 * lane))).AsUInt64();
            var keyed = value ^ Vector128.LoadUnsafe(ref Unsafe.Add(ref key, keyAt + (8 * lane))).AsUInt64();
            var product = Sse2.IsSupported
                ? Sse2.Multiply(keyed.AsUInt32(), (keyed >>> 32).AsUInt32())
                : AdvSimd.MultiplyWideningLower(AdvSimd.ExtractNarrowingLower(keyed), AdvSimd.ShiftRightLogicalNarrowingLower(keyed, 32));
            var swapped = Vector128.Shuffle(value, Vector128.Create(1UL, 0UL));
            (Vector128.LoadUnsafe(ref sums, (nuint)lane) + product + swapped).StoreUnsafe(ref sums, (nuint)lane);
        }
    }

    private static void AddScalar(ref ulong sums, ref byte data, int at, ref byte key, int keyAt)
    {
        for (var lane = 0; lane < 8; lane++)
        {
            var value = Xxh3.Read64(ref data, at + (8 * lane));
            var keyed = value ^ Xxh3.Read64(ref key, keyAt + (8 * lane));
            Unsafe.Add(ref sums, lane ^ 1) += value;
            Unsafe.Add(ref sums, lane) += (ulong)(uint)keyed * (keyed >> 32);
        }
    }

    /// <summary>
    /// The accumulators after each way of computing them, so that tests can compare the ways a processor does not choose.
    /// </summary>
    internal static Hash128 HashWith(int bits, ReadOnlySpan<byte> data, ReadOnlySpan<byte> secret)
    {
        ref var input = ref MemoryMarshal.GetReference(data);
        ref var key = ref MemoryMarshal.GetReference(secret);
        Span<ulong> accumulators =
        [
            Xxh3.Prime32C, Xxh3.Prime64A, Xxh3.Prime64B, Xxh3.Prime64C, Xxh3.Prime64D, Xxh3.Prime32B, Xxh3.Prime64E, Xxh3.Prime32A,
        ];
        ref var sums = ref MemoryMarshal.GetReference(accumulators);
        switch (bits)
        {
            case 512: Accumulate512(ref sums, ref input, data.Length, ref key); break;
            case 256: Accumulate256(ref sums, ref input, data.Length, ref key); break;
            default: Accumulate128(ref sums, ref input, data.Length, ref key); break;
        }

        return new Hash128(
            Merge(ref sums, ref key, 11, (ulong)data.Length * Xxh3.Prime64A),
            Merge(ref sums, ref key, Xxh3.SecretBytes - StripeBytes - 11, ~((ulong)data.Length * Xxh3.Prime64B)));
    }
}
