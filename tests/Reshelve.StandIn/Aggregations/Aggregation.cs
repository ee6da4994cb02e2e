using System.Text.Json.Nodes;
using Reshelve.StandIn.Indexing;

namespace Reshelve.StandIn.Aggregations;

/// <summary>Counts over all matches of a search.</summary>
internal static class Aggregation
{
    public static JsonObject All(JsonObject wanted, IReadOnlyList<StandInIndex> indexes, IReadOnlyList<StoredDocument> documents)
    {
        var results = new JsonObject();
        foreach (var (name, definition) in wanted)
            results[name] = One(name, (JsonObject)definition!, indexes, documents);
        return results;
    }

    private static JsonObject One(string name, JsonObject definition, IReadOnlyList<StandInIndex> indexes, IReadOnlyList<StoredDocument> documents)
    {
        if (definition.Count != 1)
            throw Refusal.Unsupported("aggregations within aggregations");
        var (type, options) = definition.First();
        return type switch
        {
            "terms" => TermsAggregation.Count(name, (JsonObject)options!, indexes, documents),
            "stats" => StatsAggregation.Measure(options!["field"]!.ToString(), documents),
            _ => throw Refusal.Unsupported($"the aggregation {type}"),
        };
    }
}
