using System.Text;
using Reshelve.Searching;

namespace Reshelve.Embedded.Searching;

/// <summary>A query in the language of FTS5 (https://sqlite.org/fts5.html#full_text_query_syntax).</summary>
/// <param name="Match">What documents must match; null when anything does.</param>
/// <param name="Without">What documents must not match, given only when anything else matches.</param>
internal sealed record FullTextExpression(string? Match, string? Without)
{
    public static FullTextExpression Of(SearchQuery query, TermMatch match)
    {
        var excluded = query.Excluded.Count > 0 ? Join(query.Excluded, " OR ") : null;
        if (query.Terms.Count == 0)
            return new FullTextExpression(null, excluded);

        // Side by side, not with AND: so terms of symbols only, which make no word, are passed over rather than match nothing.
        var wanted = Join(query.Terms, match == TermMatch.All ? " " : " OR ");
        return new FullTextExpression(excluded is null ? wanted : $"({wanted}) NOT ({excluded})", null);
    }

    private static string Join(IReadOnlyList<QueryTerm> terms, string separator)
    {
        var text = new StringBuilder();
        foreach (var term in terms)
        {
            // In quotes nothing has a meaning but the quote, which is doubled. A NUL would end the expression.
            text.Append(text.Length > 0 ? separator : "")
                .Append('"').Append(term.Text.Replace("\"", "\"\"", StringComparison.Ordinal).Replace('\0', ' ')).Append('"')
                .Append(term.Prefix ? " *" : "");
        }

        return text.ToString();
    }
}
