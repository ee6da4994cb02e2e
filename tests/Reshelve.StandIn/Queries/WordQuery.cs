using Reshelve.StandIn.Indexing;

namespace Reshelve.StandIn.Queries;

/// <summary>A word of a text field.</summary>
internal sealed class WordQuery(string field, string term, FieldStatistics statistics) : Query
{
    public override double? Score(StoredDocument document)
    {
        if (document.Content(field) is not { } content)
            return null;
        var frequency = content.Tokens.Count(token => token.Term == term);
        return frequency == 0 ? null : Boost * Ranking.Score(frequency, statistics.Rarity(term), content, statistics);
    }

    public override void Mark(StoredDocument document, string named, ISet<int> marked)
    {
        if (named != field || document.Content(field) is not { } content)
            return;
        for (var i = 0; i < content.Tokens.Count; i++)
        {
            if (content.Tokens[i].Term == term)
                marked.Add(i);
        }
    }
}
