using System.Text.Json.Nodes;

namespace Reshelve.Catalogs.Yaml;

/// <summary>A check's threshold: a share, <c>off</c>, or a group with share and floor.</summary>
/// <param name="usual">What the group's missing keys mean where the check was off.</param>
/// <param name="isPart">Whether what is counted is a part of the whole, so that a share above 100 % would never hold anything.</param>
internal sealed class CheckLimitKind(CheckLimit usual, bool isPart) : ValueKind<CheckLimit?>
{
    private const string Remedy = "Write a share such as 10%, 'off', or a group with 'share' and 'floor'";

    public override CheckLimit? Read(YamlNode node, CheckLimit? current, string path, DefinitionReading reading)
    {
        var limit = ReadLimit(node, current, path, reading);
        if (isPart && limit is { Share: > 1 })
            reading.Error(node, path, "is a share of more than the whole, so that the check would never hold", "Write a share of at most 100%, or 'off'");
        return limit;
    }

    private CheckLimit? ReadLimit(YamlNode node, CheckLimit? current, string path, DefinitionReading reading)
    {
        if (node is YamlMap map)
            return CheckKeys.Limit.Read(map, current ?? usual, path, reading);
        if (reading.Text(node, path, Remedy) is not { } text)
            return current;
        if (text == "off")
            return null;
        if (PercentKind.TryRead(text, out var share))
            return (current ?? usual) with { Share = share };
        reading.Error(node, path, "is neither a share nor 'off'", Remedy);
        return current;
    }

    public override JsonObject Schema() => new()
    {
        ["anyOf"] = new JsonArray(new JsonObject { ["const"] = "off" }, new PercentKind().Schema(), CheckKeys.Limit.Schema()),
    };
}

/// <summary>A number of feeds, or a time.</summary>
internal sealed class RemovalDelayKind : ValueKind<RemovalDelay>
{
    private const string Remedy = "Write a number of feeds or a time, such as 3 feeds, 36h or 2d; or none";
    private const int MostFeeds = 100_000;
    private const long MostDays = 3660;

    private static readonly Dictionary<string, decimal> Units = new()
    {
        ["m"] = TimeSpan.TicksPerMinute, ["h"] = TimeSpan.TicksPerHour, ["d"] = TimeSpan.TicksPerDay,
    };

    private static readonly Dictionary<string, decimal> Feeds = new() { ["feed"] = 1, ["feeds"] = 1 };

    public override RemovalDelay Read(YamlNode node, RemovalDelay current, string path, DefinitionReading reading)
    {
        if (reading.Text(node, path, Remedy) is not { } text)
            return current;
        if (text == "none")
            return RemovalDelay.None;
        if (Quantity.TryRead(text, Feeds, out var feeds) && feeds <= MostFeeds && decimal.IsInteger(feeds))
            return new RemovalDelay((long)feeds, TimeSpan.Zero);
        if (Quantity.TryRead(text, Units, out var ticks) && ticks <= MostDays * TimeSpan.TicksPerDay)
            return new RemovalDelay(0, new TimeSpan((long)ticks));
        reading.Error(node, path, "is neither a number of feeds nor a time", Remedy);
        return current;
    }

    public override JsonObject Schema() => new()
    {
        ["type"] = "string",
        ["pattern"] = @"^(none|[0-9]+ *feeds?|[0-9]+(\.[0-9]+)? *[mhd])$",
        ["examples"] = new JsonArray("3 feeds", "36h", "2d"),
    };
}
