using System.Text;

namespace Reshelve.Tests.OpenSearch.Connection;

/// <summary>How a scripted server answers.</summary>
internal sealed record Reply(int Status, byte[] Body)
{
    public static Reply Ok(string json) => Of(200, json);

    public static Reply Of(int status, string body) => new(status, Encoding.UTF8.GetBytes(body));

    /// <summary>What Elasticsearch 7.17 says of itself.</summary>
    public static Reply Elasticsearch(string version = "7.17.6") =>
        Ok($$"""{"name":"n","version":{"number":"{{version}}"},"tagline":"You Know, for Search"}""");

    /// <summary>The connection is reset in the middle of the answer.</summary>
    public static Reply Broken { get; } = Ok("{}") with { BodyBytesSent = 1 };

    /// <summary>The connection is reset in place of an answer; .NET itself asks again then, if the request had no body.</summary>
    public static Reply Closed { get; } = new(0, []) { BodyBytesSent = -1 };

    /// <summary>No answer comes, for as long as the server lives.</summary>
    public static Reply Never { get; } = new(0, []) { IsNever = true };

    public IReadOnlyList<string> Headers { get; init; } = [];

    /// <summary>After so many bytes of the body the connection is reset; -1: before the first byte of the answer; null: it is not.</summary>
    public int? BodyBytesSent { get; init; }

    public bool IsNever { get; init; }
}
