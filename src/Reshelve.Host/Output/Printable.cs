using System.Globalization;
using System.Text;

namespace Reshelve.Host.Output;

/// <summary>
/// Makes text from feeds and files safe to show: on a terminal, control characters in a product's name could move the cursor,
/// rename
/// the window or hide text, and bidirectional overrides could reorder it.
/// </summary>
internal static class Printable
{
    /// <summary>The text with its control characters made visible; line breaks stay.</summary>
    public static string Text(string text) => Clean(text, keepLines: true);

    /// <summary>The same on one line.</summary>
    public static string Line(string text) => Clean(text, keepLines: false);

    /// <summary>
    /// JSON of the same meaning in which no character steers a terminal: such characters can stand only in its texts, where they may be
    /// escaped, and JSON itself asks for that only below U+0020.
    /// </summary>
    public static string Json(string json) => Clean(json, keepLines: false);

    /// <summary>The beginning of a text on one line, with an ellipsis when something was left out.</summary>
    public static string Excerpt(string text, int length)
    {
        var line = Line(text.Length > length * 4 ? text[..(length * 4)] : text);
        if (line.Length <= length)
            return line;
        var end = char.IsHighSurrogate(line[length - 2]) ? length - 2 : length - 1;
        return line[..end] + "…";
    }

    /// <summary>The beginning of a record as text; bytes that are no UTF-8 appear as <c>�</c>.</summary>
    public static string Excerpt(ReadOnlySpan<byte> bytes, int length) =>
        Excerpt(Encoding.UTF8.GetString(bytes.Length > length * 8 ? bytes[..(length * 8)] : bytes), length);

    private static string Clean(string text, bool keepLines)
    {
        var dirty = false;
        foreach (var character in text)
            dirty |= MustGo(character, keepLines);
        if (!dirty)
            return text;

        var clean = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            if (!MustGo(character, keepLines))
                clean.Append(character);
            else if (character is '\n' or '\r' or '\t')
                clean.Append(' ');
            else
                clean.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");
        }

        return clean.ToString();
    }

    private static bool MustGo(char character, bool keepLines) =>
        character is '\n' ? !keepLines : char.IsControl(character) || character is (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}
