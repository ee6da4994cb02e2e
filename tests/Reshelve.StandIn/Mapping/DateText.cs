using System.Globalization;
using System.Text.RegularExpressions;

namespace Reshelve.StandIn.Mapping;

/// <summary>Dates as texts, in the formats that mappings and queries name.</summary>
internal static class DateText
{
    private static readonly Regex Iso = new(
        @"^(?<y>[+-]?\d{4,9})(-(?<m>\d\d)(-(?<d>\d\d)(?<t>T((?<h>\d\d)(:(?<i>\d\d)(:(?<s>\d\d)([.,](?<f>\d{1,9}))?)?)?)?(?<z>Z|[+-]\d\d(:?\d\d)?)?)?)?)?$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture);

    /// <summary>The first and the last nanosecond since 1970 that a text stands for, or null where no format of the list takes it.</summary>
    public static (Int128 First, Int128 Last)? Parse(string text, string formats)
    {
        foreach (var format in formats.Split("||"))
        {
            if (One(text, format) is { } span)
                return span;
        }

        return null;
    }

    private static (Int128 First, Int128 Last)? One(string text, string format)
    {
        switch (format)
        {
            case "epoch_millis":
                return Whole(text) is { } millis ? (millis * 1_000_000, millis * 1_000_000 + 999_999) : null;
            case "epoch_second":
                return Whole(text) is { } seconds ? (seconds * 1_000_000_000, seconds * 1_000_000_000 + 999_999_999) : null;
            case "strict_date_optional_time" or "date_optional_time" or "strict_date_optional_time_nanos" or "iso8601":
                return Optional(text, _ => true);
            case "strict_date" or "date" or "yyyy-MM-dd":
                return Optional(text, match => match.Groups["d"].Success && !match.Groups["t"].Success);
            case "strict_date_time" or "date_time":
                return Optional(text, match => match.Groups["f"].Success && match.Groups["z"].Success);
            case "strict_date_time_no_millis" or "date_time_no_millis":
                return Optional(text, match => match.Groups["s"].Success && !match.Groups["f"].Success && match.Groups["z"].Success);
            default:
                return Exact(text, format);
        }
    }

    private static Int128? Whole(string text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>A pattern of a Java formatter, as far as it means the same here.</summary>
    private static (Int128 First, Int128 Last)? Exact(string text, string pattern)
    {
        var ours = pattern.Replace("uuuu", "yyyy", StringComparison.Ordinal).Replace("XXX", "K", StringComparison.Ordinal).Replace("S", "f", StringComparison.Ordinal);
        return DateTimeOffset.TryParseExact(text, ours, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            ? ((Int128)(moment - DateTimeOffset.UnixEpoch).Ticks * 100, (Int128)(moment - DateTimeOffset.UnixEpoch).Ticks * 100 + 999_999)
            : null;
    }

    private static (Int128 First, Int128 Last)? Optional(string text, Predicate<Match> isWanted)
    {
        var match = Iso.Match(text);
        if (!match.Success || !isWanted(match) || !int.TryParse(match.Groups["y"].Value, CultureInfo.InvariantCulture, out var year) || year is < 1 or > 9999)
            return null;
        var (month, day, hour, minute, second) = (Part(match, "m", 1), Part(match, "d", 1), Part(match, "h", 0), Part(match, "i", 0), Part(match, "s", 0));
        if (month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59)
            return null;
        var fraction = match.Groups["f"].Value;
        var start = new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc);
        var offset = Offset(match.Groups["z"].Value);
        var first = Nanoseconds(start) + (fraction.Length == 0 ? 0 : long.Parse(fraction.PadRight(9, '0'), CultureInfo.InvariantCulture)) - offset;
        return (first, fraction.Length > 0 ? first : Nanoseconds(Next(match, start)) - 1 - offset);
    }

    /// <summary>Where what the text leaves open ends: of a day the next day, of a second the next second.</summary>
    private static DateTime Next(Match match, DateTime start) =>
        match.Groups["s"].Success ? start.AddSeconds(1)
        : match.Groups["i"].Success ? start.AddMinutes(1)
        : match.Groups["h"].Success ? start.AddHours(1)
        : match.Groups["d"].Success ? start.AddDays(1)
        : match.Groups["m"].Success ? start.AddMonths(1)
        : start.AddYears(1);

    private static int Part(Match match, string name, int otherwise) =>
        match.Groups[name].Success ? int.Parse(match.Groups[name].Value, CultureInfo.InvariantCulture) : otherwise;

    private static Int128 Nanoseconds(DateTime moment) => (Int128)(moment - DateTime.UnixEpoch).Ticks * 100;

    private static Int128 Offset(string zone)
    {
        if (zone is "" or "Z")
            return 0;
        var digits = zone[1..].Replace(":", "", StringComparison.Ordinal).PadRight(4, '0');
        var minutes = int.Parse(digits.AsSpan(0, 2), CultureInfo.InvariantCulture) * 60 + int.Parse(digits.AsSpan(2, 2), CultureInfo.InvariantCulture);
        return (zone[0] == '-' ? -1 : 1) * (Int128)minutes * 60_000_000_000;
    }
}
