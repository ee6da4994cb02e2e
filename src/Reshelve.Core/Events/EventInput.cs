using System.Text.Json;
using Reshelve.Feeds;

namespace Reshelve.Events;

/// <summary>Records as people and programs hand them over: JSON objects one after the other, on lines or not, or in arrays.</summary>
public static class EventInput
{
    /// <summary>What is taken at a time: more is a feed.</summary>
    public const int MaxBytes = 64 << 20;

    private static ReadOnlySpan<byte> ByteOrderMark => "\uFEFF"u8;

    /// <summary>Reads all of a stream, and cuts it into records.</summary>
    /// <exception cref="ReshelveException">It is more than <see cref="MaxBytes"/>, or no JSON objects.</exception>
    public static async Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadAsync(Stream input, CancellationToken cancellationToken)
    {
        using var all = new MemoryStream();
        var buffer = new byte[1 << 16];
        int read;
        while ((read = await input.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (all.Length + read > MaxBytes)
                throw new ReshelveException($"more than {MaxBytes:N0} bytes of documents were given, and nothing was done: deliver so many as a feed, and sync it");
            all.Write(buffer, 0, read);
        }

        return Cut(all.GetBuffer().AsMemory(0, (int)all.Length));
    }

    /// <summary>Cuts text into records.</summary>
    /// <exception cref="ReshelveException">It is not JSON objects.</exception>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Cut(ReadOnlyMemory<byte> text)
    {
        if (text.Span.StartsWith(ByteOrderMark))
            text = text[ByteOrderMark.Length..];
        var records = new List<ReadOnlyMemory<byte>>();
        var reader = new Utf8JsonReader(text.Span, new JsonReaderOptions { AllowMultipleValues = true, MaxDepth = 1000 });
        try
        {
            while (reader.Read())
                Take(ref reader, text, records);
            return records;
        }
        catch (JsonException error)
        {
            throw new ReshelveException(
                $"document {records.Count + 1} (line {1 + error.LineNumber ?? 0}) is no JSON, and nothing was done: {Problem(error)}", error);
        }
    }

    // The parser adds its own places, which count from zero.
    private static string Problem(JsonException error)
    {
        var place = error.Message.IndexOf(" LineNumber: ", StringComparison.Ordinal);
        return place > 0 ? error.Message[..place] : error.Message;
    }

    private static void Take(ref Utf8JsonReader reader, ReadOnlyMemory<byte> text, List<ReadOnlyMemory<byte>> records)
    {
        if (reader.TokenType is JsonTokenType.EndArray || (reader.TokenType == JsonTokenType.StartArray && reader.CurrentDepth == 0))
            return;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new ReshelveException(
                $"what stands at byte {reader.TokenStartIndex} is no document, and nothing was done: write each as a JSON object, on lines of their own or in an array");
        }

        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        records.Add(text[start..(int)reader.BytesConsumed]);
    }
}
