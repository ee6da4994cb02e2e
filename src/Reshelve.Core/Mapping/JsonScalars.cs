using System.Text.Json;

namespace Reshelve.Mapping;

/// <summary>Values that hold no others, told by their first byte; an index has only that of numbers and literals.</summary>
internal static class JsonScalars
{
    /// <summary>The type of the value that begins at a token.</summary>
    public static JsonTokenType TypeAt(ReadOnlySpan<byte> json, int start) => json[start] switch
    {
        (byte)'"' => JsonTokenType.String,
        (byte)'t' => JsonTokenType.True,
        (byte)'f' => JsonTokenType.False,
        (byte)'n' => JsonTokenType.Null,
        (byte)'{' => JsonTokenType.StartObject,
        (byte)'[' => JsonTokenType.StartArray,
        _ => JsonTokenType.Number,
    };

    /// <summary>The length of the number or literal that begins at a token; 0 when it is none.</summary>
    public static int LengthAt(ReadOnlySpan<byte> json, int start)
    {
        var rest = json[start..];
        var length = rest[0] switch
        {
            (byte)'t' => rest.StartsWith("true"u8) ? 4 : 0,
            (byte)'f' => rest.StartsWith("false"u8) ? 5 : 0,
            (byte)'n' => rest.StartsWith("null"u8) ? 4 : 0,
            _ => JsonNumber.LengthOf(rest),
        };
        return length > 0 && EndsAt(json, start + length) ? length : 0;
    }

    private static bool EndsAt(ReadOnlySpan<byte> json, int end) =>
        end < json.Length && json[end] is (byte)',' or (byte)'}' or (byte)']' or (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t';
}
