using System.Text.Json.Nodes;
using Reshelve.StandIn.Http;

namespace Reshelve.StandIn.Faults;

/// <summary>What is answered where something goes wrong.</summary>
internal static class FaultAnswers
{
    public static Refusal Rejection(ServerFlavor flavor, bool ofItem)
    {
        var what = ofItem
            ? $"{flavor.Package}.action.support.replication.TransportWriteAction$1@1"
            : $"{flavor.Package}.action.bulk.TransportBulkAction$1@1";
        return new(429, flavor.RejectedType,
            $"rejected execution of {what} on {flavor.RejectedBy}[name = n1/write, queue capacity = 1, "
            + $"{flavor.Package}.common.util.concurrent.{flavor.RejectedBy}@1[Running, pool size = 1, active threads = 1, queued tasks = 1, completed tasks = 0]]");
    }

    /// <summary>The answer, or null where the request is answered as usual and something else goes wrong.</summary>
    public static Answer? Of(Fault? fault, ServerFlavor flavor, string path) => fault switch
    {
        Fault.Rejected => Refused(Rejection(flavor, ofItem: false)),
        Fault.Unavailable => Refused(new(
            503, flavor.IsOpenSearch ? "cluster_manager_not_discovered_exception" : "master_not_discovered_exception", "no master")),
        Fault.Forbidden forbidden => Refused(new(403, "security_exception", flavor.IsOpenSearch
            ? $"no permissions for [{forbidden.Action}] and User [name=someone, backend_roles=[], requestedTenant=null]"
            : $"action [{forbidden.Action}] is unauthorized for user [someone] with roles [few]")),
        Fault.Unauthorized => Unauthorized(path),
        _ => null,
    };

    public static Answer Unauthorized(string path) => Refused(new(401, "security_exception", $"missing authentication credentials for REST request [{path}]")
    {
        Details = new()
        {
            ["header"] = new JsonObject { ["WWW-Authenticate"] = new JsonArray("Basic realm=\"security\" charset=\"UTF-8\"", "ApiKey") },
        },
    });

    public static string Page(int status) => $"<html><head><title>{status}</title></head><body><h1>{status}</h1></body></html>\n";

    private static Answer Refused(Refusal refusal) => new(refusal.Status, refusal.ToBody());
}
