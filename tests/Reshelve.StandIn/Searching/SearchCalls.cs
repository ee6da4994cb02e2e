using System.Text.Json.Nodes;
using Reshelve.StandIn.Http;
using Reshelve.StandIn.Indexing;
using Reshelve.StandIn.Queries;

namespace Reshelve.StandIn.Searching;

/// <summary>Answers searches, scrolls and points in time.</summary>
internal sealed class SearchCalls(StandInCluster cluster)
{
    private const int UsualWindow = 10_000;

    public IReadOnlyList<Route> Routes =>
    [
        new("GET POST", "_search", Search),
        new("GET POST", "{index}/_search", Search),
        new("GET POST", "_search/scroll", Continue),
        new("DELETE", "_search/scroll", CloseScrolls),
        new("GET POST", "_count", Count),
        new("GET POST", "{index}/_count", Count),
        .. !cluster.Flavor.HasPointInTime ? [] : cluster.Flavor.IsOpenSearch
            ? new Route[] { new("POST", "{index}/_search/point_in_time", OpenPoint), new("DELETE", "_search/point_in_time", ClosePoint) }
            : [new("POST", "{index}/_pit", OpenPoint), new("DELETE", "_pit", ClosePoint)],
    ];

    private Answer Search(Call call)
    {
        var body = SearchBody.Of(call);
        var scroll = call.Query.GetValueOrDefault("scroll");
        if (scroll is not null)
            body = Scrolling(body);
        var searched = body.PointInTime is { } point
            ? cluster.Searches.Continue<IReadOnlyList<IndexSnapshot>>(point, null, id => NoContext(id, "query"))
            : Seen(call);
        foreach (var index in searched.Select(snapshot => snapshot.Index))
            CheckWindow(index, body, isScroll: scroll is not null);
        var search = new Search(body, searched, cluster.Flavor);
        foreach (var index in searched.Select(snapshot => snapshot.Index))
        {
            index.Counters.Searches++;
            index.Counters.SearchMilliseconds += (long)cluster.Faults.SearchLatency.TotalMilliseconds;
        }

        if (scroll is not null)
            return Page(new Scroll(search, body.Size), scroll);
        var hits = body.After is { } after ? search.Hits.Where(hit => search.IsBehind(hit, after)) : search.Hits;
        var answer = search.Answer([.. hits.Skip(body.From).Take(body.Size)]);
        if (body.PointInTime is not null)
            answer.Insert(0, "pit_id", body.PointInTime);
        return Answer.Ok(answer);
    }

    private static SearchBody Scrolling(SearchBody body)
    {
        if (body.Size == 0)
            throw new Refusal(400, "action_request_validation_exception", "Validation Failed: 1: [size] cannot be [0] in a scroll context;");
        if (body.From > 0)
            throw new Refusal(400, "action_request_validation_exception", "Validation Failed: 1: using [from] is not allowed in a scroll context;");
        return body;
    }

    /// <summary>What searches see of the indexes, after a refresh that is due.</summary>
    private IndexSnapshot[] Seen(Call call) => [.. cluster.Resolve(call).Select(index =>
    {
        index.RefreshIfDue();
        return index.Snapshot;
    })];

    private static void CheckWindow(StandInIndex index, SearchBody body, bool isScroll)
    {
        var window = index.Settings.Number("max_result_window", UsualWindow);
        if (body.After is not null && body.From > 0)
            throw ShardFailure.AllFailed(index, new(500, "search_exception", "`from` parameter must be set to 0 when `search_after` is used."));
        var wanted = (long)body.From + body.Size;
        if (wanted <= window)
            return;
        throw ShardFailure.AllFailed(index, Refusal.BadArgument(isScroll
            ? $"Batch size is too large, size must be less than or equal to: [{window}] but was [{body.Size}]. "
                + "Scroll batch sizes cost as much memory as result windows so they are controlled by the [index.max_result_window] index level setting."
            : $"Result window is too large, from + size must be less than or equal to: [{window}] but was [{wanted}]. "
                + "See the scroll api for a more efficient way to request large data sets. This limit can be set by changing the [index.max_result_window] index level setting."));
    }

    private Answer Page(Scroll scroll, string keepAlive)
    {
        var answer = scroll.Search.Answer(scroll.Next());
        answer.Insert(0, "_scroll_id", cluster.Searches.Open(scroll, keepAlive));
        return Answer.Ok(answer);
    }

    private Answer Continue(Call call)
    {
        var body = call.Object();
        var id = body["scroll_id"]?.ToString() ?? call.Text("scroll_id");
        var scroll = cluster.Searches.Continue<Scroll>(id, body["scroll"]?.ToString() ?? call.Query.GetValueOrDefault("scroll"), number => NoContext(number, "query"));
        var answer = scroll.Search.Answer(scroll.Next());
        answer.Insert(0, "_scroll_id", id);
        return Answer.Ok(answer);
    }

    private Answer CloseScrolls(Call call)
    {
        var given = call.Object()["scroll_id"];
        var freed = given switch
        {
            JsonArray several => several.Count(id => cluster.Searches.Close(id!.ToString())),
            null => cluster.Searches.CloseAll(),
            _ => cluster.Searches.Close(given.ToString()) ? 1 : 0,
        };
        return new(freed > 0 ? 200 : 404, new JsonObject { ["succeeded"] = true, ["num_freed"] = freed });
    }

    private Answer OpenPoint(Call call)
    {
        var id = cluster.Searches.Open(Seen(call).ToList().AsReadOnly(), call.Text("keep_alive", "1m"));
        return Answer.Ok(cluster.Flavor.IsOpenSearch
            ? new JsonObject { ["pit_id"] = id, ["creation_time"] = cluster.Options.Time.GetUtcNow().ToUnixTimeMilliseconds() }
            : new JsonObject { ["id"] = id });
    }

    private Answer ClosePoint(Call call)
    {
        var isOpenSearch = cluster.Flavor.IsOpenSearch;
        var given = call.Object()[isOpenSearch ? "pit_id" : "id"]!;
        var ids = given is JsonArray several ? several.Select(id => id!.ToString()).ToList() : [given.ToString()];
        var freed = ids.Count(cluster.Searches.Close);
        return isOpenSearch
            ? Answer.Ok(new JsonObject { ["pits"] = new JsonArray([.. ids.Select(id => (JsonNode)new JsonObject { ["pit_id"] = id, ["successful"] = true })]) })
            : new(freed > 0 ? 200 : 404, new JsonObject { ["succeeded"] = freed > 0, ["num_freed"] = freed });
    }

    private Answer Count(Call call)
    {
        var body = SearchBody.Of(call);
        var searched = Seen(call);
        var search = new Search(body, searched, cluster.Flavor);
        var shards = searched.Sum(snapshot => snapshot.Index.Shards);
        return Answer.Ok(new JsonObject
        {
            ["count"] = search.Hits.Count,
            ["_shards"] = new JsonObject { ["total"] = shards, ["successful"] = shards, ["skipped"] = 0, ["failed"] = 0 },
        });
    }

    private static Refusal NoContext(long id, string phase)
    {
        var missing = new Refusal(404, "search_context_missing_exception", $"No search context found for id [{id}]");
        return new(404, "search_phase_execution_exception", "all shards failed")
        {
            Root = missing,
            Details = new()
            {
                ["phase"] = phase,
                ["grouped"] = true,
                ["failed_shards"] = new JsonArray(new JsonObject { ["shard"] = -1, ["index"] = null, ["reason"] = missing.ToItem() }),
            },
            Cause = missing,
        };
    }
}
