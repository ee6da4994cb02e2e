using System.Text.Json.Nodes;
using Reshelve.StandIn.Http;

namespace Reshelve.StandIn.Calls;

/// <summary>Answers <c>GET /</c>: who is there.</summary>
internal sealed class InfoCalls(StandInCluster cluster, string node)
{
    private readonly string _cluster = cluster.NewId();

    public IReadOnlyList<Route> Routes => [new("GET", "", _ => Http.Answer.Ok(Info()))];

    private JsonObject Info() => new()
    {
        ["name"] = node,
        ["cluster_name"] = cluster.Options.ClusterName,
        ["cluster_uuid"] = _cluster,
        ["version"] = Version(cluster.Flavor),
        ["tagline"] = cluster.Flavor.IsOpenSearch ? "The OpenSearch Project: https://opensearch.org/" : "You Know, for Search",
    };

    private static JsonObject Version(ServerFlavor flavor)
    {
        var version = flavor.IsOpenSearch ? new JsonObject { ["distribution"] = "opensearch" } : [];
        version["number"] = flavor.Version.ToString();
        if (!flavor.IsOpenSearch)
            version["build_flavor"] = flavor.IsOpen ? "oss" : "default";
        version["build_type"] = "tar";
        version["build_hash"] = "0000000000000000000000000000000000000000";
        version["build_date"] = "2026-01-01T00:00:00Z";
        version["build_snapshot"] = false;
        version["lucene_version"] = "8.10.1";
        version["minimum_wire_compatibility_version"] = "6.8.0";
        version["minimum_index_compatibility_version"] = "6.0.0-beta1";
        return version;
    }
}
