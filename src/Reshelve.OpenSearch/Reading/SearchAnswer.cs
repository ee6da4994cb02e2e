using System.Text.Json;
using Reshelve.Feeds;
using Reshelve.OpenSearch.Connection;
using Reshelve.OpenSearch.Indexing;

namespace Reshelve.OpenSearch.Reading;

/// <summary>What a search or a scroll answered, whole: one that some shards had no part in is an error.</summary>
internal sealed class SearchAnswer
{
    private SearchAnswer(List<ServerHit> hits, long total, string? scroll, ReadOnlyMemory<byte> aggregations)
    {
        Hits = hits;
        Total = total;
        Scroll = scroll;
        Aggregations = aggregations;
    }

    /// <summary>The hits of this page.</summary>
    public IReadOnlyList<ServerHit> Hits { get; }

    /// <summary>How many documents match.</summary>
    public long Total { get; }

    /// <summary>What the next page is asked for with; null when it is no scroll.</summary>
    public string? Scroll { get; }

    /// <summary>The member <c>aggregations</c>; empty when there is none.</summary>
    public ReadOnlyMemory<byte> Aggregations { get; }

    /// <summary>Reads an answer.</summary>
    /// <param name="what">What was asked, such as <c>search 'shop'</c>, for messages.</param>
    /// <param name="answer">The answer.</param>
    /// <exception cref="ReshelveException">It lacks what some shards know, or is no such answer.</exception>
    public static SearchAnswer Read(string what, ServerAnswer answer)
    {
        try
        {
            return Read(what, answer.Body);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw new ReshelveException($"the answer of {answer.Node} to the request to {what} is not what a search engine answers: {exception.Message}", exception);
        }
    }

    private static SearchAnswer Read(string what, ReadOnlyMemory<byte> body)
    {
        var json = new Utf8JsonReader(body.Span, HitReader.Options);
        List<ServerHit>? hits = null;
        var total = 0L;
        string? scroll = null;
        ReadOnlyMemory<byte> aggregations = default;
        HitReader.Need(ref json, JsonTokenType.StartObject);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("timed_out"u8))
                CheckTime(what, ref json);
            else if (json.ValueTextEquals("_shards"u8))
                CheckShards(what, ref json, body);
            else if (json.ValueTextEquals("_scroll_id"u8))
                scroll = json.Read() ? json.GetString() : null;
            else if (json.ValueTextEquals("hits"u8))
                hits = ReadHits(ref json, body, out total);
            else if (json.ValueTextEquals("aggregations"u8))
                aggregations = HitReader.Slice(ref json, body);
            else
                json.Skip();
        }

        return new SearchAnswer(hits ?? throw new JsonException("it has no hits"), total, scroll, aggregations);
    }

    private static void CheckTime(string what, ref Utf8JsonReader json)
    {
        if (json.Read() && json.TokenType == JsonTokenType.True)
            throw new ReshelveException($"the cluster could not {what} in time, and answered with a part only; ask again, or narrow the search");
    }

    private static void CheckShards(string what, ref Utf8JsonReader json, ReadOnlyMemory<byte> body)
    {
        using var shards = JsonDocument.Parse(HitReader.Slice(ref json, body));
        if (AnswerJson.Number(shards.RootElement, "failed") is > 0 and var count)
        {
            throw new ReshelveException(
                $"{count} shards of the index failed when the cluster was asked to {what}, and a part of the answer is none; see to its health, then ask again: {shards.RootElement}");
        }
    }

    private static List<ServerHit> ReadHits(ref Utf8JsonReader json, ReadOnlyMemory<byte> body, out long total)
    {
        total = 0;
        List<ServerHit> hits = [];
        HitReader.Need(ref json, JsonTokenType.StartObject);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("hits"u8))
            {
                hits = HitReader.ReadAll(ref json, body);
            }
            else if (json.ValueTextEquals("total"u8))
            {
                using var count = JsonDocument.Parse(HitReader.Slice(ref json, body));
                total = count.RootElement.GetProperty("value").GetInt64();
            }
            else
            {
                json.Skip();
            }
        }

        return hits;
    }
}
