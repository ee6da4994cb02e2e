using System.Globalization;
using System.Text.Json.Nodes;
using Reshelve.StandIn.Analysis;
using Reshelve.StandIn.Indexing;
using Reshelve.StandIn.Mapping;

namespace Reshelve.StandIn.Queries;

/// <summary>Queries for texts, split into words by the field's analyzer: <c>match</c> and its kin.</summary>
internal sealed class TextQueries(IndexSnapshot snapshot)
{
    private const int UsualExpansions = 50;
    private const int MostClauses = 1024;

    private readonly ValueQueries _values = new(snapshot);

    /// <summary>What is asked of each field.</summary>
    private sealed record Wanted(string Type, JsonNode Text, JsonObject Options)
    {
        public bool NeedsAll => string.Equals(Options["operator"]?.ToString(), "and", StringComparison.OrdinalIgnoreCase);

        public int Expansions => (int)QueryParser.Number(Options["max_expansions"], UsualExpansions);

        public bool IsLenient => Options["lenient"]?.ToString() == "true";

        public string? Analyzer => Options["analyzer"]?.ToString();
    }

    public Query Parse(string type, JsonObject given, double boost)
    {
        if (type == "multi_match")
            return Several(given, boost);
        var (name, value) = given.First();
        var options = value as JsonObject ?? new JsonObject { ["query"] = value!.DeepClone() };
        return OfField(new(type, options["query"]!, options), name, QueryParser.Number(options["boost"], boost));
    }

    private Query Several(JsonObject given, double boost)
    {
        var type = given["type"]?.ToString() ?? "best_fields";
        var wanted = new Wanted(type switch
        {
            "best_fields" or "most_fields" => "match",
            "phrase" => "match_phrase",
            "phrase_prefix" => "match_phrase_prefix",
            "bool_prefix" => "match_bool_prefix",
            _ => throw Refusal.Unsupported($"multi_match of type {type}"),
        }, given["query"]!, given);
        var queries = (given["fields"] as JsonArray ?? []).SelectMany(field => Fields(field!.ToString()))
            .Select(field => OfField(wanted, field.Name, field.Boost)).ToList();
        if (queries.Count == 0)
            return ConditionQuery.Nothing;
        var share = QueryParser.Number(given["tie_breaker"], type is "most_fields" or "bool_prefix" ? 1 : 0);
        return new BestQuery(queries, share) { Boost = boost };
    }

    private IEnumerable<(string Name, double Boost)> Fields(string field)
    {
        var parts = field.Split('^');
        var boost = parts.Length > 1 ? double.Parse(parts[1], CultureInfo.InvariantCulture) : 1;
        return snapshot.Index.Mapping.Matching(parts[0]).Select(found => (found.Path, boost));
    }

    private Query OfField(Wanted wanted, string name, double boost)
    {
        if (snapshot.Index.Mapping.Find(name) is not { } field)
            return ConditionQuery.Nothing;
        return field is TextField text ? OfText(wanted, text, boost) : OfValue(wanted, field, boost);
    }

    /// <summary>Fields that are not split are compared with the whole text.</summary>
    private Query OfValue(Wanted wanted, FieldMapping field, double boost)
    {
        try
        {
            return wanted.Type == "match_bool_prefix" && field is KeywordField
                ? _values.Parse("prefix", new() { [field.Path] = wanted.Text.ToString() }, boost)
                : _values.Term(field.Path, wanted.Text, boost);
        }
        catch (Refusal) when (wanted.IsLenient)
        {
            return ConditionQuery.Nothing;
        }
    }

    private Query OfText(Wanted wanted, TextField field, double boost)
    {
        var analyzer = wanted.Analyzer is { } named ? new Analyzers(snapshot.Index.Settings.Analysis)[named] : field.Search;
        var tokens = analyzer.Tokens(wanted.Text.ToString());
        if (tokens.Count == 0)
            return wanted.Options["zero_terms_query"]?.ToString() == "all" ? new ConditionQuery(_ => true) { Boost = boost } : ConditionQuery.Nothing;
        return wanted.Type switch
        {
            "match_phrase" => Phrase(field, tokens, null, boost),
            "match_phrase_prefix" => Phrase(field, tokens, wanted.Expansions, boost),
            "match_bool_prefix" => Words(wanted, field, tokens, lastIsPrefix: true, boost),
            _ => Words(wanted, field, tokens, lastIsPrefix: false, boost),
        };
    }

    private Query Words(Wanted wanted, TextField field, IReadOnlyList<Token> tokens, bool lastIsPrefix, double boost)
    {
        if (tokens.Count > MostClauses)
        {
            throw ShardFailure.OfQuery(snapshot.Index, new(400, "too_many_clauses", $"maxClauseCount is set to {MostClauses}"));
        }

        var statistics = snapshot.Statistics(field.Path);
        var queries = new List<Query>();
        for (var i = 0; i < tokens.Count; i++)
        {
            queries.Add(lastIsPrefix && i == tokens.Count - 1
                ? new WordPrefixQuery(field.Path, tokens[i].Term)
                : new WordQuery(field.Path, tokens[i].Term, statistics));
        }

        var least = BoolQuery.LeastOf(wanted.Options["minimum_should_match"], queries.Count);
        return wanted.NeedsAll ? new BoolQuery { Must = queries, Boost = boost } : new BoolQuery { Should = queries, Least = least, Boost = boost };
    }

    /// <summary>A phrase; its last word stands for the first so many that begin like it.</summary>
    private PhraseQuery Phrase(TextField field, IReadOnlyList<Token> tokens, int? expansions, double boost)
    {
        var statistics = snapshot.Statistics(field.Path);
        var words = tokens.Select(token => (token.Position, (IReadOnlySet<string>)new HashSet<string>(StringComparer.Ordinal) { token.Term })).ToList();
        if (expansions is { } most)
        {
            var last = tokens[^1];
            var longer = statistics.Terms.Keys.Where(term => term.StartsWith(last.Term, StringComparison.Ordinal)).Take(most);
            words[^1] = (last.Position, longer.ToHashSet(StringComparer.Ordinal));
        }

        return new(field.Path, words, statistics) { Boost = boost };
    }
}
