using System.Text;
using Reshelve.Catalogs.Yaml;

namespace Reshelve.Catalogs.Drafting;

/// <summary>Names for what a draft declares.</summary>
internal static class DraftNames
{
    private const string Accented = "àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿß";

    private static readonly string[] Plain =
    [
        "a", "a", "a", "a", "ae", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i", "i",
        "n", "o", "o", "o", "o", "oe", "o", "u", "u", "u", "ue", "y", "y", "ss",
    ];

    private static readonly string[] Endings =
    [
        ".gz", ".gzip", ".jsonl", ".ndjson", ".jsonlines", ".json", ".csv", ".tsv", ".tab", ".xml", ".txt", ".rss", ".atom", ".feed",
    ];

    /// <summary>A field's name that resembles a text.</summary>
    public static string Field(string text)
    {
        var letters = new StringBuilder();
        foreach (var c in text)
        {
            var accented = Accented.IndexOf(char.ToLowerInvariant(c));
            if (accented >= 0)
                letters.Append(
                    char.IsUpper(c) ? char.ToUpperInvariant(Plain[accented][0]) + Plain[accented][1..] : Plain[accented]);
            else
                letters.Append(c);
        }

        return FieldsKind.Suggestion(letters.ToString());
    }

    /// <summary>A catalog's name from its feed's: <c>mpreis-2023-10-19T052623.jsonl.gz</c> is <c>mpreis</c>.</summary>
    public static string Catalog(string feedFile)
    {
        var name = Path.GetFileName(feedFile);
        while (Endings.FirstOrDefault(e => name.EndsWith(e, StringComparison.OrdinalIgnoreCase)) is { } ending)
            name = name[..^ending.Length];
        return CatalogName.From(WithoutDate(name) is { Length: > 0 } rest ? rest : name);
    }

    /// <summary>Cuts a day, or a day and a time, off the end; a day has eight digits, perhaps with separators between.</summary>
    public static string WithoutDate(string name)
    {
        for (var start = 0; start + 8 <= name.Length; start++)
        {
            if (!char.IsAsciiDigit(name[start]) || (start > 0 && char.IsAsciiLetterOrDigit(name[start - 1])))
                continue;
            var rest = name[start..];
            var digits = rest.Count(char.IsAsciiDigit);
            if (digits is (8 or 10 or 12 or 14 or 17) && rest.All(IsOfMoment) && IsYear(rest))
                return name[..start].TrimEnd('-', '_', '.', ' ');
        }

        return name;
    }

    private static bool IsOfMoment(char c) => char.IsAsciiDigit(c) || c is '-' or '_' or '.' or ':' or 'T' or 'Z';

    private static bool IsYear(string text) =>
        text.StartsWith("19", StringComparison.Ordinal)
            || text.StartsWith("20", StringComparison.Ordinal)
            || text.StartsWith("21", StringComparison.Ordinal);
}
