using System.Text;
using Reshelve.Searching;

namespace Reshelve.Host.Commands;

/// <summary>
/// Filters and sort keys as they are typed. A value that holds a comma, <c>..</c> or a quote is put in double quotes, with
/// quotes inside
/// it doubled: <c>brand="Smith, Jones"</c>.
/// </summary>
internal static class SearchSyntax
{
    /// <summary>
    /// Reads <c>field=value</c>, <c>field=a,b</c>, <c>field=10..20</c>, <c>field>=10</c> or <c>field&lt;=20</c>.
    /// </summary>
    /// <exception cref="UsageException">It is none of these.</exception>
    public static SearchFilter Filter(string text)
    {
        var at = text.AsSpan().IndexOfAny("=<>!");
        if (at <= 0)
            throw Wrong(text, "name a field and a value");
        var field = text[..at].Trim();
        var two = at + 1 < text.Length && text[at + 1] == '=';
        return text[at] switch
        {
            '=' => Equality(text, field, text[(at + 1)..].Trim()),
            '>' when two => new RangeFilter(field, Bound(text, text[(at + 2)..]), null),
            '<' when two => new RangeFilter(field, null, Bound(text, text[(at + 2)..])),
            '!' => throw Wrong(text, "conditions cannot be negated; exclude words with -word instead"),
            _ => throw Wrong(text, $"bounds are included: write {text[at]}="),
        };
    }

    /// <summary>
    /// Reads <c>field</c>, <c>field:asc</c> or <c>field:desc</c>. A score is best first unless it says otherwise.
    /// </summary>
    /// <exception cref="UsageException">It is none of these.</exception>
    public static SortKey Sort(string text)
    {
        if (text.EndsWith(":desc", StringComparison.OrdinalIgnoreCase))
            return new SortKey(text[..^5], Descending: true);
        if (text.EndsWith(":asc", StringComparison.OrdinalIgnoreCase))
            return new SortKey(text[..^4], Descending: false);
        if (text.Contains(':'))
            throw new UsageException($"--sort '{text}': after the colon comes asc or desc.");
        return new SortKey(text, Descending: text == "_score");
    }

    private static SearchFilter Equality(string text, string field, string value)
    {
        if (value.Length == 0)
            throw Wrong(text, "a value is missing; write \"\" for an empty one");
        var quoted = value.StartsWith('"');
        var dots = quoted ? -1 : value.IndexOf("..", StringComparison.Ordinal);
        if (dots < 0)
            return new ValuesFilter(field, Values(text, value));
        var (from, to) = (value[..dots].Trim(), value[(dots + 2)..].Trim());
        if (from.Length == 0 && to.Length == 0)
            throw Wrong(text, "a range needs at least one bound");
        return new RangeFilter(field, from.Length == 0 ? null : from, to.Length == 0 ? null : to);
    }

    private static string Bound(string text, string value) =>
        value.Trim() is { Length: > 0 } bound ? Values(text, bound, lists: false)[0] : throw Wrong(text, "a value is missing");

    private static List<string> Values(string text, string list, bool lists = true)
    {
        var values = new List<string>();
        var at = 0;
        while (true)
        {
            values.Add(at < list.Length && list[at] == '"' ? Quoted(text, list, ref at) : Plain(list, ref at, lists));
            if (at >= list.Length)
                return values;
            if (list[at] != ',' || !lists)
                throw Wrong(text, "after a closing quote comes a comma or nothing");
            at++;
        }
    }

    private static string Plain(string list, ref int at, bool lists)
    {
        var start = at;
        var comma = lists ? list.IndexOf(',', start) : -1;
        at = comma < 0 ? list.Length : comma;
        return list[start..at].Trim();
    }

    private static string Quoted(string text, string list, ref int at)
    {
        var value = new StringBuilder();
        for (at++; at < list.Length; at++)
        {
            if (list[at] != '"')
            {
                value.Append(list[at]);
            }
            else if (at + 1 < list.Length && list[at + 1] == '"')
            {
                value.Append('"');
                at++;
            }
            else
            {
                at++;
                return value.ToString();
            }
        }

        throw Wrong(text, "the quote is not closed");
    }

    private static UsageException Wrong(string text, string why) =>
        new($"--filter '{text}': {why}. Write field=value, field=a,b, field=10..20, 'field>=10' or 'field<=20'.");
}
