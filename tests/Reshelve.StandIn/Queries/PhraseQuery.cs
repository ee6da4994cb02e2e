using Reshelve.StandIn.Analysis;
using Reshelve.StandIn.Indexing;
using Reshelve.StandIn.Mapping;

namespace Reshelve.StandIn.Queries;

/// <summary>Words of a text field one after the other.</summary>
/// <param name="field">The field.</param>
/// <param name="words">The words, at their distances; at each any of several.</param>
/// <param name="statistics">All documents' field.</param>
internal sealed class PhraseQuery(string field, IReadOnlyList<(int Position, IReadOnlySet<string> Terms)> words, FieldStatistics statistics) : Query
{
    private readonly double _rarity = words.Sum(word => word.Terms.Count == 0 ? 0 : word.Terms.Sum(statistics.Rarity));

    public override double? Score(StoredDocument document)
    {
        if (words.Count == 0 || document.Content(field) is not { } content)
            return null;
        var frequency = Places(content).Count();
        return frequency == 0 ? null : Boost * Ranking.Score(frequency, _rarity, content, statistics);
    }

    public override void Mark(StoredDocument document, string named, ISet<int> marked)
    {
        if (named == field && document.Content(field) is { } content)
            marked.UnionWith(Places(content).SelectMany(place => place));
    }

    /// <summary>The places of the words, each time that the phrase is there.</summary>
    private IEnumerable<int[]> Places(FieldContent content)
    {
        var tokens = content.Tokens;
        for (var i = 0; i < tokens.Count; i++)
        {
            if (words[0].Terms.Contains(tokens[i].Term) && Follow(tokens, i) is { } place)
                yield return place;
        }
    }

    private int[]? Follow(IReadOnlyList<Token> tokens, int first)
    {
        var place = new int[words.Count];
        place[0] = first;
        for (var (word, at) = (1, first + 1); word < words.Count; word++)
        {
            var position = tokens[first].Position + words[word].Position - words[0].Position;
            while (at < tokens.Count && tokens[at].Position < position)
                at++;
            if (at >= tokens.Count || tokens[at].Position != position || !words[word].Terms.Contains(tokens[at].Term))
                return null;
            place[word] = at++;
        }

        return place;
    }
}
