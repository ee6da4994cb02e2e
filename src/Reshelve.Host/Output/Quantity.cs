using System.Globalization;

namespace Reshelve.Host.Output;

/// <summary>Numbers as people read them.</summary>
internal static class Quantity
{
    /// <summary><c>1,006</c>.</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary><c>1 record</c>, <c>1,006 records</c>.</summary>
    public static string Count(long count, string one, string? many = null) => $"{Count(count)} {(count == 1 ? one : many ?? one + "s")}";

    /// <summary><c>412 KB</c>: decimal units, as disks and networks have them.</summary>
    public static string Bytes(long bytes)
    {
        ReadOnlySpan<string> units = ["B", "KB", "MB", "GB", "TB", "PB", "EB"];
        double value = bytes;
        var unit = 0;
        while (value >= 999.5 && unit < units.Length - 1)
            (value, unit) = (value / 1000, unit + 1);
        var format = unit == 0 || value >= 9.95 ? "0" : "0.0";
        return $"{value.ToString(format, CultureInfo.InvariantCulture)} {units[unit]}";
    }

    /// <summary><c>0.31 s</c>, <c>12 s</c>, <c>4 min 12 s</c>, <c>3 h 05 min</c>.</summary>
    public static string Duration(double seconds) => seconds switch
    {
        < 0.0995 => $"{Math.Max(0, Math.Round(seconds * 1000)).ToString("0", CultureInfo.InvariantCulture)} ms",
        < 9.95 => $"{seconds.ToString("0.0#", CultureInfo.InvariantCulture)} s",
        < 59.5 => $"{seconds.ToString("0", CultureInfo.InvariantCulture)} s",
        < 3599.5 => $"{Whole(seconds) / 60} min {Whole(seconds) % 60:00} s",
        < 48 * 3600 => $"{Whole(seconds) / 3600} h {Whole(seconds) / 60 % 60:00} min",
        _ => $"{Whole(seconds) / 86400} days",
    };

    /// <summary><c>980/s</c>, <c>325,000/s</c>, <c>1.2 M/s</c>: three digits are all that a rate is worth.</summary>
    public static string Rate(double perSecond) => perSecond switch
    {
        >= 999_500 => $"{(perSecond / 1e6).ToString(perSecond >= 9.95e6 ? "0" : "0.0", CultureInfo.InvariantCulture)} M/s",
        >= 999.5 => $"{Count((long)Math.Round(perSecond / Scale(perSecond)) * (long)Scale(perSecond))}/s",
        _ => $"{perSecond.ToString("0", CultureInfo.InvariantCulture)}/s",
    };

    /// <summary><c>2026-11-20 08:51</c>, in UTC as runs are recorded.</summary>
    public static string Moment(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static long Whole(double seconds) => (long)Math.Round(seconds);

    private static double Scale(double value) => Math.Pow(10, Math.Floor(Math.Log10(value)) - 2);
}
