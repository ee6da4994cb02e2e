using System.Globalization;
using System.Text.Json.Nodes;
using Reshelve.StandIn.Http;
using Reshelve.StandIn.Indexing;

namespace Reshelve.StandIn.Calls;

/// <summary>
/// Answers <c>_cluster/health</c>. Shards are placed at once where there are nodes for them; what is waited for and not so yet is answered as timed out, without the wait.
/// </summary>
internal sealed class HealthCalls(StandInCluster cluster)
{
    private static readonly string[] Order = ["red", "yellow", "green"];

    public IReadOnlyList<Route> Routes => [new("GET", "_cluster/health", Show), new("GET", "_cluster/health/{index}", Show)];

    public static string Of(StandInIndex index, int nodes) => index.Replicas > nodes - 1 ? "yellow" : "green";

    private Answer Show(Call call)
    {
        var (indexes, isMissing) = Named(call);
        var (primaries, active, unassigned) = (0, 0, 0);
        foreach (var index in indexes)
        {
            var placed = Math.Min(index.Replicas, cluster.Nodes - 1);
            primaries += index.Shards;
            active += index.Shards * (1 + placed);
            unassigned += index.Shards * (index.Replicas - placed);
        }

        var status = isMissing ? "red" : unassigned > 0 ? "yellow" : "green";
        var isLate = isMissing || IsStillWaitedFor(call, status, active, unassigned);
        var shown = new JsonObject
        {
            ["cluster_name"] = cluster.Options.ClusterName,
            ["status"] = status,
            ["timed_out"] = isLate,
            ["number_of_nodes"] = cluster.Nodes,
            ["number_of_data_nodes"] = cluster.Nodes,
        };
        if (cluster.Flavor.IsOpenSearch)
            shown["discovered_cluster_manager"] = true;
        foreach (var (name, number) in Shards(primaries, active, unassigned))
            shown[name] = number;
        shown["active_shards_percent_as_number"] = active + unassigned == 0 ? 100.0 : (double)active / (active + unassigned) * 100;
        if (call.Text("level", "cluster") != "cluster")
            shown["indices"] = new JsonObject(indexes.Select(index => KeyValuePair.Create<string, JsonNode?>(index.Name, OfIndex(index))));
        return new(isLate ? 408 : 200, shown);
    }

    private (IReadOnlyList<StandInIndex> Indexes, bool IsMissing) Named(Call call)
    {
        try
        {
            return (cluster.Resolve(call), false);
        }
        catch (Refusal refusal) when (refusal.Status == 404)
        {
            return ([], true);
        }
    }

    private bool IsStillWaitedFor(Call call, string status, int active, int unassigned)
    {
        if (call.Query.TryGetValue("wait_for_status", out var wanted) && Array.IndexOf(Order, status) < Array.IndexOf(Order, wanted))
            return true;
        if (call.Query.TryGetValue("wait_for_active_shards", out var shards)
            && (shards == "all" ? unassigned > 0 : active < int.Parse(shards, CultureInfo.InvariantCulture)))
        {
            return true;
        }

        return call.Query.TryGetValue("wait_for_nodes", out var nodes) && !HasNodes(nodes);
    }

    private bool HasNodes(string wanted)
    {
        var digits = wanted.TrimStart('>', '<', '=');
        var number = int.Parse(digits, CultureInfo.InvariantCulture);
        return wanted[..^digits.Length] switch
        {
            ">=" => cluster.Nodes >= number,
            "<=" => cluster.Nodes <= number,
            ">" => cluster.Nodes > number,
            "<" => cluster.Nodes < number,
            _ => cluster.Nodes == number,
        };
    }

    private static IEnumerable<(string Name, int Number)> Shards(int primaries, int active, int unassigned) =>
    [
        ("active_primary_shards", primaries), ("active_shards", active), ("relocating_shards", 0), ("initializing_shards", 0), ("unassigned_shards", unassigned),
        ("delayed_unassigned_shards", 0), ("number_of_pending_tasks", 0), ("number_of_in_flight_fetch", 0), ("task_max_waiting_in_queue_millis", 0),
    ];

    private JsonObject OfIndex(StandInIndex index)
    {
        var placed = Math.Min(index.Replicas, cluster.Nodes - 1);
        return new()
        {
            ["status"] = Of(index, cluster.Nodes),
            ["number_of_shards"] = index.Shards,
            ["number_of_replicas"] = index.Replicas,
            ["active_primary_shards"] = index.Shards,
            ["active_shards"] = index.Shards * (1 + placed),
            ["relocating_shards"] = 0,
            ["initializing_shards"] = 0,
            ["unassigned_shards"] = index.Shards * (index.Replicas - placed),
        };
    }
}
