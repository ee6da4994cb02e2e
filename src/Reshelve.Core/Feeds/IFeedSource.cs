namespace Reshelve.Feeds;

/// <summary>One delivery of a catalog, ready to be read from local files.</summary>
/// <param name="Files">The files that make up the feed, in order.</param>
/// <param name="Identity">
/// What tells this feed from another without reading it (paths, sizes, times; or the ETag); null when nothing reliable does.
/// </param>
/// <param name="Unchanged">
/// The source said that it is the feed of <c>lastIdentity</c>; <paramref name="Files"/> may then be empty.
/// </param>
/// <param name="Description">Where it came from, for reports.</param>
public sealed record ReceivedFeed(IReadOnlyList<string> Files, string? Identity, bool Unchanged, string Description);

/// <summary>Where feeds come from.</summary>
public interface IFeedSource
{
    /// <summary>Makes the current feed available as local files; what comes over the network is spooled as received.</summary>
    /// <param name="lastIdentity">The identity of the feed that the index holds, or null to get the feed in any case.</param>
    /// <param name="progress">Told the bytes received and, where known, the total.</param>
    /// <param name="cancellationToken">Stops the transfer; what was received may be resumed later.</param>
    /// <exception cref="FeedUnavailableException">It could not be had, after all retries.</exception>
    /// <exception cref="FeedIncompleteException">Less came than was announced, after all retries.</exception>
    Task<ReceivedFeed> ReceiveAsync(string? lastIdentity, IProgress<(long Received, long? Total)>? progress, CancellationToken cancellationToken);
}
