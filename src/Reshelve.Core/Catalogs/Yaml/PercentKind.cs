using System.Globalization;
using System.Text.Json.Nodes;

namespace Reshelve.Catalogs.Yaml;

/// <summary>A share, with its percent sign.</summary>
internal sealed class PercentKind : ValueKind<decimal>
{
    private const decimal Most = 10_000;
    private const string Remedy = "Write a share with its percent sign, such as 10% (at most 10000%)";

    public override decimal Read(YamlNode node, decimal current, string path, DefinitionReading reading)
    {
        if (reading.Text(node, path, Remedy) is not { } text)
            return current;
        if (TryRead(text, out var share))
            return share;
        reading.Error(node, path, "is not a share", Remedy);
        return current;
    }

    public override JsonObject Schema() =>
        new() { ["type"] = "string", ["pattern"] = @"^[0-9]+(\.[0-9]+)? *%$", ["examples"] = new JsonArray("10%") };

    /// <summary>Reads a share; the sign is demanded, as a bare 10 or 0.1 could mean either.</summary>
    public static bool TryRead(string text, out decimal share)
    {
        share = 0;
        if (!text.EndsWith('%') ||
            !decimal.TryParse(text.AsSpan()[..^1].TrimEnd(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) ||
            percent > Most)
        {
            return false;
        }

        share = percent / 100;
        return true;
    }
}
