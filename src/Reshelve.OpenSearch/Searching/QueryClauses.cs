using System.Globalization;
using System.Text.Json;
using Reshelve.Searching;

namespace Reshelve.OpenSearch.Searching;

/// <summary>Writes a query's words as clauses that every text field is asked for.</summary>
/// <param name="json">Takes them.</param>
/// <param name="textFields">The names of the text fields; at least one.</param>
/// <param name="boosts">How much each weighs; 1 for those not named.</param>
internal sealed class QueryClauses(Utf8JsonWriter json, IReadOnlyList<string> textFields, IReadOnlyDictionary<string, double> boosts)
{
    private const double LargestBoost = 1_000_000;

    // Of a document that holds a word in several fields, the best one counts, and of the others this share.
    private const double OtherFieldsShare = 0.3;

    // How many longer words the unfinished last word of a phrase may stand for, in each shard: documents with others are not found. A thousand cost a search some 20 ms, ten thousand more than a second.
    private const int PhraseExpansions = 1000;

    /// <summary>Writes the members of a <c>bool</c> query.</summary>
    /// <param name="query">What is asked; it does not match nothing.</param>
    /// <param name="match">Whether each term must match, or one.</param>
    /// <param name="isRanked">Whether anyone asks how well a document matches: if not, nothing is calculated.</param>
    public void WriteMembers(TextQuery query, TermMatch match, bool isRanked)
    {
        if (query.Wanted.Count > 0)
        {
            json.WriteStartArray(match == TermMatch.Any && isRanked ? "should" : isRanked ? "must" : "filter");
            if (match == TermMatch.Any && !isRanked)
                WriteAny(query.Wanted);
            else
                WriteEach(query.Wanted, isRanked);
            json.WriteEndArray();
            if (match == TermMatch.Any && isRanked)
                json.WriteNumber("minimum_should_match", 1);
        }

        if (query.Excluded.Count > 0)
        {
            json.WriteStartArray("must_not");
            WriteEach(query.Excluded, isRanked: false);
            json.WriteEndArray();
        }
    }

    private void WriteAny(IReadOnlyList<TermWords> terms)
    {
        json.WriteStartObject();
        json.WriteStartObject("bool");
        json.WriteStartArray("should");
        WriteEach(terms, isRanked: false);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteEach(IReadOnlyList<TermWords> terms, bool isRanked)
    {
        foreach (var term in terms)
        {
            if (term is { Words.Count: 1, Prefix: true } && isRanked)
                WriteUnfinished(term);
            else if (term.Words.Count == 1)
                Write(term, term.Prefix ? "bool_prefix" : "best_fields");
            else
                Write(term, term.Prefix ? "phrase_prefix" : "phrase");
        }
    }

    // All words that begin so have the same rank; those that are just this word come first.
    private void WriteUnfinished(TermWords term)
    {
        json.WriteStartObject();
        json.WriteStartObject("bool");
        json.WriteStartArray("must");
        Write(term, "bool_prefix");
        json.WriteEndArray();
        json.WriteStartArray("should");
        Write(term, "best_fields");
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void Write(TermWords term, string type)
    {
        json.WriteStartObject();
        json.WriteStartObject("multi_match");
        json.WriteString("query", term.Text);
        json.WriteString("type", type);
        json.WriteStartArray("fields");
        foreach (var field in textFields)
            json.WriteStringValue(field + BoostOf(field));
        json.WriteEndArray();
        if (type == "phrase_prefix")
            json.WriteNumber("max_expansions", PhraseExpansions);
        if (type != "bool_prefix")
            json.WriteNumber("tie_breaker", OtherFieldsShare);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private string BoostOf(string field) =>
        boosts.TryGetValue(field, out var boost) && double.IsFinite(boost) && boost != 1
            ? "^" + Math.Clamp(boost, 0, LargestBoost).ToString("R", CultureInfo.InvariantCulture)
            : "";
}
