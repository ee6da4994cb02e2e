using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Reshelve.StandIn.Analysis;

/// <summary>The tokenizers that can be named.</summary>
internal static class Tokenizers
{
    public static IEnumerable<(int Start, int End)> Standard(string text) => Runs(text, IsWordLike);

    public static IEnumerable<(int Start, int End)> Whitespace(string text) => Runs(text, rune => !Rune.IsWhiteSpace(rune));

    public static IEnumerable<(int Start, int End)> Keyword(string text) => text.Length == 0 ? [] : [(0, text.Length)];

    /// <summary><c>char_group</c>: splits at every character of the groups and characters listed.</summary>
    public static Func<string, IEnumerable<(int Start, int End)>> CharGroup(JsonNode? characters)
    {
        var tests = (characters as JsonArray ?? []).Select(entry => Splits(entry!.ToString())).ToList();
        return text => Runs(text, rune => !tests.Exists(test => test(rune)));
    }

    /// <summary>Groups hold characters of all planes, listed characters only those of the basic one. Spaces that do not break a line are no whitespace to the server.</summary>
    private static Func<Rune, bool> Splits(string entry) => entry switch
    {
        "whitespace" => IsWhitespace,
        "letter" => Rune.IsLetter,
        "digit" => Rune.IsDigit,
        "punctuation" => Rune.IsPunctuation,
        "symbol" => Rune.IsSymbol,
        _ when entry.StartsWith('\\') => One(Unescaped(entry)),
        _ when entry.Length == 1 => One(entry[0]),
        _ => throw new Refusal(400, "illegal_argument_exception", $"Invalid escaped char in [{entry}]"),
    };

    private static Func<Rune, bool> One(char unit) => rune => rune.Value == unit;

    private static bool IsWhitespace(Rune rune) => rune.Value is (>= 0x09 and <= 0x0D) or (>= 0x1C and <= 0x1F)
        || (rune.Value is not (0xA0 or 0x2007 or 0x202F)
            && Rune.GetUnicodeCategory(rune) is UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    private static char Unescaped(string entry) => entry[1] switch
    {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'b' => '\b',
        'f' => '\f',
        '\\' => '\\',
        'u' => (char)int.Parse(entry.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture),
        _ => throw new Refusal(400, "illegal_argument_exception", $"Invalid escaped char in [{entry}]"),
    };

    /// <summary>Approximates the word boundaries of Unicode: letters, digits and marks together, Han and kana one by one, emoji alone.</summary>
    private static bool IsWordLike(Rune rune) => Rune.IsLetterOrDigit(rune) || rune.Value == '_' || Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    private static IEnumerable<(int Start, int End)> Runs(string text, Func<Rune, bool> isWord)
    {
        var start = -1;
        for (var at = 0; at < text.Length;)
        {
            // A lone surrogate is read as the replacement character, one unit long.
            Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out var length);
            if (isWord(rune))
            {
                if (start < 0)
                    start = at;
            }
            else if (start >= 0)
            {
                yield return (start, at);
                start = -1;
            }

            at += length;
        }

        if (start >= 0)
            yield return (start, text.Length);
    }
}
