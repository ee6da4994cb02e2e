using System.Text.Json.Nodes;
using Reshelve.StandIn.Http;
using Reshelve.StandIn.Indexing;
using Reshelve.StandIn.Queries;

namespace Reshelve.StandIn.Calls;

/// <summary>Answers figures: of indexes, and of the nodes' queues.</summary>
internal sealed class StatsCalls(StandInCluster cluster)
{
    private static readonly string[] Metrics = ["docs", "store", "indexing", "search"];

    public IReadOnlyList<Route> Routes =>
    [
        new("GET", "_stats", Show),
        new("GET", "_stats/{metric}", Show),
        new("GET", "{index}/_stats", Show),
        new("GET", "{index}/_stats/{metric}", Show),
        new("GET", "_nodes/stats/thread_pool", ShowQueues),
        new("GET", "_nodes/stats", ShowQueues),
    ];

    private Answer Show(Call call)
    {
        var metrics = call.Named.TryGetValue("metric", out var named) && named != "_all" ? named.Split(',') : Metrics;
        var indexes = cluster.Resolve(call);
        var shards = indexes.Sum(index => index.Shards);
        return Http.Answer.Ok(new JsonObject
        {
            ["_shards"] = new JsonObject { ["total"] = shards, ["successful"] = shards, ["failed"] = 0 },
            ["_all"] = Both(indexes, metrics),
            ["indices"] = new JsonObject(indexes.Select(index => KeyValuePair.Create<string, JsonNode?>(index.Name, OfOne(index, metrics)))),
        });
    }

    private static JsonObject OfOne(StandInIndex index, string[] metrics)
    {
        var shown = new JsonObject { ["uuid"] = index.Uuid };
        foreach (var (name, value) in Both([index], metrics))
            shown[name] = value!.DeepClone();
        return shown;
    }

    private static JsonObject Both(IReadOnlyList<StandInIndex> indexes, string[] metrics) =>
        new() { ["primaries"] = Figures(indexes, metrics), ["total"] = Figures(indexes, metrics) };

    private static JsonObject Figures(IReadOnlyList<StandInIndex> indexes, string[] metrics) =>
        new(metrics.Select(metric => KeyValuePair.Create<string, JsonNode?>(metric, metric switch
        {
            "docs" => new JsonObject
            {
                ["count"] = indexes.Sum(index => (long)index.Snapshot.Documents.Count), ["deleted"] = indexes.Sum(index => index.Deleted),
            },
            "store" => Store(indexes.Sum(Sizes.Primary)),
            "indexing" => Indexing(indexes),
            "search" => Searching(indexes),
            _ => throw Refusal.Unsupported($"the figures of {metric}"),
        })));

    private static JsonObject Store(long bytes) => new() { ["size_in_bytes"] = bytes, ["total_data_set_size_in_bytes"] = bytes, ["reserved_in_bytes"] = 0 };

    private static JsonObject Indexing(IReadOnlyList<StandInIndex> indexes) => new()
    {
        ["index_total"] = indexes.Sum(index => index.Counters.Indexed),
        ["index_time_in_millis"] = indexes.Sum(index => index.Counters.Indexed),
        ["index_current"] = 0,
        ["index_failed"] = 0,
        ["delete_total"] = indexes.Sum(index => index.Counters.Deleted),
        ["delete_time_in_millis"] = 0,
        ["delete_current"] = 0,
        ["noop_update_total"] = 0,
        ["is_throttled"] = false,
        ["throttle_time_in_millis"] = 0,
    };

    private static JsonObject Searching(IReadOnlyList<StandInIndex> indexes) => new()
    {
        ["open_contexts"] = 0,
        ["query_total"] = indexes.Sum(index => index.Counters.Searches),
        ["query_time_in_millis"] = indexes.Sum(index => index.Counters.SearchMilliseconds),
        ["query_current"] = 0,
        ["fetch_total"] = indexes.Sum(index => index.Counters.Searches),
        ["fetch_time_in_millis"] = 0,
        ["fetch_current"] = 0,
        ["scroll_total"] = 0,
        ["scroll_time_in_millis"] = 0,
        ["scroll_current"] = 0,
        ["suggest_total"] = 0,
        ["suggest_time_in_millis"] = 0,
        ["suggest_current"] = 0,
    };

    private Answer ShowQueues(Call call)
    {
        var nodes = new JsonObject();
        for (var node = 1; node <= cluster.Nodes; node++)
        {
            nodes[node == 1 ? ShardFailure.Node : $"{ShardFailure.Node}{node}"] = new JsonObject
            {
                ["name"] = $"n{node}",
                ["thread_pool"] = new JsonObject
                {
                    ["search"] = Pool(4, 0, 0),
                    ["write"] = Pool(2, cluster.Faults.WriteQueue, cluster.Faults.WriteRejections),
                },
            };
        }

        return Http.Answer.Ok(new JsonObject { ["cluster_name"] = cluster.Options.ClusterName, ["nodes"] = nodes });
    }

    private static JsonObject Pool(int threads, int queue, long rejected) => new()
    {
        ["threads"] = threads, ["queue"] = queue, ["active"] = 0, ["rejected"] = rejected, ["largest"] = threads, ["completed"] = 0,
    };
}
