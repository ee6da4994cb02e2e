using System.Text.Json.Nodes;
using Reshelve.StandIn.Http;
using Reshelve.StandIn.Indexing;

namespace Reshelve.StandIn.Calls;

/// <summary>Answers what makes, shows and drops indexes, their settings and mappings.</summary>
internal sealed class IndexCalls(StandInCluster cluster)
{
    public IReadOnlyList<Route> Routes =>
    [
        new("PUT", "{index}", Make),
        new("GET", "{index}", Show),
        new("DELETE", "{index}", Drop),
        new("GET", "_mapping", ShowMapping),
        new("GET", "{index}/_mapping", ShowMapping),
        new("PUT POST", "{index}/_mapping", AddMapping),
        new("GET", "_settings", ShowSettings),
        new("GET", "{index}/_settings", ShowSettings),
        new("PUT", "{index}/_settings", SetSettings),
    ];

    private Answer Make(Call call)
    {
        var body = call.Object();
        if (body.Select(member => member.Key).FirstOrDefault(name => name is not ("settings" or "mappings" or "aliases")) is { } unknown)
            throw new Refusal(400, "parse_exception", $"unknown key [{unknown}] for create index");
        var index = cluster.Make(call.Index, body["settings"] as JsonObject ?? []);
        foreach (var alias in body["aliases"] as JsonObject ?? [])
        {
            if (cluster.Indexes.ContainsKey(alias.Key) || alias.Key == call.Index)
                throw AliasCalls.NameTaken(alias.Key);
            index.Aliases[alias.Key] = (JsonObject)alias.Value!.DeepClone();
        }

        Add(index, body["mappings"] as JsonObject ?? []);
        cluster.Indexes[index.Name] = index;
        return Http.Answer.Ok(new JsonObject { ["acknowledged"] = true, ["shards_acknowledged"] = true, ["index"] = index.Name });
    }

    private Answer Show(Call call) => Each(call, index => new JsonObject
    {
        ["aliases"] = AliasCalls.Shown(index),
        ["mappings"] = index.Mapping.Shown(),
        ["settings"] = index.Settings.Shown(),
    });

    private Answer Drop(Call call)
    {
        foreach (var name in call.Index.Split(',').Where(cluster.IsAlias))
            throw Refusal.BadArgument($"The provided expression [{name}] matches an alias, specify the corresponding concrete indices instead.");
        // Elasticsearch before 8, and OpenSearch, drop whatever a pattern matches, without a question.
        var needsNames = cluster.Flavor is { IsOpenSearch: false, HasTypes: false };
        if (needsNames && (call.Index.Contains('*') || call.Index == "_all"))
            throw Refusal.BadArgument("Wildcard expressions or all indices are not allowed");
        foreach (var index in cluster.Resolve(call))
            cluster.Indexes.Remove(index.Name);
        return Http.Answer.Acknowledged;
    }

    private Answer ShowMapping(Call call) => Each(call, index => new JsonObject { ["mappings"] = index.Mapping.Shown() });

    private Answer AddMapping(Call call)
    {
        foreach (var index in cluster.Resolve(call))
            Add(index, call.Object());
        return Http.Answer.Acknowledged;
    }

    private Answer ShowSettings(Call call) => Each(call, index => new JsonObject { ["settings"] = index.Settings.Shown() });

    private Answer SetSettings(Call call)
    {
        var settings = call.Object();
        foreach (var index in cluster.Resolve(call))
            index.Settings.Set(settings["settings"] as JsonObject ?? settings, $"{index.Name}/{index.Uuid}");
        return Http.Answer.Acknowledged;
    }

    private Answer Each(Call call, Func<StandInIndex, JsonNode> shown) => Http.Answer.Ok(
        new JsonObject(cluster.Resolve(call).Select(index => KeyValuePair.Create<string, JsonNode?>(index.Name, shown(index)))));

    private void Add(StandInIndex index, JsonObject mapping)
    {
        try
        {
            index.Mapping.Add(mapping);
        }
        catch (Refusal refusal) when (refusal.Type == "mapper_parsing_exception")
        {
            var kind = cluster.Flavor.HasTypes || cluster.Flavor.IsOpenSearch ? " [_doc]" : "";
            throw new Refusal(400, refusal.Type, $"Failed to parse mapping{kind}: {refusal.Message}")
            {
                Root = refusal.Cause is null ? refusal : null,
                Cause = refusal.Cause ?? refusal,
            };
        }
    }
}
