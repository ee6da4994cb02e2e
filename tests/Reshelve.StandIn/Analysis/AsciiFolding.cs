using System.Collections.Frozen;
using System.Text;

namespace Reshelve.StandIn.Analysis;

/// <summary>
/// The filter <c>asciifolding</c>, for the letters of Latin scripts: without their marks, and ligatures in two letters. By a table: without the cultures' data this runtime does
/// not take letters apart.
/// </summary>
internal static class AsciiFolding
{
    private static readonly FrozenDictionary<int, string> Plain = Letters().SelectMany(row => row.Folded.EnumerateRunes().Select(rune => (rune.Value, row.Plain)))
        .ToFrozenDictionary(pair => pair.Value, pair => pair.Plain);

    public static string Fold(string term)
    {
        if (Ascii.IsValid(term))
            return term;
        var folded = new StringBuilder(term.Length);
        foreach (var unit in term)
        {
            if (Plain.TryGetValue(unit, out var plain))
                folded.Append(plain);
            else if (unit is >= '\uFF01' and <= '\uFF5E')
                folded.Append((char)(unit - 0xFEE0));
            else
                folded.Append(unit);
        }

        return folded.ToString();
    }

    private static IEnumerable<(string Plain, string Folded)> Letters() =>
    [
        ("A", "ÀÁÂÃÄÅĀĂĄǍǞǠǺȀȂȦḀẠẢẤẦẨẪẬẮẰẲẴẶ"),
        ("B", "ḂḄḆ"),
        ("C", "ÇĆĈĊČḈ"),
        ("D", "ĎḊḌḎḐḒ"),
        ("E", "ÈÉÊËĒĔĖĘĚȄȆȨḔḖḘḚḜẸẺẼẾỀỂỄỆ"),
        ("F", "Ḟ"),
        ("G", "ĜĞĠĢǦǴḠ"),
        ("H", "ĤȞḢḤḦḨḪ"),
        ("I", "ÌÍÎÏĨĪĬĮİǏȈȊḬḮỈỊ"),
        ("J", "Ĵ"),
        ("K", "ĶǨḰḲḴ"),
        ("L", "ĹĻĽḶḸḺḼ"),
        ("M", "ḾṀṂ"),
        ("N", "ÑŃŅŇǸṄṆṈṊ"),
        ("O", "ÒÓÔÕÖŌŎŐƠǑǪǬȌȎȪȬȮȰṌṎṐṒỌỎỐỒỔỖỘỚỜỞỠỢ"),
        ("P", "ṔṖ"),
        ("R", "ŔŖŘȐȒṘṚṜṞ"),
        ("S", "ŚŜŞŠȘṠṢṤṦṨ"),
        ("T", "ŢŤȚṪṬṮṰ"),
        ("U", "ÙÚÛÜŨŪŬŮŰŲƯǓǕǗǙǛȔȖṲṴṶṸṺỤỦỨỪỬỮỰ"),
        ("V", "ṼṾ"),
        ("W", "ŴẀẂẄẆẈ"),
        ("X", "ẊẌ"),
        ("Y", "ÝŶŸȲẎỲỴỶỸ"),
        ("Z", "ŹŻŽẐẒẔ"),
        ("a", "àáâãäåāăąǎǟǡǻȁȃȧḁạảấầẩẫậắằẳẵặ"),
        ("b", "ḃḅḇ"),
        ("c", "çćĉċčḉ"),
        ("d", "ďḋḍḏḑḓ"),
        ("e", "èéêëēĕėęěȅȇȩḕḗḙḛḝẹẻẽếềểễệ"),
        ("f", "ḟ"),
        ("g", "ĝğġģǧǵḡ"),
        ("h", "ĥȟḣḥḧḩḫẖ"),
        ("i", "ìíîïĩīĭįǐȉȋḭḯỉị"),
        ("j", "ĵǰ"),
        ("k", "ķǩḱḳḵ"),
        ("l", "ĺļľḷḹḻḽ"),
        ("m", "ḿṁṃ"),
        ("n", "ñńņňǹṅṇṉṋ"),
        ("o", "òóôõöōŏőơǒǫǭȍȏȫȭȯȱṍṏṑṓọỏốồổỗộớờởỡợ"),
        ("p", "ṕṗ"),
        ("r", "ŕŗřȑȓṙṛṝṟ"),
        ("s", "śŝşšșṡṣṥṧṩẛ"),
        ("t", "ţťțṫṭṯṱẗ"),
        ("u", "ùúûüũūŭůűųưǔǖǘǚǜȕȗṳṵṷṹṻụủứừửữự"),
        ("v", "ṽṿ"),
        ("w", "ŵẁẃẅẇẉẘ"),
        ("x", "ẋẍ"),
        ("y", "ýÿŷȳẏẙỳỵỷỹ"),
        ("z", "źżžẑẓẕ"),
        ("a", "ɐɑ"), ("d", "đð"), ("D", "ĐÐ"), ("h", "ħ"), ("H", "Ħ"), ("i", "ı"), ("k", "ĸ"), ("l", "ł"), ("L", "Ł"), ("n", "ŋ"), ("N", "Ŋ"), ("o", "ø"), ("O", "Ø"),
        ("s", "ſ"), ("t", "ŧ"), ("T", "Ŧ"), ("ss", "ß"), ("SS", "ẞ"), ("ae", "æǽ"), ("AE", "ÆǼ"), ("oe", "œ"), ("OE", "Œ"), ("th", "þ"), ("TH", "Þ"),
        ("ff", "ﬀ"), ("fi", "ﬁ"), ("fl", "ﬂ"), ("ffi", "ﬃ"), ("ffl", "ﬄ"), ("st", "ﬆ"),
        ("'", "‘’‛"), ("\"", "“”„"), ("-", "‐‑‒–—"),
    ];
}
