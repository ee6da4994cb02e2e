using System.Globalization;
using System.Text.Json.Nodes;
using Reshelve.StandIn.Http;
using Reshelve.StandIn.Indexing;

namespace Reshelve.StandIn.Calls;

/// <summary>Answers <c>_cat/indices</c>, as JSON and in bytes only.</summary>
internal sealed class ListCalls(StandInCluster cluster)
{
    private const string UsualColumns = "health,status,index,uuid,pri,rep,docs.count,docs.deleted,store.size,pri.store.size";

    public IReadOnlyList<Route> Routes => [new("GET", "_cat/indices", List), new("GET", "_cat/indices/{index}", List)];

    private Answer List(Call call)
    {
        if (call.Text("format") != "json" || call.Text("bytes", "b") != "b")
            throw Refusal.Unsupported("lists other than format=json&bytes=b");
        var columns = call.Text("h", UsualColumns).Split(',');
        IEnumerable<StandInIndex> listed = cluster.Resolve(call);
        foreach (var key in call.Text("s").Split(',', StringSplitOptions.RemoveEmptyEntries).Reverse())
        {
            var column = key.Split(':')[0];
            listed = key.EndsWith(":desc", StringComparison.Ordinal)
                ? listed.OrderByDescending(index => Sortable(index, column))
                : listed.OrderBy(index => Sortable(index, column));
        }

        return Http.Answer.Ok(new JsonArray([.. listed.Select(index => (JsonNode)new JsonObject(
            columns.Select(column => KeyValuePair.Create<string, JsonNode?>(column, Value(index, column)))))]));
    }

    private IComparable Sortable(StandInIndex index, string column) =>
        long.TryParse(Value(index, column), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : Value(index, column);

    private string Value(StandInIndex index, string column) => column switch
    {
        "index" or "i" => index.Name,
        "uuid" or "id" => index.Uuid,
        "status" or "s" => "open",
        "health" or "h" => HealthCalls.Of(index, cluster.Nodes),
        "pri" => Text(index.Shards),
        "rep" => Text(index.Replicas),
        "docs.count" => Text(index.Snapshot.Documents.Count),
        "docs.deleted" => Text(index.Deleted),
        "store.size" => Text(Sizes.Total(index, cluster.Nodes)),
        "pri.store.size" => Text(Sizes.Primary(index)),
        "creation.date" or "cd" => Text(index.Created.ToUnixTimeMilliseconds()),
        "creation.date.string" or "cds" => index.Created.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        _ => throw Refusal.Unsupported($"the column {column}"),
    };

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
