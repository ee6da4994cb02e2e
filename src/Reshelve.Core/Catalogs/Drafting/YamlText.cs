using System.Text;

namespace Reshelve.Catalogs.Drafting;

/// <summary>Writes single values and comments so that they read back as they are.</summary>
internal static class YamlText
{
    private static readonly string[] Special = ["null", "true", "false", "yes", "no", "on", "off", "y", "n", "~"];

    /// <summary>The value, in quotes where YAML would otherwise take it for something else.</summary>
    public static string Value(string text) => IsPlain(text) ? text : Quoted(text);

    /// <summary>Text that stands in a comment: on one line, and without what would end it or steer a terminal.</summary>
    public static string Comment(string text)
    {
        var comment = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            comment.Append(Rune.IsControl(rune) || rune.Value is 0x2028 or 0x2029 or 0xFEFF ? " " : rune.ToString());
        return comment.ToString();
    }

    private static bool IsPlain(string text) =>
        text.Length > 0
        && (char.IsAsciiLetter(text[0]) || text[0] is '_' or '/' || IsHiddenFile(text))
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or '/')
        && !Special.Contains(text.ToLowerInvariant());

    private static bool IsHiddenFile(string text) => text[0] == '.' && text.Length > 1 && char.IsAsciiLetter(text[1]);

    private static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var rune in text.EnumerateRunes())
        {
            quoted.Append(rune.Value switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\t' => "\\t",
                >= ' ' and < 0x7F => rune.ToString(),
                _ when Rune.IsLetterOrDigit(rune) => rune.ToString(),
                <= 0xFFFF => $"\\u{rune.Value:X4}",
                _ => $"\\U{rune.Value:X8}",
            });
        }

        return quoted.Append('"').ToString();
    }
}
