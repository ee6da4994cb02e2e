using System.Text.Json;

namespace Reshelve.StandIn.Mapping;

/// <summary>The bytes of a document.</summary>
internal static class DocumentText
{
    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false, MaxDepth = 1000 };

    /// <param name="source">The bytes.</param>
    /// <param name="refused">Makes the refusal of a text and its cause.</param>
    /// <exception cref="Refusal">They are no JSON object.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> source, Func<string, Refusal?, Refusal> refused)
    {
        var first = source.Span.IndexOfAnyExcept(" \t\r\n"u8);
        if (first < 0)
            throw refused("failed to parse, document is empty", null);
        if (source.Span[first] != '{')
        {
            throw refused("failed to parse", new(
                400, "not_x_content_exception", "Compressor detection can only be called on some xcontent bytes or compressed xcontent bytes"));
        }

        try
        {
            // Texts are read before anything else: bytes that are no UTF-8 are an error of the whole document.
            _ = new System.Text.UTF8Encoding(false, throwOnInvalidBytes: true).GetCharCount(source.Span);
            return JsonDocument.Parse(source, Options);
        }
        catch (System.Text.DecoderFallbackException)
        {
            throw refused("failed to parse", new(400, "json_parse_exception", "Invalid UTF-8 start byte"));
        }
        catch (JsonException broken)
        {
            throw refused("failed to parse", Cause(source.Span, broken));
        }
    }

    private static Refusal Cause(ReadOnlySpan<byte> source, JsonException broken)
    {
        const string Source = "[Source: (ByteArrayInputStream); line: 1, column:";
        if (Follows(source) is { } extra)
            return Refusal.BadArgument($"Malformed content, found extra data after parsing: {extra}");
        if (OpenAt(source) is { } open)
        {
            return new(400, "json_e_o_f_exception",
                $"Unexpected end-of-input: expected close marker for Object (start marker at {Source} {open + 1}])\n at {Source} {source.Length + 1}]");
        }

        return new(400, "json_parse_exception", broken.Message);
    }

    /// <summary>What stands behind a whole object.</summary>
    private static string? Follows(ReadOnlySpan<byte> source)
    {
        try
        {
            var reader = new Utf8JsonReader(source, new JsonReaderOptions { MaxDepth = 1000 });
            reader.Read();
            reader.Skip();
            var rest = source[(int)reader.BytesConsumed..].TrimStart(" \t"u8);
            return rest.IsEmpty ? null : rest[0] == '{' ? "START_OBJECT" : rest[0] == '[' ? "START_ARRAY" : "VALUE";
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Where the innermost object begins that the text ends in; null where the text is broken before its end.</summary>
    private static int? OpenAt(ReadOnlySpan<byte> source)
    {
        var open = new Stack<int>();
        var reader = new Utf8JsonReader(source, isFinalBlock: false, new JsonReaderState(new() { MaxDepth = 1000 }));
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                    open.Push((int)reader.TokenStartIndex);
                else if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
                    open.Pop();
            }
        }
        catch (JsonException)
        {
            return null;
        }

        return open.Count > 0 ? open.Peek() : null;
    }
}
