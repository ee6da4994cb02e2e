using Reshelve.OpenSearch.Indexing;
using Reshelve.Searching;

namespace Reshelve.OpenSearch.Searching;

/// <summary>A term of a query, split into words as the server splits documents: one word, or several as a phrase.</summary>
/// <param name="Words">At least one.</param>
/// <param name="Prefix">Whether the last one also matches longer words.</param>
internal sealed record TermWords(IReadOnlyList<string> Words, bool Prefix)
{
    /// <summary>The words as one text, which the server splits into them again.</summary>
    public string Text => string.Join(' ', Words);
}

/// <summary>What a typed query asks of the text fields.</summary>
/// <param name="Wanted">What documents must hold: each, or one of it.</param>
/// <param name="Excluded">What they must not hold.</param>
/// <param name="MatchesNothing">Words were typed, or what looks like them, and no document can hold them.</param>
internal sealed record TextQuery(IReadOnlyList<TermWords> Wanted, IReadOnlyList<TermWords> Excluded, bool MatchesNothing)
{
    /// <summary>
    /// How many comparisons of a word with a field a search may have: servers refuse more than 1024 (from Elasticsearch 8 and OpenSearch 2 on counted over the whole
    /// request), and what stands beside the words needs some.
    /// </summary>
    public const int MaxClauses = 1000;

    /// <summary>Whether it ranks the documents that match.</summary>
    public bool Ranks => Wanted.Count > 0;

    /// <summary>Splits a query. Terms without any word are passed over, and so are words beyond what a server can take.</summary>
    /// <param name="query">What was typed.</param>
    /// <param name="textFields">In how many fields it is searched.</param>
    /// <param name="clauses">How many comparisons it may have, see <see cref="MaxClauses"/>.</param>
    public static TextQuery Of(SearchQuery query, int textFields, int clauses)
    {
        if (textFields == 0)
            return new TextQuery([], [], query.Terms.Count > 0);

        // What is excluded cannot take all of it: something must be left to look for.
        var room = Math.Max(clauses / textFields, 1);
        var forExcluded = room / 2;
        var excluded = Take(query.Excluded, ref forExcluded, isRanked: false);
        room -= excluded.Sum(term => term.Words.Count);
        var wanted = Take(query.Terms, ref room, isRanked: true);
        return new TextQuery(wanted, excluded, query.Terms.Count > 0 && wanted.Count == 0);
    }

    private static List<TermWords> Take(IReadOnlyList<QueryTerm> terms, ref int room, bool isRanked)
    {
        var taken = new List<TermWords>();
        foreach (var term in terms)
        {
            var words = WordRule.Split(term.Text);
            if (words.Count == 0 || room <= 0)
                continue;
            var isCut = words.Count > room;
            if (isCut)
                words = [.. words.Take(room)];
            var prefix = term.Prefix && !isCut;
            taken.Add(new TermWords(words, prefix));

            // A word that is still being typed is asked for twice, see QueryClauses.
            room -= words.Count + (isRanked && prefix && words.Count == 1 ? 1 : 0);
        }

        return taken;
    }
}
