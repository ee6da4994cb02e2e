using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Reshelve.Mapping;

/// <summary>
/// Moves over JSON text without decoding it, for what is read again after a tokenizer found it well-formed. It is strict: every
/// method returns false on anything that RFC 8259 does not allow, except that UTF-8 is not checked.
/// </summary>
internal ref struct JsonScanner(ReadOnlySpan<byte> json)
{
    private readonly ref byte _json = ref MemoryMarshal.GetReference(json);
    private readonly int _length = json.Length;

    /// <summary>The next byte to look at.</summary>
    public int At { get; private set; }

    public readonly bool IsEnd => At >= _length;

    /// <summary>The next byte, or 0 at the end.</summary>
    public readonly byte Current => At < _length ? Unsafe.Add(ref _json, At) : (byte)0;

    /// <summary>The bytes from one place up to another.</summary>
    public readonly ReadOnlySpan<byte> Slice(int start, int end) =>
        MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref _json, start), end - start);

    /// <summary>Passes white space.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SkipSpace()
    {
        while (At < _length && Unsafe.Add(ref _json, At) <= ' ' && IsSpace(Unsafe.Add(ref _json, At)))
            At++;
    }

    /// <summary>Passes one given byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryPass(byte expected)
    {
        if (Current != expected)
            return false;
        At++;
        return true;
    }

    /// <summary>Passes a string with its quotes.</summary>
    /// <param name="escaped">Whether it holds escapes; they are well-formed, but may stand for half of a surrogate pair.</param>
    public bool TryPassString(out bool escaped)
    {
        escaped = false;
        if (!TryPass((byte)'"'))
            return false;
        while (true)
        {
            At = IndexOfSpecial(At);
            switch (Current)
            {
                case (byte)'"':
                    At++;
                    return true;
                case (byte)'\\':
                    escaped = true;
                    if (!TryPassEscape())
                        return false;
                    break;
                default:
                    return false;
            }
        }
    }

    /// <summary>Passes a number.</summary>
    public bool TryPassNumber()
    {
        var length = JsonNumber.LengthOf(Slice(At, _length));
        At += length;
        return length > 0;
    }

    /// <summary>Passes <c>true</c>, <c>false</c> or <c>null</c>.</summary>
    public bool TryPassLiteral(ReadOnlySpan<byte> literal)
    {
        if (!Rest(literal.Length).SequenceEqual(literal))
            return false;
        At += literal.Length;
        return true;
    }

    /// <summary>Passes any value with all that is in it.</summary>
    /// <param name="depth">How many levels it may open.</param>
    public bool TryPassValue(int depth) => Current switch
    {
        (byte)'"' => TryPassString(out _),
        (byte)'{' => depth > 0 && TryPassObject(depth - 1),
        (byte)'[' => depth > 0 && TryPassArray(depth - 1),
        (byte)'t' => TryPassLiteral("true"u8),
        (byte)'f' => TryPassLiteral("false"u8),
        (byte)'n' => TryPassLiteral("null"u8),
        _ => TryPassNumber(),
    };

    private bool TryPassObject(int depth)
    {
        At++;
        SkipSpace();
        if (TryPass((byte)'}'))
            return true;
        while (true)
        {
            if (!TryPassString(out _))
                return false;
            SkipSpace();
            if (!TryPass((byte)':'))
                return false;
            SkipSpace();
            if (!TryPassValue(depth))
                return false;
            SkipSpace();
            if (TryPass((byte)'}'))
                return true;
            if (!TryPass((byte)','))
                return false;
            SkipSpace();
        }
    }

    private bool TryPassArray(int depth)
    {
        At++;
        SkipSpace();
        if (TryPass((byte)']'))
            return true;
        while (true)
        {
            if (!TryPassValue(depth))
                return false;
            SkipSpace();
            if (TryPass((byte)']'))
                return true;
            if (!TryPass((byte)','))
                return false;
            SkipSpace();
        }
    }

    private bool TryPassEscape()
    {
        At++;
        var kind = Current;
        At++;
        if (kind != 'u')
            return kind is (byte)'"' or (byte)'\\' or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t';
        var digits = Rest(4);
        if (digits.Length < 4 || !char.IsAsciiHexDigit((char)digits[0]) || !char.IsAsciiHexDigit((char)digits[1]) ||
            !char.IsAsciiHexDigit((char)digits[2]) || !char.IsAsciiHexDigit((char)digits[3]))
        {
            return false;
        }

        At += 4;
        return true;
    }

    /// <summary>The first quote, backslash or control character from here on, 32 bytes at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly int IndexOfSpecial(int at)
    {
        if (Vector256.IsHardwareAccelerated)
        {
            for (; at <= _length - Vector256<byte>.Count; at += Vector256<byte>.Count)
            {
                var bytes = Vector256.LoadUnsafe(ref _json, (nuint)at);
                var special = Vector256.Equals(bytes, Vector256.Create((byte)'"')) | Vector256.Equals(bytes, Vector256.Create((byte)'\\')) |
                    Vector256.LessThan(bytes, Vector256.Create((byte)' '));
                var mask = special.ExtractMostSignificantBits();
                if (mask != 0)
                    return at + System.Numerics.BitOperations.TrailingZeroCount(mask);
            }
        }

        while (at < _length && Unsafe.Add(ref _json, at) is not ((byte)'"' or (byte)'\\' or < (byte)' '))
            at++;
        return at;
    }

    private readonly ReadOnlySpan<byte> Rest(int atMost) =>
        MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref _json, At), Math.Max(0, Math.Min(atMost, _length - At)));

    private static bool IsSpace(byte value) => value is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t';
}
