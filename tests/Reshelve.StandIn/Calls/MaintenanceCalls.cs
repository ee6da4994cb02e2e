using System.Text.Json.Nodes;
using Reshelve.StandIn.Http;
using Reshelve.StandIn.Indexing;

namespace Reshelve.StandIn.Calls;

/// <summary>Answers refreshes and merges.</summary>
internal sealed class MaintenanceCalls(StandInCluster cluster)
{
    public IReadOnlyList<Route> Routes =>
    [
        new("GET POST", "_refresh", call => Each(call, index => index.Refresh())),
        new("GET POST", "{index}/_refresh", call => Each(call, index => index.Refresh())),
        new("POST", "{index}/_forcemerge", call => Each(call, index => index.Merge())),
        new("GET POST", "{index}/_flush", call => Each(call, _ => { })),
    ];

    private Answer Each(Call call, Action<StandInIndex> work)
    {
        var (total, successful) = (0, 0);
        foreach (var index in cluster.Resolve(call))
        {
            work(index);
            total += index.Shards * (1 + index.Replicas);
            successful += index.Shards * (1 + Math.Min(index.Replicas, cluster.Nodes - 1));
        }

        return Http.Answer.Ok(new JsonObject { ["_shards"] = new JsonObject { ["total"] = total, ["successful"] = successful, ["failed"] = 0 } });
    }
}
