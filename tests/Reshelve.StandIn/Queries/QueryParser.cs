using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Reshelve.StandIn.Indexing;

namespace Reshelve.StandIn.Queries;

/// <summary>Reads queries as they are asked of one index.</summary>
/// <param name="snapshot">What is searched.</param>
/// <param name="body">The request's whole body, for the places that refusals name.</param>
internal sealed class QueryParser(IndexSnapshot snapshot, ReadOnlyMemory<byte> body)
{
    private readonly ValueQueries _values = new(snapshot);
    private readonly TextQueries _texts = new(snapshot);

    /// <exception cref="Refusal">It is no query.</exception>
    public Query Parse(JsonNode? node)
    {
        if (node is not JsonObject { Count: 1 } query || query.First() is not { Value: JsonObject given } named)
            throw new Refusal(400, "parsing_exception", "[_na] query malformed, no start_object after query name");
        var boost = given["boost"] is { } factor ? (double)factor : 1;
        return named.Key switch
        {
            "match_all" => new ConditionQuery(_ => true) { Boost = boost },
            "match_none" => ConditionQuery.Nothing,
            "bool" => Bool(given, boost),
            "constant_score" => new ConstantQuery(Parse(given["filter"])) { Boost = boost },
            "dis_max" => new BestQuery([.. given["queries"]!.AsArray().Select(Parse)], Number(given["tie_breaker"], 0)) { Boost = boost },
            "script_score" => CosineQuery.Of(Parse(given["query"]), given["script"]!),
            "term" or "terms" or "range" or "exists" or "ids" or "prefix" => _values.Parse(named.Key, given, boost),
            "match" or "match_phrase" or "match_phrase_prefix" or "match_bool_prefix" or "multi_match" => _texts.Parse(named.Key, given, boost),
            "query_string" or "simple_query_string" or "wildcard" or "regexp" or "fuzzy" or "nested" or "function_score" or "boosting" or "combined_fields" or "terms_set"
                or "script" or "knn" or "more_like_this" => throw Refusal.Unsupported($"the query {named.Key}"),
            _ => throw Unknown(named.Key),
        };
    }

    private BoolQuery Bool(JsonObject given, double boost)
    {
        foreach (var (name, _) in given)
        {
            if (name is not ("must" or "filter" or "should" or "must_not" or "minimum_should_match" or "boost" or "_name" or "adjust_pure_negative"))
                throw new Refusal(400, "x_content_parse_exception", $"[1:{Column(name, ofValue: false)}] [bool] unknown field [{name}]");
        }

        var should = Several(given["should"]);
        return new()
        {
            Must = Several(given["must"]),
            Filter = Several(given["filter"]),
            Should = should,
            MustNot = Several(given["must_not"]),
            Least = BoolQuery.LeastOf(given["minimum_should_match"], should.Count),
            Boost = boost,
        };
    }

    private List<Query> Several(JsonNode? queries) => queries switch
    {
        null => [],
        JsonArray list => [.. list.Select(Parse)],
        _ => [Parse(queries)],
    };

    private Refusal Unknown(string name)
    {
        var column = Column(name, ofValue: true);
        return new(400, "parsing_exception", $"unknown query [{name}]")
        {
            Details = new() { ["line"] = 1, ["col"] = column },
            Cause = new(400, "named_object_not_found_exception", $"[1:{column}] unknown field [{name}]"),
        };
    }

    /// <summary>Where a member or its value stands in the body, from 1; bodies have one line.</summary>
    private int Column(string name, bool ofValue)
    {
        var text = Encoding.UTF8.GetString(body.Span);
        var at = text.IndexOf($"\"{name}\"", StringComparison.Ordinal);
        if (!ofValue || at < 0)
            return at + 1;
        at = text.IndexOf(':', at + name.Length + 2) + 1;
        while (at < text.Length && char.IsWhiteSpace(text[at]))
            at++;
        return at + 1;
    }

    public static double Number(JsonNode? node, double otherwise) =>
        node is null ? otherwise : double.Parse(node.ToString(), CultureInfo.InvariantCulture);
}
