namespace Reshelve.StandIn.Analysis;

/// <summary>Splits texts into words.</summary>
/// <param name="Split">Gives where words begin and end.</param>
/// <param name="Filters">What is done with each word, in turn.</param>
internal sealed record Analyzer(Func<string, IEnumerable<(int Start, int End)>> Split, IReadOnlyList<Func<string, string>> Filters)
{
    /// <summary>Longer words are cut, as the server's tokenizers do.</summary>
    private const int LongestWord = 255;

    /// <summary>The words of some texts.</summary>
    /// <param name="texts">The values of a field.</param>
    /// <param name="gap">How many positions lie between two of them.</param>
    public IReadOnlyList<Token> Tokens(IReadOnlyList<string> texts, int gap)
    {
        var tokens = new List<Token>();
        var position = 0;
        for (var text = 0; text < texts.Count; text++)
        {
            if (text > 0)
                position += gap;
            foreach (var (start, end) in Split(texts[text]))
            {
                for (var from = start; from < end; from += LongestWord)
                {
                    var to = Math.Min(end, from + LongestWord);
                    tokens.Add(new(Term(texts[text][from..to]), position++, text, from, to));
                }
            }
        }

        return tokens;
    }

    public IReadOnlyList<Token> Tokens(string text) => Tokens([text], gap: 0);

    public string Term(string word) => Filters.Aggregate(word, (term, filter) => filter(term));
}
