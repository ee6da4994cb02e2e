using System.Globalization;
using System.Text.Json.Nodes;

namespace Reshelve.Catalogs.Yaml;

/// <summary>A number with a unit: <c>30s</c>, <c>16 MiB</c>.</summary>
internal static class Quantity
{
    /// <summary>Splits a text into its number and the factor of its unit.</summary>
    public static bool TryRead(string text, IReadOnlyDictionary<string, decimal> units, out decimal amount)
    {
        amount = 0;
        var end = 0;
        while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] == '.'))
            end++;
        if (!units.TryGetValue(text[end..].Trim(), out var factor)
            || !decimal.TryParse(
                text.AsSpan(0, end), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            || number > decimal.MaxValue / factor)
        {
            return false;
        }

        amount = number * factor;
        return true;
    }
}

/// <summary>A length of time with its unit.</summary>
internal sealed class DurationKind(TimeSpan least, TimeSpan most) : ValueKind<TimeSpan>
{
    private static readonly Dictionary<string, decimal> Units = new()
    {
        ["ms"] = TimeSpan.TicksPerMillisecond,
        ["s"] = TimeSpan.TicksPerSecond,
        ["m"] = TimeSpan.TicksPerMinute,
        ["h"] = TimeSpan.TicksPerHour,
    };

    public override TimeSpan Read(YamlNode node, TimeSpan current, string path, DefinitionReading reading)
    {
        const string remedy = "Write a number with its unit ms, s, m or h, such as 30s or 5m";
        if (reading.Text(node, path, remedy) is not { } text)
            return current;
        if (!Quantity.TryRead(text, Units, out var ticks))
            reading.Error(node, path, "is not a length of time", remedy);
        else if (ticks < least.Ticks || ticks > most.Ticks)
            reading.Error(node, path, "is out of bounds", $"Write a time from {least.TotalSeconds}s to {most.TotalSeconds}s");
        else
            return new TimeSpan((long)ticks);
        return current;
    }

    public override JsonObject Schema() =>
        new() { ["type"] = "string", ["pattern"] = @"^[0-9]+(\.[0-9]+)? *(ms|s|m|h)$", ["examples"] = new JsonArray("30s", "5m") };
}

/// <summary>A number of bytes, with a unit or without.</summary>
internal sealed class SizeKind(long least, long most) : ValueKind<long>
{
    private static readonly Dictionary<string, decimal> Units = new(StringComparer.OrdinalIgnoreCase)
    {
        [""] = 1, ["B"] = 1, ["bytes"] = 1,
        ["KB"] = 1_000, ["MB"] = 1_000_000, ["GB"] = 1_000_000_000, ["TB"] = 1_000_000_000_000,
        ["KiB"] = 1L << 10, ["MiB"] = 1L << 20, ["GiB"] = 1L << 30, ["TiB"] = 1L << 40,
    };

    public override long Read(YamlNode node, long current, string path, DefinitionReading reading)
    {
        const string remedy = "Write a number of bytes, or a number with its unit, such as 16 MiB or 500 MB";
        if (reading.Text(node, path, remedy) is not { } text)
            return current;
        if (!Quantity.TryRead(text, Units, out var bytes))
            reading.Error(node, path, "is not a size", remedy);
        else if (bytes < least || bytes > most)
            reading.Error(node, path, "is out of bounds", $"Write a size from {least} to {most} bytes");
        else
            return (long)bytes;
        return current;
    }

    public override JsonObject Schema() => new()
    {
        ["anyOf"] = new JsonArray(
            new JsonObject { ["type"] = "integer", ["minimum"] = least, ["maximum"] = most },
            new JsonObject { ["type"] = "string", ["pattern"] = @"^[0-9]+(\.[0-9]+)? *([Bb]|bytes|[KkMmGgTt][Ii]?[Bb])?$" }),
        ["examples"] = new JsonArray("16 MiB", "500 MB"),
    };
}
