using System.Text.Json.Nodes;
using Reshelve.StandIn.Http;
using Reshelve.StandIn.Indexing;

namespace Reshelve.StandIn.Calls;

/// <summary>Answers what shows and moves aliases.</summary>
internal sealed class AliasCalls(StandInCluster cluster)
{
    public IReadOnlyList<Route> Routes =>
    [
        new("GET", "_alias", Show),
        new("GET", "_alias/{name}", Show),
        new("GET", "{index}/_alias", Show),
        new("GET", "{index}/_alias/{name}", Show),
        new("PUT POST", "{index}/_alias/{name}", call => Change([Action("add", call, call.Object())])),
        new("PUT POST", "{index}/_aliases/{name}", call => Change([Action("add", call, call.Object())])),
        new("DELETE", "{index}/_alias/{name}", call => Change([Action("remove", call, [])])),
        new("POST", "_aliases", call => Change(Actions(call.Object()))),
    ];

    public static JsonObject Shown(StandInIndex index) =>
        new(index.Aliases.Select(alias => KeyValuePair.Create<string, JsonNode?>(alias.Key, alias.Value.DeepClone())));

    public static Refusal NameTaken(string alias) => new(
        400, "invalid_alias_name_exception", $"Invalid alias name [{alias}]: an index or data stream exists with the same name as the alias");

    private Answer Show(Call call)
    {
        var names = call.Named.GetValueOrDefault("name")?.Split(',');
        var shown = new JsonObject();
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var index in cluster.Resolve(call))
        {
            var aliases = index.Aliases.Where(alias => names is null || Array.Exists(names, name => IndexNames.IsMatch(name, alias.Key))).ToList();
            if (names is not null && aliases.Count == 0)
                continue;
            found.UnionWith(aliases.Select(alias => alias.Key));
            shown[index.Name] = new JsonObject
            {
                ["aliases"] = new JsonObject(aliases.Select(alias => KeyValuePair.Create<string, JsonNode?>(alias.Key, alias.Value.DeepClone()))),
            };
        }

        var missing = (names ?? []).Where(name => !name.Contains('*') && !found.Contains(name)).ToList();
        if (missing.Count == 0)
            return Http.Answer.Ok(shown);
        shown.Insert(0, "error", missing.Count == 1 ? $"alias [{missing[0]}] missing" : $"aliases [{string.Join(",", missing)}] missing");
        shown.Insert(1, "status", 404);
        return new(404, shown);
    }

    private static (string Kind, JsonObject Options) Action(string kind, Call call, JsonObject options)
    {
        options["index"] = call.Index;
        options["alias"] = call.Named["name"];
        return (kind, options);
    }

    private static List<(string Kind, JsonObject Options)> Actions(JsonObject body)
    {
        var actions = (body["actions"] as JsonArray ?? []).SelectMany(action => action!.AsObject()).Select(action => (action.Key, (JsonObject)action.Value!)).ToList();
        return actions.Count > 0 ? actions : throw Refusal.BadArgument("No action specified");
    }

    /// <summary>Makes all changes or none: they are tried on a copy first.</summary>
    private Answer Change(IReadOnlyList<(string Kind, JsonObject Options)> actions)
    {
        var next = cluster.Indexes.Values.ToDictionary(index => index, index => new Dictionary<string, JsonObject>(index.Aliases, StringComparer.Ordinal));
        var dropped = actions.Where(action => action.Kind == "remove_index").SelectMany(action => Indexes(action.Options)).ToHashSet();
        foreach (var (kind, options) in actions)
        {
            if (kind == "add")
                Add(options, next, dropped);
            else if (kind == "remove")
                Remove(options, next);
            else if (kind != "remove_index")
                throw new Refusal(400, "x_content_parse_exception", $"[alias_action] unknown field [{kind}]");
        }

        foreach (var (index, aliases) in next)
        {
            index.Aliases.Clear();
            foreach (var (name, options) in aliases)
                index.Aliases[name] = options;
        }

        foreach (var index in dropped)
            cluster.Indexes.Remove(index.Name);
        return Http.Answer.Acknowledged;
    }

    private void Add(JsonObject options, Dictionary<StandInIndex, Dictionary<string, JsonObject>> next, HashSet<StandInIndex> dropped)
    {
        var indexes = Indexes(options);
        foreach (var alias in Names(options, "alias"))
        {
            if (IndexNames.HasForbidden(alias))
                throw new Refusal(400, "invalid_alias_name_exception", $"Invalid alias name [{alias}]: must not contain the following characters [ , \", *, \\, <, |, ,, >, /, ?]");
            if (cluster.Indexes.TryGetValue(alias, out var taken) && !dropped.Contains(taken))
                throw NameTaken(alias);
            var kept = new JsonObject();
            foreach (var name in new[] { "is_write_index", "is_hidden", "filter" }.Where(options.ContainsKey))
                kept[name] = options[name]!.DeepClone();
            foreach (var index in indexes)
                next[index][alias] = kept;
        }
    }

    private void Remove(JsonObject options, Dictionary<StandInIndex, Dictionary<string, JsonObject>> next)
    {
        if (options.ContainsKey("must_exist") && !cluster.Options.Flavor.KnowsMustExist)
            throw new Refusal(400, "x_content_parse_exception", "[1:30] [aliases] failed to parse field [actions]: [remove] unknown field [must_exist]");
        var indexes = Indexes(options);
        foreach (var alias in Names(options, "alias"))
        {
            var wasThere = false;
            foreach (var index in indexes)
            {
                foreach (var name in next[index].Keys.Where(name => IndexNames.IsMatch(alias, name)).ToList())
                    wasThere |= next[index].Remove(name);
            }

            if (wasThere || options["must_exist"]?.ToString() == "false")
                continue;
            throw options["must_exist"]?.ToString() == "true"
                ? new Refusal(404, "resource_not_found_exception", $"required alias [{alias}] does not exist")
                : new Refusal(404, "aliases_not_found_exception", $"aliases [{alias}] missing")
                {
                    Details = new() { ["resource.type"] = "aliases", ["resource.id"] = alias },
                };
        }
    }

    private List<StandInIndex> Indexes(JsonObject options) => [.. Names(options, "index").SelectMany(name => cluster.Resolve(name)).Distinct()];

    private static List<string> Names(JsonObject options, string name) => (options[name] ?? options[name == "index" ? "indices" : "aliases"]) switch
    {
        JsonArray several => [.. several.Select(one => one!.ToString())],
        null => throw new Refusal(400, "action_request_validation_exception", $"Validation Failed: 1: One of [{name}] or [{(name == "index" ? "indices" : "aliases")}] is required;"),
        var one => [one.ToString()],
    };
}
