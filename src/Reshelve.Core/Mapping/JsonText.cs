using System.Text;

namespace Reshelve.Mapping;

/// <summary>One spelling per string: only what JSON demands is escaped, and in one way.</summary>
internal static class JsonText
{
    private static readonly System.Buffers.SearchValues<byte> MustEscape =
        System.Buffers.SearchValues.Create([.. Enumerable.Range(0, 32).Select(i => (byte)i), (byte)'"', (byte)'\\']);

    /// <summary>Appends the text of a string literal, without quotes, unescaped.</summary>
    /// <param name="quoted">The literal; its escapes were found well-formed before.</param>
    /// <param name="output">Where to append; untouched on failure.</param>
    /// <returns>False when an escape stands for half of a surrogate pair, which is no character.</returns>
    public static bool TryUnescape(ReadOnlySpan<byte> quoted, ByteBuffer output)
    {
        var mark = output.Length;
        var text = quoted[1..^1];
        for (var at = text.IndexOf((byte)'\\'); at >= 0; at = text.IndexOf((byte)'\\'))
        {
            output.Append(text[..at]);
            var kind = text[at + 1];
            text = text[(at + 2)..];
            if (kind != 'u')
            {
                output.Append(Unescape(kind));
            }
            else if (!TryReadRune(ref text, out var rune))
            {
                output.Truncate(mark);
                return false;
            }
            else
            {
                output.Commit(rune.EncodeToUtf8(output.Room(4)));
            }
        }

        output.Append(text);
        return true;
    }

    private static byte Unescape(byte kind) => kind switch
    {
        (byte)'n' => (byte)'\n',
        (byte)'r' => (byte)'\r',
        (byte)'t' => (byte)'\t',
        (byte)'b' => (byte)'\b',
        (byte)'f' => (byte)'\f',
        _ => kind,
    };

    /// <summary>Reads the four digits behind <c>\u</c>, and the second half of a pair behind the first.</summary>
    private static bool TryReadRune(ref ReadOnlySpan<byte> text, out Rune rune)
    {
        var unit = ReadUnit(text);
        text = text[4..];
        if (Rune.TryCreate(unit, out rune))
            return true;
        if (!text.StartsWith("\\u"u8) || !Rune.TryCreate(unit, ReadUnit(text[2..]), out rune))
            return false;
        text = text[6..];
        return true;
    }

    private static char ReadUnit(ReadOnlySpan<byte> digits) =>
        (char)ushort.Parse(digits[..4], System.Globalization.NumberStyles.AllowHexSpecifier);

    /// <summary>Appends text as a string literal, with quotes.</summary>
    public static void AppendQuoted(ReadOnlySpan<byte> text, ByteBuffer output)
    {
        output.Append((byte)'"');
        for (var at = text.IndexOfAny(MustEscape); at >= 0; at = text.IndexOfAny(MustEscape))
        {
            output.Append(text[..at]);
            AppendEscaped(text[at], output);
            text = text[(at + 1)..];
        }

        output.Append(text);
        output.Append((byte)'"');
    }

    private static void AppendEscaped(byte value, ByteBuffer output)
    {
        switch (value)
        {
            case (byte)'"': output.Append("\\\""u8); break;
            case (byte)'\\': output.Append("\\\\"u8); break;
            case (byte)'\n': output.Append("\\n"u8); break;
            case (byte)'\r': output.Append("\\r"u8); break;
            case (byte)'\t': output.Append("\\t"u8); break;
            case (byte)'\b': output.Append("\\b"u8); break;
            case (byte)'\f': output.Append("\\f"u8); break;
            default:
                output.Append("\\u00"u8);
                output.Append((byte)('0' + (value >> 4)));
                output.Append("0123456789abcdef"u8[value & 15]);
                break;
        }
    }
}
