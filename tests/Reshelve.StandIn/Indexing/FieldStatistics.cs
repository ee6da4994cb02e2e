using Reshelve.StandIn.Mapping;

namespace Reshelve.StandIn.Indexing;

/// <summary>What ranking must know of all documents' values in one field.</summary>
/// <param name="Documents">How many documents hold any.</param>
/// <param name="MeanLength">How many words they hold in the mean.</param>
/// <param name="Terms">By word, how many documents hold it; ordered as the server orders them.</param>
internal sealed record FieldStatistics(int Documents, double MeanLength, SortedDictionary<string, int> Terms)
{
    public static FieldStatistics Of(IReadOnlyList<StoredDocument> documents, string field)
    {
        var terms = new SortedDictionary<string, int>(Utf8Order.Instance);
        var (count, words) = (0, 0L);
        foreach (var document in documents)
        {
            if (document.Content(field) is not { } content)
                continue;
            count++;
            words += content.Tokens.Count;
            foreach (var term in content.Tokens.Select(token => token.Term).Distinct())
                terms[term] = terms.GetValueOrDefault(term) + 1;
        }

        return new(count, count == 0 ? 1 : Math.Max(1, (double)words / count), terms);
    }

    /// <summary>How rare a word is.</summary>
    public double Rarity(string term) => Rarity(Terms.GetValueOrDefault(term));

    public double Rarity(int holding) => Math.Log(1 + (Documents - holding + 0.5) / (holding + 0.5));
}
