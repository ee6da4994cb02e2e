using Reshelve.Feeds;

namespace Reshelve.Catalogs.Drafting;

/// <summary>Finds the delimiter of a feed of rows: the one with which the rows have as many values as the header.</summary>
internal static class CsvShape
{
    private const int EnoughRows = 2_000;
    private const double LeastAgreement = 0.6;

    /// <exception cref="FeedRefusedException">It is no table.</exception>
    public static FeedFormat Find(FeedSample sample)
    {
        if (sample.Head.AsSpan().ContainsAnyInRange('\0', '\u0008'))
            throw Unknown(sample, "It holds binary data");
        var best = (Delimiter: ',', Columns: 1, Agreement: 0.0);
        foreach (var delimiter in new[] { ',', ';', '\t', '|' })
        {
            var (columns, agreement) = Measure(sample, delimiter);
            if (columns > 1 && (agreement, columns).CompareTo((best.Agreement, best.Columns)) > 0)
                best = (delimiter, columns, agreement);
        }

        if (best.Columns == 1)
            throw Unknown(sample, "No comma, semicolon, tab or bar divides its first row into columns");
        if (best.Agreement < LeastAgreement)
            throw Unknown(sample, "Its rows do not have as many values as its first row");
        return new FeedFormat { Kind = FeedFormatKind.Csv, Delimiter = best.Delimiter };
    }

    private static FeedRefusedException Unknown(FeedSample sample, string reason) => new(
        $"The format of '{sample.File}' was not recognised. {reason}, and it begins like neither JSON nor XML. "
        + "Feeds are JSON Lines, JSON, CSV with a header row, or XML.");

    /// <summary>How many columns the header has, and the share of rows that have as many values.</summary>
    private static (int Columns, double Agreement) Measure(FeedSample sample, char delimiter)
    {
        var widths = Widths(sample.Head, delimiter, sample.HeadIsAll);
        if (widths.Count == 0)
            return (1, 0);
        return (widths[0], (double)widths.Count(w => w == widths[0]) / widths.Count);
    }

    /// <summary>How many values each row has (RFC 4180); blank lines are no rows.</summary>
    internal static List<int> Widths(string text, char delimiter, bool complete)
    {
        var widths = new List<int>();
        var (width, length, quoted) = (1, 0, false);
        for (var i = 0; i < text.Length && widths.Count < EnoughRows; i++)
        {
            var c = text[i];
            if (quoted)
            {
                // A doubled quote ends and begins again, which comes to the same.
                quoted = c != '"';
            }
            else if (c == '"' && (length == 0 || text[i - 1] == '"'))
            {
                (quoted, length) = (true, length + 1);
            }
            else if (c == delimiter)
            {
                (width, length) = (width + 1, 0);
            }
            else if (c is '\n' or '\r')
            {
                if (width > 1 || length > 0)
                    widths.Add(width);
                (width, length) = (1, 0);
            }
            else
            {
                length++;
            }
        }

        if (complete && widths.Count < EnoughRows && (width > 1 || length > 0))
            widths.Add(width);
        return widths;
    }
}
