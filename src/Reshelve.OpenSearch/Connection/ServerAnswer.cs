using System.Text.Json;

namespace Reshelve.OpenSearch.Connection;

/// <summary>What a node answered, whatever the status.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The whole body, decompressed; the answer's own memory.</param>
/// <param name="Node">The node that answered, for messages.</param>
internal sealed record ServerAnswer(int Status, ReadOnlyMemory<byte> Body, Uri Node)
{
    /// <summary>2xx.</summary>
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>The body as JSON.</summary>
    /// <exception cref="Feeds.ReshelveException">It is none: something other than the server answered.</exception>
    public JsonDocument Parse() => throw new NotSupportedException();
}
