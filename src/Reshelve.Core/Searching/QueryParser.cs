using System.Globalization;
using System.Text;

namespace Reshelve.Searching;

/// <summary>
/// Reads what a person types into a search box. It knows words, <c>"phrases"</c>, <c>-excluded</c> words and phrases, and
/// <c>prefix*</c>;
/// everything else is literal text. There are no errors: a quote that is not closed ends with the text, a quote inside a word
/// (<c>24"</c>)
/// and a minus without a word are text.
/// </summary>
public static class QueryParser
{
    /// <summary>The characters that are read; nobody types more, and what programs send must have an end.</summary>
    public const int MaxLength = 8192;

    /// <summary>The words and phrases that are read.</summary>
    public const int MaxTerms = 128;

    /// <summary>Reads a query.</summary>
    /// <param name="query">What was typed.</param>
    /// <param name="prefixLast">Whether the last word is still being typed, unless a space or a closing quote follows it.</param>
    public static SearchQuery Parse(string query, bool prefixLast)
    {
        var text = query.AsSpan(0, Math.Min(query.Length, MaxLength));
        var terms = new List<QueryTerm>();
        var excluded = new List<QueryTerm>();
        var at = 0;
        while (terms.Count + excluded.Count < MaxTerms)
        {
            while (at < text.Length && char.IsWhiteSpace(text[at]))
                at++;
            if (at == text.Length)
                break;
            var excludes = text[at] == '-' && at + 1 < text.Length && !char.IsWhiteSpace(text[at + 1]);
            if (excludes)
                at++;
            var term = IsQuote(text[at]) ? ReadPhrase(text, ref at) : ReadWord(text, ref at);

            // What is excluded is never taken to be unfinished: it would exclude too much.
            if (prefixLast && !excludes && at == text.Length && EndsInWord(text))
                term = term with { Prefix = true };
            if (term.Text.Length > 0)
                (excludes ? excluded : terms).Add(term);
        }

        return new SearchQuery(terms, excluded);
    }

    private static QueryTerm ReadPhrase(ReadOnlySpan<char> text, ref int at)
    {
        var start = ++at;
        while (at < text.Length && !IsQuote(text[at]))
            at++;
        var phrase = text[start..at].Trim().ToString();
        if (at < text.Length)
            at++;
        return new QueryTerm(phrase, Prefix: false);
    }

    private static QueryTerm ReadWord(ReadOnlySpan<char> text, ref int at)
    {
        var start = at;
        while (at < text.Length && !char.IsWhiteSpace(text[at]))
            at++;
        var word = text[start..at];
        var stem = word.TrimEnd('*');
        var prefix = stem.Length < word.Length && EndsInWord(stem);
        return new QueryTerm((prefix ? stem : word).ToString(), prefix);
    }

    // After "C++" nothing is unfinished: as a prefix it would match every word with a c.
    private static bool EndsInWord(ReadOnlySpan<char> text) =>
        Rune.DecodeLastFromUtf16(text, out var last, out _) == System.Buffers.OperationStatus.Done
        && (Rune.IsLetterOrDigit(last)
            || Rune.GetUnicodeCategory(last) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark);

    private static bool IsQuote(char c) => c is '"' or '\u201C' or '\u201D' or '\u201E';
}
