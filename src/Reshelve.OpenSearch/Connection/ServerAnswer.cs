using System.Text.Json;
using Reshelve.Feeds;

namespace Reshelve.OpenSearch.Connection;

/// <summary>What a node answered, whatever the status.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The whole body, decompressed; the answer's own memory.</param>
/// <param name="Node">The node that answered, for messages.</param>
internal sealed record ServerAnswer(int Status, ReadOnlyMemory<byte> Body, Uri Node)
{
    /// <summary>2xx.</summary>
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>Whether the cluster, or what stands before it, has too much to do (or no patience with a slow request), and the same may succeed later.</summary>
    public bool IsOverloaded => Status is 408 or 429 or 502 or 503 or 504;

    /// <summary>How long it asks to be left alone; null: it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The body as JSON.</summary>
    /// <exception cref="ReshelveException">It is none: something other than the server answered.</exception>
    public JsonDocument Parse()
    {
        try
        {
            return JsonDocument.Parse(Body);
        }
        catch (JsonException error)
        {
            throw new ReshelveException(
                $"What {Node} answered with status {Status} is no JSON: '{ServerError.Read(Body).Reason}'. Something other than the search server answers there: check 'urls'.", error);
        }
    }
}
