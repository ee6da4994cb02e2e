using System.Text.Json.Nodes;
using Reshelve.StandIn.Indexing;

namespace Reshelve.StandIn.Queries;

/// <summary>Refusals that come from a shard: what a query asks, an index cannot do.</summary>
internal static class ShardFailure
{
    public const string Node = "c3RhbmQtaW4tbm9kZS0tMQ";

    /// <summary>A query that cannot be made for this index.</summary>
    public static Refusal OfQuery(StandInIndex index, Refusal cause) => AllFailed(index, cause.Type == "parse_exception"
        ? cause
        : new(400, "query_shard_exception", cause.Type == "query_shard_exception" ? cause.Message : $"failed to create query: {cause.Message}")
        {
            Details = Place(index),
            Cause = cause.Type == "query_shard_exception" ? null : cause,
        });

    /// <summary>A sort key that the index does not have.</summary>
    public static Refusal NoSuchSort(StandInIndex index, string field) =>
        AllFailed(index, new(400, "query_shard_exception", $"No mapping found for [{field}] in order to sort on") { Details = Place(index) });

    /// <summary>Whatever fails all shards of a search.</summary>
    public static Refusal AllFailed(StandInIndex index, Refusal failure)
    {
        // Failures of the server's own kinds stand in the list alone; others also lead the answer, twice.
        var leads = failure.Type == "illegal_argument_exception";
        return new(failure.Status, "search_phase_execution_exception", "all shards failed")
        {
            Root = failure,
            Details = new()
            {
                ["phase"] = "query",
                ["grouped"] = true,
                ["failed_shards"] = new JsonArray(new JsonObject { ["shard"] = 0, ["index"] = index.Name, ["node"] = Node, ["reason"] = failure.ToItem() }),
            },
            Cause = leads ? new(failure.Status, failure.Type, failure.Message) { Cause = failure } : null,
        };
    }

    private static JsonObject Place(StandInIndex index) => new() { ["index_uuid"] = index.Uuid, ["index"] = index.Name };
}
