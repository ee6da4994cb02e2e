namespace Reshelve.OpenSearch.Connection;

/// <summary>One call.</summary>
/// <param name="Method">The method.</param>
/// <param name="Path">Path and query, escaped, beginning with a slash.</param>
internal sealed record ClusterRequest(HttpMethod Method, string Path)
{
    public const string Json = "application/json";
    public const string Lines = "application/x-ndjson";

    /// <summary>The body as it is before compression; empty: none is sent.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>What the body is.</summary>
    public string ContentType { get; init; } = Json;

    /// <summary>How long <see cref="ClusterClient.CallAsync"/> repeats it; null: as the settings say.</summary>
    public TimeSpan? Patience { get; init; }

    /// <summary>How long a node may take; null: as the settings say.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The most bytes that an answer may have, decompressed: a page of large documents is large.</summary>
    public int MaxAnswer { get; init; } = 1 << 30;
}
