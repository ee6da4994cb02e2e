using System.Text.Json;
using Reshelve.Catalogs;

namespace Reshelve.Mapping;

/// <summary>
/// Writes one value in the form of its field's type. Null and empty text stand for "no value" in every type and format.
/// </summary>
internal sealed class FieldValueWriter
{
    private readonly ByteBuffer _scratch = new();
    private readonly CanonicalJson _canonical = new();

    /// <summary>Appends the value; appends nothing when it is empty.</summary>
    /// <returns>Why it is no value of this type, or null.</returns>
    public string? Append(FieldType type, ReadOnlySpan<byte> json, in RecordValue value, ByteBuffer output)
    {
        var token = json.Slice(value.Start, value.Length);
        if (IsText(type))
        {
            var written = WriteUsual(json, value, output.Room(value.Length + JsonText.Slack));
            output.Commit(written);
            if (written > 0)
                return null;
        }


        if (type == FieldType.Object)
            return AppendObject(token, value, output);
        if (value.Type is JsonTokenType.StartObject or JsonTokenType.StartArray)
            return $"{Kind(value.Type)} where {Wanted(type)} is expected";
        if (!TryGetText(token, value, out var text))
            return "a text holds half of a surrogate pair (such as \\ud800 alone), which is no character";
        if (text.IsEmpty)
            return null;
        return type switch
        {
            FieldType.Text or FieldType.Keyword => AppendText(text, value, output),
            FieldType.Url or FieldType.Image => AppendLink(type, text, value, output),
            FieldType.Number or FieldType.Integer => AppendNumber(type, text, value, output),
            FieldType.Boolean => AppendBoolean(text, output),
            FieldType.Date => AppendDate(text, output),
            _ => throw new ArgumentOutOfRangeException(nameof(type)),
        };
    }

    /// <summary>Whether values of a type are written as they were delivered.</summary>
    public static bool IsText(FieldType type) => type is FieldType.Text or FieldType.Keyword or FieldType.Url or FieldType.Image;

    /// <summary>
    /// Writes a string that is neither empty nor has white space at its ends nor needs escapes, which is nearly every one.
    /// </summary>
    /// <param name="json">The record.</param>
    /// <param name="value">The value.</param>
    /// <param name="target">Room for the value and <see cref="JsonText.Slack"/>.</param>
    /// <returns>The bytes written; 0 when it is no such string.</returns>
    public static int WriteUsual(ReadOnlySpan<byte> json, in RecordValue value, Span<byte> target)
    {
        if (value.Type != JsonTokenType.String)
            return 0;
        var written = JsonText.WriteCanonical(json, value.Start, value.Length, target, out var hasEscapes);
        return !hasEscapes && written > 2 && target[1] > ' ' && target[written - 2] > ' ' ? written : 0;
    }

    /// <summary>The value's text: of a string unescaped and without white space at its ends, else the token.</summary>
    public bool TryGetText(ReadOnlySpan<byte> token, RecordValue value, out ReadOnlySpan<byte> text)
    {
        text = token;
        _scratch.Clear();
        if (value.Type != JsonTokenType.String)
            return true;
        if (value.Escaped)
        {
            if (!JsonText.TryUnescape(token, _scratch))
                return false;
            text = _scratch.Written;
        }
        else
        {
            text = token[1..^1];
        }

        text = text.Trim(" \t\r\n"u8);
        return true;
    }

    private static string? AppendText(ReadOnlySpan<byte> text, RecordValue value, ByteBuffer output)
    {
        if (value.Type != JsonTokenType.Number)
        {
            JsonText.AppendQuoted(text, output);
            return null;
        }

        output.Append((byte)'"');
        if (!JsonNumber.TryAppend(text, output, out _))
            return "a number out of range; deliver it as text";
        output.Append((byte)'"');
        return null;
    }

