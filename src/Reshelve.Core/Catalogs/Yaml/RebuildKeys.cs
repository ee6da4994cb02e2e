using System.Text.Json.Nodes;

namespace Reshelve.Catalogs.Yaml;

/// <summary>The keys of <c>rebuilds</c>.</summary>
internal static class RebuildKeys
{
    public static KeyTable<RebuildPolicy> Table { get; } = new(
    [
        new Key<RebuildPolicy, int>(
            "retain",
            "How many former indexes are kept, with their ledgers, so that searches can go back to them.",
            new WholeKind(0, 100),
            r => r.Retain,
            (r, v) => r with { Retain = v }),
        new Key<RebuildPolicy, decimal?>(
            "above",
            "The share of new and replaced documents from which a sync fills a new index instead of changing the live one; or off.",
            new AboveKind(),
            r => r.Above,
            (r, v) => r with { Above = v }),
        new Key<RebuildPolicy, int>(
            "least",
            "Documents that the live index must hold for that.",
            new WholeKind(0, int.MaxValue),
            r => r.Least,
            (r, v) => r with { Least = v }),
    ]);

    public static ValueKind<RebuildPolicy> Kind { get; } = new GroupKind<RebuildPolicy>(Table, "Write 'retain', 'above' or 'least' below it");

    /// <summary>A share, or <c>off</c>.</summary>
    private sealed class AboveKind : ValueKind<decimal?>
    {
        private static readonly PercentKind Share = new();

        public override decimal? Read(YamlNode node, decimal? current, string path, DefinitionReading reading) =>
            node is YamlScalar { Value: "off" } ? null : Share.Read(node, current ?? 1, path, reading);

        public override JsonObject Schema() =>
            new() { ["anyOf"] = new JsonArray(Share.Schema(), new JsonObject { ["const"] = "off" }) };
    }
}
