using System.Globalization;
using System.Text;

namespace Reshelve.StandIn.Analysis;

/// <summary>The filter <c>asciifolding</c>: letters without their marks, and the letters of Latin scripts that have no marks to lose.</summary>
internal static class AsciiFolding
{
    public static string Fold(string term)
    {
        if (Ascii.IsValid(term))
            return term;
        var folded = new StringBuilder(term.Length);
        foreach (var rune in term.EnumerateRunes())
        {
            if (Plain(rune.Value) is { } plain)
                folded.Append(plain);
            else
                folded.Append(WithoutMarks(rune));
        }

        return folded.ToString();
    }

    private static string WithoutMarks(Rune rune)
    {
        var text = rune.ToString();
        var parts = text.Normalize(NormalizationForm.FormKD);
        var first = parts[0];
        var isMarked = parts.Length > 1 && parts.Skip(1).All(unit => CharUnicodeInfo.GetUnicodeCategory(unit) == UnicodeCategory.NonSpacingMark);
        return char.IsAscii(first) && (isMarked || (parts.Length == 1 && IsFullWidth(rune))) ? first.ToString()
            : IsLigature(rune) ? parts : text;
    }

    private static bool IsFullWidth(Rune rune) => rune.Value is >= 0xFF01 and <= 0xFF5E;

    private static bool IsLigature(Rune rune) => rune.Value is >= 0xFB00 and <= 0xFB06;

    private static string? Plain(int letter) => letter switch
    {
        'ß' => "ss",
        'ẞ' => "SS",
        'æ' => "ae",
        'Æ' => "AE",
        'œ' => "oe",
        'Œ' => "OE",
        'ø' => "o",
        'Ø' => "O",
        'đ' or 'ð' => "d",
        'Đ' or 'Ð' => "D",
        'ł' => "l",
        'Ł' => "L",
        'þ' => "th",
        'Þ' => "TH",
        'ı' => "i",
        'ħ' => "h",
        '‘' or '’' => "'",
        '“' or '”' => "\"",
        '–' or '—' => "-",
        _ => null,
    };
}