    private static string? AppendLink(FieldType type, ReadOnlySpan<byte> text, RecordValue value, ByteBuffer output)
    {
        if (value.Type != JsonTokenType.String)
            return $"{Shown(text)} where {Wanted(type)} is expected";
        if (text.IndexOfAnyInRange((byte)0, (byte)31) >= 0)
            return $"{Shown(text)} holds control characters, which no link may";
        JsonText.AppendQuoted(text, output);
        return null;
    }

    private static string? AppendNumber(FieldType type, ReadOnlySpan<byte> text, RecordValue value, ByteBuffer output)
    {
        var start = output.Length;
        if (value.Type is JsonTokenType.True or JsonTokenType.False || !JsonNumber.TryAppend(text, output, out var integral))
            return $"{Shown(text)} is not {Wanted(type)}";
        var written = output.Slice(start, output.Length - start);
        if (!JsonNumber.IsFinite(written))
            return $"{Shown(text)} is beyond what an index can compute with (about ±1.8e308)";
        if (type == FieldType.Integer && (!integral || !FitsLong(written)))
            return $"{Shown(text)} is not a whole number of 64 bits; declare the field as number";
        return null;
    }

    private static bool FitsLong(ReadOnlySpan<byte> canonical)
    {
        const int AlwaysFits = 18;
        return canonical.Length <= AlwaysFits && !canonical.Contains((byte)'e')
            || long.TryParse(canonical, System.Globalization.NumberStyles.AllowLeadingSign, null, out _);
    }

    private static string? AppendBoolean(ReadOnlySpan<byte> text, ByteBuffer output)
    {
        if (IsOneOf(text, "true"u8, "1"u8, "yes"u8))
            output.Append("true"u8);
        else if (IsOneOf(text, "false"u8, "0"u8, "no"u8))
            output.Append("false"u8);
        else
            return $"{Shown(text)} is not a boolean; true, false, yes, no, 1 and 0 are";
        return null;
    }

    private static bool IsOneOf(ReadOnlySpan<byte> text, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, ReadOnlySpan<byte> c) =>
        System.Text.Ascii.EqualsIgnoreCase(text, a) || System.Text.Ascii.EqualsIgnoreCase(text, b) || System.Text.Ascii.EqualsIgnoreCase(text, c);

    private static string? AppendDate(ReadOnlySpan<byte> text, ByteBuffer output)
    {
        output.Append((byte)'"');
        if (!DateText.TryAppend(text, output))
            return $"{Shown(text)} is not a date; 2023-09-13, 2023-09-13T08:15:00Z, 20230913 and 2023/09/13 are";
        output.Append((byte)'"');
        return null;
    }

    private string? AppendObject(ReadOnlySpan<byte> token, RecordValue value, ByteBuffer output)
    {
        if (value.Type == JsonTokenType.StartObject)
            return _canonical.TryAppend(token, output);
        if (value.Type == JsonTokenType.String && TryGetText(token, value, out var text))
        {
            if (text.IsEmpty)
                return null;
            if (text[0] == '{' && IsJson(text))
                return _canonical.TryAppend(text.ToArray(), output);
        }

        return $"{Kind(value.Type)} where an object is expected";
    }

    private static bool IsJson(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = Feeds.FeedLimits.Depth });
        try
        {
            while (reader.Read())
            {
                // A CSV column may hold JSON; only if all of it is well-formed.
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string Kind(JsonTokenType type) => type switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "a list",
        JsonTokenType.String => "a text",
        JsonTokenType.Number => "a number",
        _ => "a boolean",
    };

    private static string Wanted(FieldType type) => type switch
    {
        FieldType.Text => "a text",
        FieldType.Keyword => "a keyword",
        FieldType.Number => "a number",
        FieldType.Integer => "a whole number",
        FieldType.Boolean => "a boolean",
        FieldType.Date => "a date",
        FieldType.Url => "a URL",
        FieldType.Image => "an image's URL",
        _ => "an object",
    };

    private static string Shown(ReadOnlySpan<byte> text)
    {
        const int Longest = 60;
        var shown = System.Text.Encoding.UTF8.GetString(text[..Math.Min(text.Length, Longest)]);
        return text.Length > Longest ? $"'{shown}…'" : $"'{shown}'";
    }
}
