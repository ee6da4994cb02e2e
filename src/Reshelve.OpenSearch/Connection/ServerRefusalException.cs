using Reshelve.Feeds;

namespace Reshelve.OpenSearch.Connection;

/// <summary>The server answered, and refused.</summary>
/// <param name="message">What was asked, what the server said, and the way out.</param>
/// <param name="status">The HTTP status.</param>
/// <param name="type">The <c>error.type</c> of the answer, such as <c>index_not_found_exception</c>; empty where it has none.</param>
internal sealed class ServerRefusalException(string message, int status, string type) : ReshelveException(message)
{
    public int Status => status;

    public string Type => type;
}
