using System.Globalization;
using System.Text;

namespace Reshelve.OpenSearch.Indexing;

/// <summary>
/// What a word is. The server's tokenizer is told so when an index is made, and queries are split by the same rule: whether a typed term has no
/// word, one, or several decides what is asked.
/// </summary>
internal static class WordRule
{
    /// <summary>The longest word, in UTF-16 units: the tokenizer begins another one then, which is its default.</summary>
    public const int LongestWord = 255;

    // What the classes "whitespace", "punctuation" and "symbol" do not cover: control characters, spaces that do not break lines, invisible format
    // characters, and marks that make an emoji of a character. Unlike those classes, such a list can only name characters up to U+FFFF.
    private static readonly (char First, char Last)[] OtherSeparators =
    [
        ('\u0000', '\u0008'), ('\u000E', '\u001B'), ('\u007F', '\u00A0'), ('\u00AD', '\u00AD'), ('\u0600', '\u0605'), ('\u061C', '\u061C'),
        ('\u06DD', '\u06DD'), ('\u070F', '\u070F'), ('\u0890', '\u0891'), ('\u08E2', '\u08E2'), ('\u180B', '\u180E'), ('\u2007', '\u2007'),
        ('\u200B', '\u200F'), ('\u202A', '\u202F'), ('\u2060', '\u206F'), ('\u20DD', '\u20E0'), ('\u20E2', '\u20E4'), ('\uFE00', '\uFE0F'),
        ('\uFEFF', '\uFEFF'), ('\uFFF9', '\uFFFB'),
    ];

    /// <summary>What the tokenizer splits at, as the setting <c>tokenize_on_chars</c> names it.</summary>
    public static IEnumerable<string> Separators =>
        new[] { "whitespace", "punctuation", "symbol" }
            .Concat(OtherSeparators.SelectMany(range => Enumerable.Range(range.First, range.Last - range.First + 1)).Select(c => ((char)c).ToString()));

    /// <summary>The words of a text, in their order.</summary>
    public static IReadOnlyList<string> Split(string text)
    {
        var words = new List<string>();
        var start = 0;
        var at = 0;
        while (at < text.Length)
        {
            var isWhole = Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out var length) == System.Buffers.OperationStatus.Done;
            if (!isWhole || !IsInWord(rune))
            {
                Add(start, at);
                start = at + length;
            }
            else if (at + length - start > LongestWord)
            {
                Add(start, at);
                start = at;
            }

            at += length;
        }

        Add(start, at);
        return words;

        void Add(int from, int to)
        {
            // Of marks alone the analyzer leaves an empty word, with which every other begins.
            if (text.AsSpan(from..to).ContainsAnyExceptInRange('\u0300', '\u036f'))
                words.Add(text[from..to]);
        }
    }

    private static bool IsInWord(Rune rune)
    {
        switch (Rune.GetUnicodeCategory(rune))
        {
            case UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Control:
            case UnicodeCategory.ConnectorPunctuation or UnicodeCategory.DashPunctuation or UnicodeCategory.OtherPunctuation:
            case UnicodeCategory.OpenPunctuation or UnicodeCategory.ClosePunctuation:
            case UnicodeCategory.InitialQuotePunctuation or UnicodeCategory.FinalQuotePunctuation:
            case UnicodeCategory.MathSymbol or UnicodeCategory.CurrencySymbol or UnicodeCategory.ModifierSymbol or UnicodeCategory.OtherSymbol:
                return false;
            default:
                return !rune.IsBmp || !Array.Exists(OtherSeparators, range => rune.Value >= range.First && rune.Value <= range.Last);
        }
    }
}
