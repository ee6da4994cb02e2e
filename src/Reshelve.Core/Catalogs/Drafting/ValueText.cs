using System.Globalization;
using System.Text.Json;

namespace Reshelve.Catalogs.Drafting;

/// <summary>
/// What a text could be read as. Stricter than the field mapper: what passes here must never be rejected there.
/// </summary>
internal static class ValueText
{
    private static readonly string[] DayFormats = ["yyyy-MM-dd", "yyyyMMdd", "yyyy/MM/dd"];

    private static readonly string[] MomentFormats =
    [
        "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm'Z'", "yyyy-MM-dd'T'HH:mmzzz",
        "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:sszzz",
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz",
    ];

    private static readonly string[] Booleans = ["true", "false", "yes", "no"];

    private static readonly string[] ImageEndings =
        [".jpg", ".jpeg", ".png", ".gif", ".webp", ".svg", ".bmp", ".tif", ".tiff", ".avif"];

    /// <summary>A number as JSON writes it; a sign before it may also be a plus.</summary>
    public static bool IsNumber(string text, out bool whole)
    {
        whole = false;
        var digits = text.AsSpan().TrimStart('+');
        if (digits.Length is 0 or > 64 || text.Length - digits.Length > 1)
            return false;
        if (!char.IsAsciiDigit(digits[0]) && digits[0] != '-')
            return false;
        if (digits.Length < text.Length && digits[0] == '-')
            return false;
        foreach (var c in digits)
        {
            if (!char.IsAsciiDigit(c) && c is not ('.' or '-' or '+' or 'e' or 'E'))
                return false;
        }

        try
        {
            using var document = JsonDocument.Parse(digits.ToString());
            whole = long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);
            return document.RootElement.ValueKind == JsonValueKind.Number && double.IsFinite(document.RootElement.GetDouble());
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>
    /// A day or a moment, as ISO 8601 or as <c>yyyyMMdd</c> or <c>yyyy/MM/dd</c>, between 1900 and 2200: what lies beyond is a
    /// number that looks like one.
    /// </summary>
    public static bool IsDate(string text)
    {
        if (text.Length is < 8 or > 40 || !char.IsAsciiDigit(text[0]))
            return false;
        if (DateOnly.TryParseExact(text, DayFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return day.Year is >= 1900 and < 2200;
        var moment = text.Length > 10 && text[10] == ' ' ? text[..10] + "T" + text[11..] : text;
        if (moment.IndexOf('.') is var point and >= 0 && (point + 1 == moment.Length || !char.IsAsciiDigit(moment[point + 1])))
            return false;
        return DateTimeOffset.TryParseExact(
            moment, MomentFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed)
            && parsed.Year is >= 1900 and < 2200;
    }

    /// <summary>A truth value in words; digits are numbers rather.</summary>
    public static bool IsBoolean(string text) =>
        Booleans.Contains(text, StringComparer.OrdinalIgnoreCase);

    public static bool IsUrl(string text) =>
        (text.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
        && text.AsSpan().IndexOfAny(' ', '"', '<') < 0;

    /// <summary>A link to a picture, or a picture's path: one that ends like a picture's file.</summary>
    public static bool IsImage(string text)
    {
        var path = text.AsSpan();
        if (path.IndexOfAny('?', '#') is var cut and >= 0)
            path = path[..cut];
        foreach (var ending in ImageEndings)
        {
            if (path.EndsWith(ending, StringComparison.OrdinalIgnoreCase) && (IsUrl(text) || path.IndexOfAny(' ', '\t') < 0))
                return true;
        }

        return false;
    }

    /// <summary>A code such as <c>00123</c>, whose zeros a number would lose.</summary>
    public static bool HasLeadingZero(string text) => text.Length > 1 && text[0] == '0' && char.IsAsciiDigit(text[1]);

    /// <summary>Words: runs of characters between white space.</summary>
    public static int Words(string text)
    {
        var (words, inside) = (0, false);
        foreach (var c in text)
        {
            var space = char.IsWhiteSpace(c);
            words += !space && !inside ? 1 : 0;
            inside = !space;
        }

        return words;
    }

    /// <summary>FNV-1a over the text's UTF-16: only counts distinct values, where a collision does no harm.</summary>
    public static ulong Hash(string text)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in text)
            hash = (hash ^ c) * 1099511628211UL;
        return hash;
    }
}
