using System.Text.Json;

namespace Reshelve.Mapping;

/// <summary>One spelling per string: only what JSON demands is escaped, and in one way.</summary>
internal static class JsonText
{
    private static readonly System.Buffers.SearchValues<byte> MustEscape =
        System.Buffers.SearchValues.Create([.. Enumerable.Range(0, 32).Select(i => (byte)i), (byte)'"', (byte)'\\']);

    /// <summary>Appends the text of a string literal, without quotes, unescaped.</summary>
    /// <returns>False when an escape stands for half of a surrogate pair, which is no character.</returns>
    public static bool TryUnescape(ReadOnlySpan<byte> quoted, ByteBuffer output)
    {
        var reader = new Utf8JsonReader(quoted);
        reader.Read();
        try
        {
            output.Commit(reader.CopyString(output.Room(quoted.Length)));
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

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
