using System.Globalization;
using System.Text;

namespace Reshelve.Searching;

/// <summary>
/// Days and moments as numbers that compare chronologically: units of 100 ns since the year 1, UTC. A day is its midnight.
/// </summary>
internal static class DateKey
{
    private const int DayLength = 10;
    private const int MaxFractionDigits = 7;

    private static readonly string[] Formats = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK"];

    public static bool TryParse(ReadOnlySpan<byte> utf8, out long key, out bool day)
    {
        Span<char> text = stackalloc char[64];
        key = 0;
        day = false;
        return utf8.Length <= text.Length && Ascii.ToUtf16(utf8, text, out var length) == System.Buffers.OperationStatus.Done
            && TryParse(text[..length], out key, out day);
    }

    public static bool TryParse(ReadOnlySpan<char> text, out long key, out bool day)
    {
        day = text.Length == DayLength;
        if (day)
        {
            var isDay = DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date);
            key = isDay ? date.ToDateTime(TimeOnly.MinValue).Ticks : 0;
            return isDay;
        }

        Span<char> shortened = stackalloc char[64];
        if (text.Length > shortened.Length)
        {
            key = 0;
            return false;
        }

        var isMoment = DateTimeOffset.TryParseExact(
            Shorten(text, shortened), Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment);
        key = isMoment ? moment.UtcTicks : 0;
        return isMoment;
    }

    /// <summary>The last unit of the day that begins at <paramref name="key"/>.</summary>
    public static long EndOfDay(long key) => key + TimeSpan.TicksPerDay - 1;

    // Fractions finer than 100 ns are cut: they are more than the framework reads.
    private static ReadOnlySpan<char> Shorten(ReadOnlySpan<char> text, Span<char> buffer)
    {
        var dot = text.IndexOf('.');
        if (dot < 0)
            return text;
        var end = dot + 1;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
            end++;
        var kept = Math.Min(end, dot + 1 + MaxFractionDigits);
        text[..kept].CopyTo(buffer);
        text[end..].CopyTo(buffer[kept..]);
        return buffer[..(kept + text.Length - end)];
    }
}
