using System.Globalization;

namespace Reshelve.StandIn.Indexing;

/// <summary>Lengths of time as the server writes them.</summary>
internal static class Durations
{
    public static bool IsOne(string text) => Find(text) is not null;

    /// <exception cref="Refusal">It is none.</exception>
    public static TimeSpan Parse(string text) => Find(text)
        ?? throw Refusal.BadArgument($"failed to parse setting with value [{text}] as a time value: unit is missing or unrecognized");

    private static TimeSpan? Find(string text)
    {
        if (text == "-1")
            return Timeout.InfiniteTimeSpan;
        if (text == "0")
            return TimeSpan.Zero;
        var digits = text.TakeWhile(char.IsAsciiDigit).Count();
        if (digits == 0 || !long.TryParse(text.AsSpan(0, digits), CultureInfo.InvariantCulture, out var number))
            return null;
        return text[digits..] switch
        {
            "ms" => TimeSpan.FromMilliseconds(number),
            "s" => TimeSpan.FromSeconds(number),
            "m" => TimeSpan.FromMinutes(number),
            "h" => TimeSpan.FromHours(number),
            "d" => TimeSpan.FromDays(number),
            "micros" => TimeSpan.FromMicroseconds(number),
            "nanos" => TimeSpan.FromTicks(number / 100),
            _ => null,
        };
    }
}
