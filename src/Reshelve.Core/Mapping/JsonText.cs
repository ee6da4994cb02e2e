using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;

namespace Reshelve.Mapping;

/// <summary>One spelling per string: only what JSON demands is escaped, and in one way.</summary>
internal static class JsonText
{
    /// <summary>How many bytes beyond a literal's length writing it may touch.</summary>
    public const int Slack = 32;

    private static readonly System.Buffers.SearchValues<byte> MustEscape = System.Buffers.SearchValues.Create(BytesThatMustBeEscaped());

    /// <summary>The values of hexadecimal digits, and -1 for other bytes.</summary>
    private static readonly int[] HexDigits = HexDigitValues();

    /// <summary>Appends the text of a string literal, without quotes, unescaped.</summary>
    /// <param name="quoted">The literal, with its quotes.</param>
    /// <param name="output">Where to append; untouched on failure.</param>
    /// <returns>False when an escape is none, or stands for half of a surrogate pair, which is no character.</returns>
    public static bool TryUnescape(ReadOnlySpan<byte> quoted, ByteBuffer output)
    {
        var mark = output.Length;
        var text = quoted[1..^1];
        for (var at = text.IndexOf((byte)'\\'); at >= 0; at = text.IndexOf((byte)'\\'))
        {
            output.Append(text[..at]);
            if (!TryReadEscape(text[at..], out var rune, out var length))
            {
                output.Truncate(mark);
                return false;
            }

            output.Commit(rune.EncodeToUtf8(output.Room(4)));
            text = text[(at + length)..];
        }

        output.Append(text);
        return true;
    }

    /// <summary>Whether each escape in a string literal is one of JSON's; it may stand for half of a surrogate pair.</summary>
    public static bool HasGoodEscapes(ReadOnlySpan<byte> quoted)
    {
        var text = quoted[1..^1];
        for (var at = text.IndexOf((byte)'\\'); at >= 0; at = text.IndexOf((byte)'\\'))
        {
            text = text[at..];
            if (!TryReadUnit(text, out _, out var length))
                return false;
            text = text[length..];
        }

        return true;
    }

    /// <summary>
    /// Appends a string literal in its canonical spelling, with quotes. Copies and looks for escapes in one go, which takes half
    /// the time of taking the text out and writing it again (see StringBenchmarks).
    /// </summary>
    /// <param name="json">The record.</param>
    /// <param name="start">Where the literal begins in it.</param>
    /// <param name="length">The literal's bytes, with both quotes.</param>
    /// <param name="output">Where to append; untouched on failure.</param>
    /// <param name="hasEscapes">Whether there are escapes in what was appended.</param>
    /// <returns>False when an escape is none, or stands for half of a surrogate pair, which is no character.</returns>
    public static bool TryAppendCanonical(ReadOnlySpan<byte> json, int start, int length, ByteBuffer output, out bool hasEscapes)
    {
        var written = WriteCanonical(json, start, length, output.Room(length + Slack), out hasEscapes);
        output.Commit(Math.Max(0, written));
        return written > 0;
    }

    /// <summary>
    /// Writes a string literal like <see cref="TryAppendCanonical"/>; returns the bytes written, or -1 when it has none.
    /// </summary>
    /// <param name="json">The record.</param>
    /// <param name="start">Where the literal begins in it.</param>
    /// <param name="length">The literal's bytes, with both quotes.</param>
    /// <param name="target">
    /// Room for the literal and <see cref="Slack"/>: no spelling is shorter than the canonical one, but whole vectors are written.
    /// </param>
    /// <param name="hasEscapes">Whether there are escapes in what was written.</param>
    public static int WriteCanonical(ReadOnlySpan<byte> json, int start, int length, Span<byte> target, out bool hasEscapes)
    {
        hasEscapes = false;
        var end = start + length - 1;
        var at = start + 1;
        ArgumentOutOfRangeException.ThrowIfLessThan(target.Length, length + Slack);
        ref var first = ref MemoryMarshal.GetReference(target);
        first = (byte)'"';
        var written = 1;
        while (true)
        {
            var plain = CopyPlain(json, at, end, ref Unsafe.Add(ref first, written));
            at += plain;
            written += plain;
            if (at == end)
                break;
            if (json[at] != '\\')
                continue;
            if (WriteUnit(json[at..end], ref Unsafe.Add(ref first, written)) is var unit and > 0)
            {
                at += 6;
                written += unit;
                continue;
            }

            if (!TryReadEscape(json[at..end], out var rune, out var escape))
                return -1;
            at += escape;
            written += Write(rune, target[written..], ref hasEscapes);
        }

        target[written] = (byte)'"';
        return written + 1;
    }

