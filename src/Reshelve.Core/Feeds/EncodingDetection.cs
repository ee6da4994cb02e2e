using System.Text;

namespace Reshelve.Feeds;

/// <summary>
/// Finds out how a feed's text is encoded. In this order: the byte-order mark, the definition, the XML declaration; and UTF-16
/// without a mark shows in the zero beside the first character. A definition that contradicts the mark is refused.
/// </summary>
internal static class EncodingDetection
{
    /// <summary>As many bytes of a feed as it takes: an XML declaration is far shorter.</summary>
    public const int HeadBytes = 1024;

    /// <summary>The encoding, and how many bytes the byte-order mark takes.</summary>
    public static (TextEncoding Encoding, int MarkBytes) Detect(ReadOnlySpan<byte> head, FeedFormat format, string path)
    {
        RefuseForeign(head, path);
        var marked = FindMark(head);
        if (marked is { } mark)
        {
            EnsureNotContradicted(mark.Encoding, format.Encoding, path);
            return mark;
        }

        var encoding = format.Encoding switch
        {
            FeedEncoding.Utf8 => TextEncoding.Utf8,
            FeedEncoding.Utf16 => TextEncoding.Utf16LittleEndian,
            FeedEncoding.Latin1 => TextEncoding.Latin1,
            _ => Guess(head, format.Kind, path),
        };
        return (encoding, 0);
    }

    private static TextEncoding Guess(ReadOnlySpan<byte> head, FeedFormatKind kind, string path) => head switch
    {
        [not 0, 0, ..] => TextEncoding.Utf16LittleEndian,
        [0, not 0, ..] => TextEncoding.Utf16BigEndian,
        _ when kind == FeedFormatKind.Xml => Declared(head, path),
        _ => TextEncoding.Utf8,
    };

    private static (TextEncoding Encoding, int MarkBytes)? FindMark(ReadOnlySpan<byte> head) => head switch
    {
        [0xEF, 0xBB, 0xBF, ..] => (TextEncoding.Utf8, 3),
        [0xFF, 0xFE, ..] => (TextEncoding.Utf16LittleEndian, 2),
        [0xFE, 0xFF, ..] => (TextEncoding.Utf16BigEndian, 2),
        _ => null,
    };

    private static void EnsureNotContradicted(TextEncoding marked, FeedEncoding defined, string path)
    {
        var fits = defined switch
        {
            FeedEncoding.Utf8 => marked == TextEncoding.Utf8,
            FeedEncoding.Utf16 => marked is TextEncoding.Utf16LittleEndian or TextEncoding.Utf16BigEndian,
            FeedEncoding.Latin1 => false,
            _ => true,
        };
        if (!fits)
        {
            throw new FeedRefusedException(
                $"The catalog's definition says that the feed is {defined}, but {path} begins with the byte-order mark of {marked}. "
                + "Remove 'encoding' from the definition: the mark says it all.");
        }
    }

    /// <summary>What is certainly no text gets a message of its own instead of a thousand rejected records.</summary>
    private static void RefuseForeign(ReadOnlySpan<byte> head, string path)
    {
        var what = head switch
        {
            [0xFF, 0xFE, 0, 0, ..] or [0, 0, 0xFE, 0xFF, ..] => "UTF-32 text",
            [(byte)'P', (byte)'K', 3, 4, ..] => "a ZIP archive",
            [0x28, 0xB5, 0x2F, 0xFD, ..] => "compressed with zstd",
            [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, ..] => "compressed with xz",
            [0x1F, 0x8B, ..] => "compressed with gzip twice",
            _ => null,
        };
        if (what is not null)
        {
            throw new FeedRefusedException(
                $"{path} is {what}, which cannot be read. Deliver the feed as UTF-8 text, plain or compressed with gzip.");
        }
    }

    private static TextEncoding Declared(ReadOnlySpan<byte> head, string path)
    {
        if (!head.StartsWith("<?xml"u8))
            return TextEncoding.Utf8;
        var end = head.IndexOf("?>"u8);
        var declaration = Encoding.Latin1.GetString(end < 0 ? head : head[..end]);
        var at = declaration.IndexOf("encoding", StringComparison.Ordinal);
        if (at < 0)
            return TextEncoding.Utf8;
        var quoted = declaration[(at + "encoding".Length)..].TrimStart(' ', '\t', '\r', '\n', '=');
        var name = quoted.Length > 1 && quoted.IndexOf(quoted[0], 1) is var close and > 0 ? quoted[1..close] : quoted;
        return name.ToUpperInvariant() switch
        {
            "UTF-8" or "UTF8" or "US-ASCII" or "ASCII" => TextEncoding.Utf8,
            // It says so in single bytes, so it is not: some programs write the declaration first and choose the encoding later.
            "UTF-16" or "UTF-16LE" or "UTF-16BE" or "UNICODE" => TextEncoding.Utf8,
            "ISO-8859-1" or "ISO_8859-1" or "ISO8859-1" or "LATIN1" or "LATIN-1" => TextEncoding.Latin1,
            "WINDOWS-1252" or "CP1252" or "CP-1252" => TextEncoding.Windows1252,
            _ => throw new FeedRefusedException(
                $"{path} declares the encoding '{name}', which cannot be read. Deliver it as UTF-8, UTF-16, ISO-8859-1 or windows-1252."),
        };
    }
}
