using System.Text.Json.Nodes;
using Reshelve.StandIn.Http;
using Reshelve.StandIn.Queries;

namespace Reshelve.StandIn.Searching;

/// <summary>A search as it was asked.</summary>
internal sealed record SearchBody
{
    private const int UsualTotal = 10_000;

    public required ReadOnlyMemory<byte> Raw { get; init; }

    public JsonNode Query { get; private init; } = new JsonObject { ["match_all"] = new JsonObject() };

    public bool HasQuery { get; private init; }

    public int From { get; private init; }

    public int Size { get; private init; } = 10;

    public IReadOnlyList<JsonNode> Sort { get; private init; } = [];

    public JsonObject? Aggregations { get; private init; }

    public JsonObject? Highlight { get; private init; }

    /// <summary>Up to where matches are counted; null: not at all.</summary>
    public long? CountedTo { get; private init; } = UsualTotal;

    public bool TracksScores { get; private init; }

    public SourceFilter Source { get; private init; } = SourceFilter.All;

    public bool WithVersion { get; private init; }

    public bool WithSequence { get; private init; }

    public JsonArray? After { get; private init; }

    public string? PointInTime { get; private init; }

    public double LeastScore { get; private init; }

    /// <exception cref="Refusal">A member is unknown, or a number out of range.</exception>
    public static SearchBody Of(Call call)
    {
        var search = new SearchBody { Raw = call.Body };
        if (call.Query.ContainsKey("q"))
            throw Refusal.Unsupported("searches by q");
        foreach (var (name, value) in call.Object())
            search = search.With(name, value);
        foreach (var (name, value) in call.Query)
        {
            search = name switch
            {
                "size" or "from" => search.With(name, int.Parse(value)),
                "track_total_hits" or "version" or "seq_no_primary_term" or "track_scores" => search.With(name, value is "" or "true"),
                "sort" => search with { Sort = [.. value.Split(',').Select(SortOfQuery)] },
                "_source" => search with { Source = SourceFilter.OfQuery(value) },
                _ => search,
            };
        }

        return search;
    }

    private static JsonObject SortOfQuery(string key) => key.Split(':') is { Length: 2 } parts ? new() { [parts[0]] = parts[1] } : new() { [key] = "asc" };

    private SearchBody With(string name, JsonNode? value) => name switch
    {
        "query" => this with { Query = value!, HasQuery = true },
        "from" => this with { From = Count(name, value) },
        "size" => this with { Size = Count(name, value) },
        "sort" => this with { Sort = value is JsonArray several ? [.. several.Select(key => key!)] : [value!] },
        "aggs" or "aggregations" => this with { Aggregations = (JsonObject)value! },
        "highlight" => this with { Highlight = (JsonObject)value! },
        "track_total_hits" => this with { CountedTo = Total(value!) },
        "track_scores" => this with { TracksScores = value!.ToString() == "true" },
        "_source" => this with { Source = SourceFilter.Of(value!) },
        "version" => this with { WithVersion = value!.ToString() == "true" },
        "seq_no_primary_term" => this with { WithSequence = value!.ToString() == "true" },
        "search_after" => this with { After = (JsonArray)value! },
        "pit" => this with { PointInTime = value!["id"]!.ToString() },
        "min_score" => this with { LeastScore = QueryParser.Number(value, 0) },
        "timeout" or "stats" or "profile" => this,
        "stored_fields" or "fields" or "docvalue_fields" or "post_filter" or "rescore" or "suggest" or "collapse" or "script_fields" or "terminate_after" or "explain" or "slice"
            or "indices_boost" or "runtime_mappings" or "knn" or "ext" => throw Refusal.Unsupported($"the search parameter {name}"),
        _ => throw new Refusal(400, "parsing_exception", $"Unknown key for a {Token(value)} in [{name}].") { Details = new() { ["line"] = 1, ["col"] = 1 } },
    };

    private static int Count(string name, JsonNode? value)
    {
        var number = value!.GetValue<long>();
        return number < 0 ? throw Refusal.BadArgument($"[{name}] parameter cannot be negative, found [{number}]") : (int)Math.Min(number, int.MaxValue);
    }

    private static long? Total(JsonNode value) => value.ToString() switch
    {
        "true" => long.MaxValue,
        "false" => null,
        var number => long.Parse(number),
    };

    private static string Token(JsonNode? value) => value?.GetValueKind() switch
    {
        System.Text.Json.JsonValueKind.Object => "START_OBJECT",
        System.Text.Json.JsonValueKind.Array => "START_ARRAY",
        System.Text.Json.JsonValueKind.Number => "VALUE_NUMBER",
        System.Text.Json.JsonValueKind.String => "VALUE_STRING",
        System.Text.Json.JsonValueKind.Null or null => "VALUE_NULL",
        _ => "VALUE_BOOLEAN",
    };
}
