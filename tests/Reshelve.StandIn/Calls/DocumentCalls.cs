using System.Text.Json.Nodes;
using Reshelve.StandIn.Bulk;
using Reshelve.StandIn.Http;
using Reshelve.StandIn.Indexing;
using Reshelve.StandIn.Searching;

namespace Reshelve.StandIn.Calls;

/// <summary>Answers what reads documents by their ids, as they were last written, and writes single ones.</summary>
internal sealed class DocumentCalls(StandInCluster cluster)
{
    public IReadOnlyList<Route> Routes =>
    [
        new("GET", "{index}/_doc/{id}", Get),
        new("PUT POST", "{index}/_doc/{id}", Put),
        new("GET POST", "_mget", GetSeveral),
        new("GET POST", "{index}/_mget", GetSeveral),
    ];

    private Answer Get(Call call)
    {
        var shown = Shown(cluster.One(call.Index), call.Named["id"], SourceOf(call));
        return new(shown["found"]!.GetValue<bool>() ? 200 : 404, shown);
    }

    private Answer Put(Call call)
    {
        if (!cluster.Indexes.ContainsKey(call.Index) && !cluster.IsAlias(call.Index))
            cluster.Indexes[call.Index] = cluster.Make(call.Index, []);
        var index = cluster.One(call.Index);
        WriteBlocks.Check(index);
        var version = new WriteVersion(call.Text("version_type", "internal"), call.Query.ContainsKey("version") ? long.Parse(call.Text("version")) : null);
        var outcome = index.Index(call.Named["id"], call.Body.ToArray(), version, createOnly: call.Text("op_type") == "create");
        var answer = Identity(index.Name, call.Named["id"]);
        answer["_version"] = outcome.Version;
        answer["result"] = outcome.Result;
        if (call.Query.ContainsKey("refresh") && call.Text("refresh") != "false")
        {
            index.Refresh();
            answer["forced_refresh"] = true;
        }

        answer["_shards"] = BulkCalls.Copies(index, cluster.Nodes);
        answer["_seq_no"] = outcome.Sequence;
        answer["_primary_term"] = 1;
        return new(outcome.Status, answer);
    }

    private Answer GetSeveral(Call call)
    {
        var body = call.Object();
        var source = SourceOf(call);
        var wanted = body["docs"] is JsonArray docs
            ? docs.Select(doc => (Index: doc!["_index"]?.ToString() ?? call.Index, Id: doc["_id"]!.ToString())).ToList()
            : [.. (body["ids"] as JsonArray ?? []).Select(id => (call.Index, id!.ToString()))];
        if (wanted.Count == 0)
            throw new Refusal(400, "action_request_validation_exception", "Validation Failed: 1: no documents to get;");
        return Http.Answer.Ok(new JsonObject { ["docs"] = new JsonArray([.. wanted.Select(doc => (JsonNode)OneOf(doc.Index, doc.Id, source))]) });
    }

    private JsonObject OneOf(string index, string id, SourceFilter source)
    {
        try
        {
            var found = cluster.One(index);
            return id.Length > 0 ? Shown(found, id, source) : throw Refusal.BadArgument("Ids can't be empty");
        }
        catch (Refusal refusal)
        {
            var failed = Identity(index, id);
            if (cluster.Flavor.HasTypes)
                failed["_type"] = null;
            failed["error"] = refusal.ToBody()["error"]!.DeepClone();
            return failed;
        }
    }

    private JsonObject Shown(StandInIndex index, string id, SourceFilter source)
    {
        var shown = Identity(index.Name, id);
        if (index.Find(id) is not { } document)
        {
            shown["found"] = false;
            return shown;
        }

        shown["_version"] = document.Version;
        shown["_seq_no"] = document.Sequence;
        shown["_primary_term"] = 1;
        shown["found"] = true;
        if (source.Apply(document.Source) is { } content)
            shown["_source"] = content;
        return shown;
    }

    private JsonObject Identity(string index, string id)
    {
        var identity = new JsonObject { ["_index"] = index };
        if (cluster.Flavor.HasTypes)
            identity["_type"] = "_doc";
        identity["_id"] = id;
        return identity;
    }

    private static SourceFilter SourceOf(Call call) => call.Query.TryGetValue("_source", out var given) ? SourceFilter.OfQuery(given)
        : call.Query.TryGetValue("_source_includes", out var kept) ? SourceFilter.OfQuery(kept)
        : SourceFilter.All;
}
