using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Reshelve.Mapping;

/// <summary>
/// Questions asked of 64 bytes at once; bit i of an answer is that of byte i. One type per width of vectors, as each is quicker
/// than the next narrower one (IndexBenchmarks: 184, 220 and 308 ns for a record of 790 bytes), and so that tests can compare
/// all of them on any processor.
/// </summary>
internal interface IByteMasks
{
    /// <summary>Which bytes equal a value.</summary>
    static abstract ulong Equal(ref byte bytes, byte value);

    /// <summary>Which bytes equal a value once a bit is set in them.</summary>
    static abstract ulong EqualWith(ref byte bytes, byte bit, byte value);

    /// <summary>Which bytes are less than a value.</summary>
    static abstract ulong Below(ref byte bytes, byte limit);
}

/// <summary>64 bytes in one vector.</summary>
internal readonly struct ByteMasks512 : IByteMasks
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Equal(ref byte bytes, byte value) =>
        Vector512.Equals(Vector512.LoadUnsafe(ref bytes), Vector512.Create(value)).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong EqualWith(ref byte bytes, byte bit, byte value) =>
        Vector512.Equals(Vector512.LoadUnsafe(ref bytes) | Vector512.Create(bit), Vector512.Create(value)).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Below(ref byte bytes, byte limit) =>
        Vector512.LessThan(Vector512.LoadUnsafe(ref bytes), Vector512.Create(limit)).ExtractMostSignificantBits();
}

/// <summary>64 bytes in two vectors.</summary>
internal readonly struct ByteMasks256 : IByteMasks
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Equal(ref byte bytes, byte value) => Half(ref bytes, value) | ((ulong)Half(ref Unsafe.Add(ref bytes, 32), value) << 32);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong EqualWith(ref byte bytes, byte bit, byte value) =>
        HalfWith(ref bytes, bit, value) | ((ulong)HalfWith(ref Unsafe.Add(ref bytes, 32), bit, value) << 32);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Below(ref byte bytes, byte limit) =>
        HalfBelow(ref bytes, limit) | ((ulong)HalfBelow(ref Unsafe.Add(ref bytes, 32), limit) << 32);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Half(ref byte bytes, byte value) =>
        Vector256.Equals(Vector256.LoadUnsafe(ref bytes), Vector256.Create(value)).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint HalfWith(ref byte bytes, byte bit, byte value) =>
        Vector256.Equals(Vector256.LoadUnsafe(ref bytes) | Vector256.Create(bit), Vector256.Create(value)).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint HalfBelow(ref byte bytes, byte limit) =>
        Vector256.LessThan(Vector256.LoadUnsafe(ref bytes), Vector256.Create(limit)).ExtractMostSignificantBits();
}

/// <summary>64 bytes in four vectors, or one by one where there are no vectors.</summary>
internal readonly struct ByteMasks128 : IByteMasks
{
    public static ulong Equal(ref byte bytes, byte value)
    {
        ulong mask = 0;
        for (var i = 0; i < 64; i += Vector128<byte>.Count)
            mask |= (ulong)Vector128.Equals(Vector128.LoadUnsafe(ref bytes, (nuint)i), Vector128.Create(value)).ExtractMostSignificantBits() << i;
        return mask;
    }

    public static ulong EqualWith(ref byte bytes, byte bit, byte value)
    {
        ulong mask = 0;
        for (var i = 0; i < 64; i += Vector128<byte>.Count)
        {
            var vector = Vector128.LoadUnsafe(ref bytes, (nuint)i) | Vector128.Create(bit);
            mask |= (ulong)Vector128.Equals(vector, Vector128.Create(value)).ExtractMostSignificantBits() << i;
        }

        return mask;
    }

    public static ulong Below(ref byte bytes, byte limit)
    {
        ulong mask = 0;
        for (var i = 0; i < 64; i += Vector128<byte>.Count)
            mask |= (ulong)Vector128.LessThan(Vector128.LoadUnsafe(ref bytes, (nuint)i), Vector128.Create(limit)).ExtractMostSignificantBits() << i;
        return mask;
    }
}
