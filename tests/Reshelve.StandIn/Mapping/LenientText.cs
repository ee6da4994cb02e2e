using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Reshelve.StandIn.Mapping;

/// <summary>Texts as the server's reader takes them: an escaped half of a surrogate pair is no error.</summary>
internal static class LenientText
{
    public static string Of(JsonElement text)
    {
        try
        {
            return text.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return Unescaped(text.GetRawText().AsSpan()[1..^1]);
        }
    }

    /// <summary>Any simple value as text: what a keyword field keeps of a number or a boolean.</summary>
    public static string OfAny(JsonElement value) => value.ValueKind == JsonValueKind.String ? Of(value) : value.GetRawText();

    private static string Unescaped(ReadOnlySpan<char> raw)
    {
        var text = new StringBuilder(raw.Length);
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] != '\\')
            {
                text.Append(raw[i]);
                continue;
            }

            i++;
            if (raw[i] == 'u')
            {
                text.Append((char)int.Parse(raw.Slice(i + 1, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                i += 4;
                continue;
            }

            text.Append(raw[i] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', 'b' => '\b', 'f' => '\f', var same => same });
        }

        return text.ToString();
    }
}
