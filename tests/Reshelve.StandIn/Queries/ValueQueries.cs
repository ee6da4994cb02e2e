using System.Text.Json.Nodes;
using Reshelve.StandIn.Indexing;
using Reshelve.StandIn.Mapping;

namespace Reshelve.StandIn.Queries;

/// <summary>Queries for values as they are: <c>term</c>, <c>terms</c>, <c>range</c>, <c>exists</c>, <c>ids</c>, <c>prefix</c>.</summary>
internal sealed class ValueQueries(IndexSnapshot snapshot)
{
    private const int MostTerms = 65536;

    public Query Parse(string type, JsonObject given, double boost)
    {
        if (type == "exists")
            return Exists(given["field"]!.ToString(), boost);
        if (type == "ids")
        {
            var ids = given["values"]!.AsArray().Select(id => id!.ToString()).ToHashSet(StringComparer.Ordinal);
            return new ConditionQuery(document => ids.Contains(document.Id)) { Boost = boost };
        }

        var (name, value) = given.First(member => member.Key is not ("boost" or "_name"));
        if (value is JsonObject detailed)
            boost = QueryParser.Number(detailed["boost"], boost);
        return type switch
        {
            "terms" => Terms(name, value!.AsArray(), boost),
            "range" => Range(name, (JsonObject)value!, boost),
            "prefix" => Prefix(name, Literal(value!), boost),
            _ => Term(name, Literal(value!), boost),
        };

        static JsonNode Literal(JsonNode value) => value is JsonObject detailed ? detailed["value"]! : value;
    }

    /// <summary>One value; of a text field, one word as it was indexed.</summary>
    public Query Term(string name, JsonNode literal, double boost)
    {
        if (name == "_id")
            return new ConditionQuery(document => document.Id == literal.ToString()) { Boost = boost };
        if (Field(name) is not { } field)
            return ConditionQuery.Nothing;
        if (field is TextField)
            return new WordQuery(name, literal.ToString(), snapshot.Statistics(name)) { Boost = boost };
        return new ConditionQuery(Condition(field, literal)) { Boost = boost };
    }

    private Query Terms(string name, JsonArray literals, double boost)
    {
        var most = snapshot.Index.Settings.Number("max_terms_count", MostTerms);
        if (literals.Count > most)
        {
            throw InIndex(Refusal.BadArgument(
                $"The number of terms [{literals.Count}] used in the Terms Query request has exceeded the allowed maximum of [{most}]. "
                + "This maximum can be set by changing the [index.max_terms_count] index level setting."));
        }

        if (name == "_id" || Field(name) is KeywordField)
        {
            var wanted = literals.Select(literal => literal!.ToString()).ToHashSet(StringComparer.Ordinal);
            return name == "_id"
                ? new ConditionQuery(document => wanted.Contains(document.Id)) { Boost = boost }
                : new ConditionQuery(document => document.Content(name)?.Values.Exists(value => wanted.Contains((string)value)) ?? false) { Boost = boost };
        }

        var each = literals.Select(literal => Term(name, literal!, 1)).ToList();
        return new ConditionQuery(document => each.Exists(query => query.Matches(document))) { Boost = boost };
    }

    private Predicate<StoredDocument> Condition(FieldMapping field, JsonNode literal)
    {
        if (field is not DateField)
        {
            var wanted = Checked(() => field.Literal(literal));
            return document => wanted is not null && document.Content(field.Path) is { } content && content.Values.Contains(wanted);
        }

        var (first, last) = Checked(() => field.Span(literal, null));
        return document => IsWithin(document.Content(field.Path), first, last, withFirst: true, withLast: true);
    }

    private Query Range(string name, JsonObject bounds, double boost)
    {
        if (Field(name) is not { } field)
            return ConditionQuery.Nothing;
        var format = bounds["format"]?.ToString();
        object? first = null, last = null;
        var (withFirst, withLast) = (true, true);
        foreach (var (bound, literal) in bounds)
        {
            if (literal is null)
                continue;
            switch (bound)
            {
                case "gte" or "from":
                    first = Checked(() => field.Span(literal, format)).First;
                    break;
                case "gt":
                    (first, withFirst) = (Checked(() => field.Span(literal, format)).Last, false);
                    break;
                case "lte" or "to":
                    last = Checked(() => field.Span(literal, format)).Last;
                    break;
                case "lt":
                    (last, withLast) = (Checked(() => field.Span(literal, format)).First, false);
                    break;
                case "format" or "boost" or "relation" or "_name":
                    break;
                default:
                    throw new Refusal(400, "parsing_exception", $"[range] query does not support [{bound}]");
            }
        }

        return new ConditionQuery(document => IsWithin(document.Content(name), first, last, withFirst, withLast)) { Boost = boost };
    }

    private static bool IsWithin(FieldContent? content, object? first, object? last, bool withFirst, bool withLast)
    {
        if (content is null)
            return false;
        if (content.Values.Count == 0)
            return content.Tokens.Any(token => IsValueWithin(token.Term, first, last, withFirst, withLast));
        return content.Values.Exists(value => IsValueWithin(value, first, last, withFirst, withLast));
    }

    private static bool IsValueWithin(object value, object? first, object? last, bool withFirst, bool withLast) =>
        (first is null || ValueOrder.Instance.Compare(value, first) is var low && (low > 0 || (withFirst && low == 0)))
        && (last is null || ValueOrder.Instance.Compare(value, last) is var high && (high < 0 || (withLast && high == 0)));

    private Query Prefix(string name, JsonNode literal, double boost)
    {
        var prefix = literal.ToString();
        return Field(name) switch
        {
            null => ConditionQuery.Nothing,
            TextField => new WordPrefixQuery(name, prefix) { Boost = boost },
            KeywordField => new ConditionQuery(document =>
                document.Content(name)?.Values.Exists(value => ((string)value).StartsWith(prefix, StringComparison.Ordinal)) ?? false) { Boost = boost },
            var other => throw InIndex(new(400, "query_shard_exception",
                $"Can only use prefix queries on keyword, text and wildcard fields - not on [{name}] which is of type [{other.Type}]")),
        };
    }

    private ConditionQuery Exists(string name, double boost)
    {
        var names = snapshot.Index.Mapping.Root.All().Select(field => field.Path)
            .Where(path => path == name || path.StartsWith(name + ".", StringComparison.Ordinal)).ToList();
        return new(document => names.Exists(path => document.Content(path) is not null)) { Boost = boost };
    }

    private FieldMapping? Field(string name)
    {
        var field = snapshot.Index.Mapping.Find(name);
        if (field is { IsIndexed: false })
            throw InIndex(Refusal.BadArgument($"Cannot search on field [{name}] since it is not indexed."));
        return field;
    }

    private T Checked<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Refusal refusal)
        {
            throw InIndex(refusal);
        }
    }

    private Refusal InIndex(Refusal cause) => ShardFailure.OfQuery(snapshot.Index, cause);
}