    /// <summary>
    /// Writes the character of a <c>\u</c> escape that is neither half of a pair nor to be escaped again, which nearly every one is (see
    /// StringBenchmarks).
    /// </summary>
    /// <returns>Its bytes; 0 when the text begins with no such escape.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int WriteUnit(ReadOnlySpan<byte> text, ref byte target)
    {
        if (text.Length < 6 || text[1] != 'u')
            return 0;
        var digits = HexDigits;
        var value = (digits[text[2]] << 12) | (digits[text[3]] << 8) | (digits[text[4]] << 4) | digits[text[5]];
        if (value < 0x80)
        {
            if (value < ' ' || value is '"' or '\\')
                return 0;
            target = (byte)value;
            return 1;
        }

        if (value < 0x800)
        {
            target = (byte)(0xC0 | (value >> 6));
            Unsafe.Add(ref target, 1) = (byte)(0x80 | (value & 0x3F));
            return 2;
        }

        if (char.IsSurrogate((char)value))
            return 0;
        target = (byte)(0xE0 | (value >> 12));
        Unsafe.Add(ref target, 1) = (byte)(0x80 | ((value >> 6) & 0x3F));
        Unsafe.Add(ref target, 2) = (byte)(0x80 | (value & 0x3F));
        return 3;
    }

    /// <summary>
    /// Copies up to the next backslash or the end, or as much of it as fits a vector; may write a whole vector behind.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int CopyPlain(ReadOnlySpan<byte> json, int at, int end, ref byte target)
    {
        if (Vector256.IsHardwareAccelerated && at <= json.Length - Vector256<byte>.Count)
        {
            var bytes = Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(json), (nuint)at);
            bytes.StoreUnsafe(ref target);
            var escapes = Vector256.Equals(bytes, Vector256.Create((byte)'\\')).ExtractMostSignificantBits();
            return Math.Min(BitOperations.TrailingZeroCount(escapes), end - at);
        }

        var rest = json[at..end];
        var plain = rest.IndexOf((byte)'\\');
        if (plain < 0)
            plain = rest.Length;
        rest[..plain].CopyTo(MemoryMarshal.CreateSpan(ref target, plain));
        return plain;
    }

    /// <summary>Reads the escape that a text begins with.</summary>
    private static bool TryReadEscape(ReadOnlySpan<byte> text, out Rune rune, out int length)
    {
        rune = default;
        if (!TryReadUnit(text, out var unit, out length))
            return false;
        if (Rune.TryCreate(unit, out rune))
            return true;
        if (!TryReadUnit(text[length..], out var second, out var secondLength) || !Rune.TryCreate(unit, second, out rune))
            return false;
        length += secondLength;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryReadUnit(ReadOnlySpan<byte> text, out char unit, out int length)
    {
        unit = default;
        length = 2;
        if (text.Length < 2 || text[0] != '\\')
            return false;
        if (text[1] != 'u')
            return (unit = Unescape(text[1])) != 0;
        length = 6;
        if (text.Length < 6)
            return false;
        var digits = HexDigits;
        var value = (digits[text[2]] << 12) | (digits[text[3]] << 8) | (digits[text[4]] << 4) | digits[text[5]];
        unit = (char)value;
        return value >= 0;
    }

    private static char Unescape(byte kind) => kind switch
    {
        (byte)'n' => '\n',
        (byte)'r' => '\r',
        (byte)'t' => '\t',
        (byte)'b' => '\b',
        (byte)'f' => '\f',
        (byte)'"' or (byte)'\\' or (byte)'/' => (char)kind,
        _ => '\0',
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Write(Rune rune, Span<byte> target, ref bool hasEscapes)
    {
        if (rune.Value is >= ' ' and not '"' and not '\\')
        {
            if (!rune.IsAscii)
                return rune.EncodeToUtf8(target);
            target[0] = (byte)rune.Value;
            return 1;
        }

        hasEscapes = true;
        return WriteEscaped((byte)rune.Value, target);
    }

    /// <summary>Appends text as a string literal, with quotes.</summary>
    public static void AppendQuoted(ReadOnlySpan<byte> text, ByteBuffer output)
    {
        output.Append((byte)'"');
        for (var at = text.IndexOfAny(MustEscape); at >= 0; at = text.IndexOfAny(MustEscape))
        {
            output.Append(text[..at]);
            output.Commit(WriteEscaped(text[at], output.Room(6)));
            text = text[(at + 1)..];
        }

        output.Append(text);
        output.Append((byte)'"');
    }

    private static int WriteEscaped(byte value, Span<byte> target)
    {
        target[0] = (byte)'\\';
        target[1] = value switch
        {
            (byte)'\n' => (byte)'n',
            (byte)'\r' => (byte)'r',
            (byte)'\t' => (byte)'t',
            (byte)'\b' => (byte)'b',
            (byte)'\f' => (byte)'f',
            (byte)'"' or (byte)'\\' => value,
            _ => (byte)'u',
        };
        if (target[1] != 'u')
            return 2;
        target[2] = target[3] = (byte)'0';
        target[4] = (byte)('0' + (value >> 4));
        target[5] = "0123456789abcdef"u8[value & 15];
        return 6;
    }

    // Loops: LINQ over numbers is compiled anew by every process.
    private static byte[] BytesThatMustBeEscaped()
    {
        var bytes = new byte[' ' + 2];
        for (var i = 0; i < ' '; i++)
            bytes[i] = (byte)i;
        (bytes[^2], bytes[^1]) = ((byte)'"', (byte)'\\');
        return bytes;
    }

    private static int[] HexDigitValues()
    {
        var values = new int[256];
        for (var i = 0; i < values.Length; i++)
            values[i] = char.IsAsciiHexDigit((char)i) ? Convert.ToInt32($"{(char)i}", 16) : -1;
        return values;
    }
}
