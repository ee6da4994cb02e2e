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

    /// <summary>
    /// Groups are judged by UTF-16 unit, as the server does: a character outside the basic plane is two surrogates, which are in no group.
    /// </summary>
    private static Func<Rune, bool> Splits(string entry) => entry switch
    {
        "whitespace" => rune => rune.IsBmp && Rune.IsWhiteSpace(rune),
        "letter" => rune => rune.IsBmp && Rune.IsLetter(rune),
        "digit" => rune => rune.IsBmp && Rune.IsDigit(rune),
        "punctuation" => rune => rune.IsBmp && (Rune.IsPunctuation(rune)),
        "symbol" => rune => rune.IsBmp && Rune.IsSymbol(rune),
        _ when entry.StartsWith('\\') => One(Unescaped(entry)),
        _ when entry.Length == 1 => One(entry[0]),
        _ => throw new Refusal(400, "illegal_argument_exception", $"Invalid escaped char in [{entry}]"),
    };

    private static Func<Rune, bool> One(char unit) => rune => rune.IsBmp
        ? rune.Value == unit
        : rune.ToString().Contains(unit, StringComparison.Ordinal);

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
