using System.Globalization;
using System.Text;

namespace Reshelve.Images.Calls;

/// <summary>Text that a server or a feed chose, as it may stand in a message or a tag.</summary>
internal static class ServerText
{
    /// <summary>On one line, without control and formatting characters, and cut at a length.</summary>
    public static string Line(string text, int longest)
    {
        var line = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (line.Length + rune.Utf16SequenceLength > longest)
                return line.ToString().TrimEnd() + "…";
            if (Rune.IsWhiteSpace(rune) || Rune.IsControl(rune))
                Space(line);
            else if (IsShown(rune))
                line.Append(rune.ToString());
        }

        return line.ToString().TrimEnd();
    }

    /// <summary>Invisible joiners are part of words in Persian and of some emoji; other formatting would hide or reorder text.</summary>
    private static bool IsShown(Rune rune) => rune.Value is 0x200c or 0x200d || (rune != Rune.ReplacementChar
        && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned));

    private static void Space(StringBuilder line)
    {
        if (line.Length > 0 && line[^1] != ' ')
            line.Append(' ');
    }

    /// <summary>A response's status for messages: <c>404 (Not Found)</c>.</summary>
    public static string Status(HttpResponseMessage response)
    {
        var reason = Line(response.ReasonPhrase ?? "", 60);
        return reason.Length == 0 ? $"{(int)response.StatusCode}" : $"{(int)response.StatusCode} ({reason})";
    }
}
