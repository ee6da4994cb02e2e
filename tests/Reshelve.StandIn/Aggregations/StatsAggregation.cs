using System.Text.Json.Nodes;
using Reshelve.StandIn.Indexing;

namespace Reshelve.StandIn.Aggregations;

/// <summary><c>stats</c>: count, least, most, mean and sum of a number field.</summary>
internal static class StatsAggregation
{
    public static JsonObject Measure(string field, IReadOnlyList<StoredDocument> documents)
    {
        var values = documents.SelectMany(document => document.Content(field)?.Values ?? []).Select(Convert.ToDouble).ToList();
        var isEmpty = values.Count == 0;
        return new()
        {
            ["count"] = values.Count,
            ["min"] = isEmpty ? null : values.Min(),
            ["max"] = isEmpty ? null : values.Max(),
            ["avg"] = isEmpty ? null : values.Average(),
            ["sum"] = values.Sum(),
        };
    }
}
