using System.Collections.ObjectModel;
using System.Text.Json;

namespace Reshelve.OpenSearch.Reading;

/// <summary>Reads documents out of answers: their bytes are cut out, never parsed into anything.</summary>
internal static class HitReader
{
    /// <summary>As deep as any document that a server takes.</summary>
    public static JsonReaderOptions Options { get; } = new() { MaxDepth = 1024 };

    /// <summary>Reads an array of documents; the reader stands before it, and behind it afterwards.</summary>
    /// <param name="json">A reader over the whole answer.</param>
    /// <param name="answer">The whole answer.</param>
    /// <exception cref="JsonException">It is no such array.</exception>
    public static List<ServerHit> ReadAll(ref Utf8JsonReader json, ReadOnlyMemory<byte> answer)
    {
        var hits = new List<ServerHit>();
        Need(ref json, JsonTokenType.StartArray);
        while (json.Read() && json.TokenType == JsonTokenType.StartObject)
            hits.Add(Read(ref json, answer));
        return hits;
    }

    /// <summary>Goes to the value behind and cuts it out.</summary>
    public static ReadOnlyMemory<byte> Slice(ref Utf8JsonReader json, ReadOnlyMemory<byte> answer)
    {
        json.Read();
        var start = (int)json.TokenStartIndex;
        json.Skip();
        return answer[start..(int)json.BytesConsumed];
    }

    /// <summary>Goes to the next token, which must be this one.</summary>
    /// <exception cref="JsonException">It is another.</exception>
    public static void Need(ref Utf8JsonReader json, JsonTokenType type)
    {
        if (!json.Read() || json.TokenType != type)
            throw new JsonException($"{type} is expected where the answer has {json.TokenType}");
    }

    private static ServerHit Read(ref Utf8JsonReader json, ReadOnlyMemory<byte> answer)
    {
        var (index, id, score, version, isFound) = ("", "", 0.0, 0L, true);
        ReadOnlyMemory<byte> source = default;
        IReadOnlyDictionary<string, string> highlights = ReadOnlyDictionary<string, string>.Empty;
        string? error = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("_source"u8))
                source = Slice(ref json, answer);
            else if (json.ValueTextEquals("_id"u8))
                id = Text(ref json);
            else if (json.ValueTextEquals("_index"u8))
                index = Text(ref json);
            else if (json.ValueTextEquals("_version"u8))
                version = Number(ref json);
            else if (json.ValueTextEquals("_score"u8))
                score = Score(ref json);
            else if (json.ValueTextEquals("found"u8))
                isFound = json.Read() && json.TokenType == JsonTokenType.True;
            else if (json.ValueTextEquals("highlight"u8))
                highlights = ReadHighlights(ref json);
            else if (json.ValueTextEquals("error"u8))
                error = System.Text.Encoding.UTF8.GetString(Slice(ref json, answer).Span);
            else
                json.Skip();
        }

        return new ServerHit(index, id, score, version, isFound, source, highlights, error);
    }

    private static string Text(ref Utf8JsonReader json)
    {
        Need(ref json, JsonTokenType.String);
        return json.GetString()!;
    }

    private static long Number(ref Utf8JsonReader json)
    {
        Need(ref json, JsonTokenType.Number);
        return json.GetInt64();
    }

    // Null where hits are not ranked.
    private static double Score(ref Utf8JsonReader json) => json.Read() && json.TokenType == JsonTokenType.Number ? json.GetDouble() : 0;

    private static Dictionary<string, string> ReadHighlights(ref Utf8JsonReader json)
    {
        var highlights = new Dictionary<string, string>(StringComparer.Ordinal);
        Need(ref json, JsonTokenType.StartObject);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var field = json.GetString()!;
            Need(ref json, JsonTokenType.StartArray);
            while (json.Read() && json.TokenType == JsonTokenType.String)
                highlights.TryAdd(field, json.GetString()!);
        }

        return highlights;
    }
}
