using System.Text.Json.Nodes;
using Reshelve.StandIn.Http;
using Reshelve.StandIn.Indexing;

namespace Reshelve.StandIn.Bulk;

/// <summary>Answers <c>_bulk</c>.</summary>
internal sealed class BulkCalls(StandInCluster cluster)
{
    public IReadOnlyList<Route> Routes => [new("POST PUT", "_bulk", Write), new("POST PUT", "{index}/_bulk", Write)];

    private Answer Write(Call call)
    {
        var actions = new BulkBody(call.Index, call.Flag("require_alias"), cluster.Flavor.HasTypes).Read(call.Body);
        var refresh = call.Query.TryGetValue("refresh", out var asked) && asked is "" or "true" or "wait_for";
        var items = new JsonArray();
        var refreshed = new HashSet<StandInIndex>();
        var hasErrors = false;
        foreach (var action in actions)
        {
            var item = Item(action, refreshed, isForced: refresh && asked != "wait_for");
            hasErrors |= item.ContainsKey("error");
            items.Add(new JsonObject { [action.Kind] = item });
        }

        if (refresh)
        {
            foreach (var index in refreshed)
                index.Refresh();
        }

        return Answer.Ok(new JsonObject { ["took"] = 1, ["errors"] = hasErrors, ["items"] = items });
    }

    /// <summary>To how many copies of its shard a document was written.</summary>
    public static JsonObject Copies(StandInIndex index, int nodes) =>
        new() { ["total"] = 1 + index.Replicas, ["successful"] = 1 + Math.Min(index.Replicas, nodes - 1), ["failed"] = 0 };

    private JsonObject Item(BulkAction action, HashSet<StandInIndex> written, bool isForced)
    {
        var id = action.Id ?? cluster.NewId();
        var item = new JsonObject { ["_index"] = action.Index };
        if (cluster.Flavor.HasTypes)
            item["_type"] = "_doc";
        item["_id"] = id;
        try
        {
            var index = Target(action);
            item["_index"] = index.Name;
            if (id.Length == 0)
                throw Refusal.BadArgument("if _id is specified it must not be empty");
            if (cluster.Faults.RejectionOf(id, cluster.Flavor) is { } rejection)
                throw rejection;
            WriteBlocks.Check(index);
            var outcome = Apply(index, action, id);
            written.Add(index);
            Describe(item, index, outcome, isForced);
        }
        catch (Refusal refusal)
        {
            Count(refusal);
            item["status"] = refusal.Status;
            item["error"] = refusal.ToItem();
        }

        return item;
    }

    private void Count(Refusal refusal)
    {
        if (refusal.Status == 409)
            cluster.Writes.Conflicts++;
        else
            cluster.Writes.Refused++;
    }

    /// <summary>The index that is written; one that is not there is made, as the server does.</summary>
    private StandInIndex Target(BulkAction action)
    {
        var isAlias = cluster.IsAlias(action.Index);
        if (action.RequiresAlias && !isAlias)
        {
            throw new Refusal(404, "index_not_found_exception",
                $"no such index [{action.Index}] and [require_alias] request flag is [true] and [{action.Index}] is not an alias")
            {
                Details = new() { ["index_uuid"] = "_na_", ["index"] = action.Index },
            };
        }

        if (isAlias)
            return WriteIndex(action.Index);
        if (cluster.Indexes.TryGetValue(action.Index, out var index))
            return index;
        if (action.Kind == "delete" && action.Version.Type == "internal")
            throw Refusal.NoIndex(action.Index, "index_expression");
        return cluster.Indexes[action.Index] = cluster.Make(action.Index, []);
    }

    private StandInIndex WriteIndex(string alias)
    {
        var behind = cluster.Resolve(alias);
        var named = behind.Where(index => index.Aliases[alias]["is_write_index"]?.ToString() == "true").ToList();
        return named.Count == 1 ? named[0] : behind.Count == 1 ? behind[0] : throw Refusal.BadArgument(
            $"no write index is defined for alias [{alias}]. The write index may be explicitly disabled using is_write_index=false "
            + "or the alias points to multiple indices without one being designated as a write index");
    }

    private WriteOutcome Apply(StandInIndex index, BulkAction action, string id)
    {
        var before = index.Find(id);
        var outcome = action.Kind switch
        {
            "delete" => index.Delete(id, action.Version),
            "update" => Update(index, action, id, before),
            _ => index.Index(id, action.Source.ToArray(), action.Version, createOnly: action.Kind == "create"),
        };
        var after = index.Find(id);
        var isSame = before is null ? after is null : after is not null && before.Source.Span.SequenceEqual(after.Source.Span);
        if (isSame)
            cluster.Writes.WithoutEffect++;
        else
            cluster.Writes.WithEffect++;
        return outcome;
    }

    private static WriteOutcome Update(StandInIndex index, BulkAction action, string id, StoredDocument? before)
    {
        var update = JsonNode.Parse(action.Source.Span) as JsonObject ?? throw new Refusal(400, "parsing_exception", "Expected [START_OBJECT]");
        if (update["doc"] is not JsonObject part)
            throw Refusal.Unsupported("updates without doc");
        if (before is null && update["doc_as_upsert"]?.ToString() != "true")
            throw index.InShard(new(404, "document_missing_exception", $"[_doc][{id}]: document missing"));
        var merged = before is null ? [] : (JsonObject)JsonNode.Parse(before.Source.Span)!;
        var old = merged.DeepClone();
        Merge(merged, part);
        if (before is not null && JsonNode.DeepEquals(old, merged))
            return new("noop", before.Version, before.Sequence);
        return index.Index(id, new Answer(200, merged).ToBytes(), WriteVersion.Internal, createOnly: false);
    }

    private static void Merge(JsonObject into, JsonObject part)
    {
        foreach (var (name, value) in part)
        {
            if (value is JsonObject inner && into[name] is JsonObject existing)
                Merge(existing, inner);
            else
                into[name] = value?.DeepClone();
        }
    }

    private void Describe(JsonObject item, StandInIndex index, WriteOutcome outcome, bool isForced)
    {
        item["_version"] = outcome.Version;
        item["result"] = outcome.Result;
        if (isForced)
            item["forced_refresh"] = true;
        item["_shards"] = Copies(index, cluster.Nodes);
        item["_seq_no"] = outcome.Sequence;
        item["_primary_term"] = 1;
        item["status"] = outcome.Status;
    }
}
