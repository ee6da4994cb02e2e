using Reshelve.Feeds;

namespace Reshelve.OpenSearch.Connection;

/// <summary>No node answered; it may be otherwise in a moment.</summary>
/// <param name="message">What was asked, and what became of it at the node tried last.</param>
/// <param name="inner">What the last node's failure was.</param>
internal sealed class ClusterUnreachableException(string message, Exception? inner = null) : ReshelveException(message, inner)
{
    /// <summary>
    /// Whether a connection was made and then broken: the request may have been too large for something on the way, or was carried out and only its answer lost.
    /// </summary>
    public bool BrokeOff { get; init; }

    /// <summary>How long the cluster asks to be left alone; null: it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
