using System.Text;
using Reshelve.Catalogs;

namespace Reshelve.Running;

/// <summary>Where a definition's feeds come from, told apart as an operator would: dates in it change by the day and mean nothing.</summary>
internal static class SourcePlace
{
    private const string Separators = "-_.:/T";
    private const int LeastDigitsOfDate = 6;

    /// <summary>The place as one text: host and path of an address, or the pattern of files; dates in them stand as <c>#</c>.</summary>
    public static string Of(SourceDefinition source) => source.Url is { } url
        // Not the scheme, which changes when a shop learns https, and not the query, which may hold secrets.
        ? url.Authority + WithoutDates(url.AbsolutePath)
        : WithoutDates(source.Path ?? "");

    private static string WithoutDates(string text)
    {
        var result = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length;)
        {
            var end = EndOfDate(text, at);
            if (end > at)
                result.Append('#');
            else
                result.Append(text[end++]);
            at = end;
        }

        return result.ToString();
    }

    /// <summary>Where a date that begins here ends; here, if none does. A date: a year of this or the last century, and more digits.</summary>
    private static int EndOfDate(string text, int start)
    {
        var isYear = string.CompareOrdinal(text, start, "19", 0, 2) == 0 || string.CompareOrdinal(text, start, "20", 0, 2) == 0;
        if (!isYear || (start > 0 && char.IsAsciiDigit(text[start - 1])))
            return start;
        var (digits, end) = (0, start);
        for (var at = start; at < text.Length && (char.IsAsciiDigit(text[at]) || Separators.Contains(text[at])); at++)
        {
            if (!char.IsAsciiDigit(text[at]))
                continue;
            digits++;
            end = at + 1;
        }

        return digits >= LeastDigitsOfDate ? end : start;
    }
}
