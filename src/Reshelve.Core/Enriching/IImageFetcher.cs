using Reshelve.Catalogs;

namespace Reshelve.Enriching;

/// <summary>A picture to fetch.</summary>
/// <param name="Location">An http(s) address, or a path relative to the feed.</param>
/// <param name="Base">What relative locations are relative to: the folder of the feed, or its address.</param>
/// <param name="ETag">The validator of what is held; null to fetch it whatever it is.</param>
/// <param name="LastModified">The date of what is held, as it was sent; for a file its size and time.</param>
public sealed record ImageRequest(string Location, Uri Base, string? ETag = null, string? LastModified = null);

/// <summary>What a fetch brought.</summary>
/// <param name="Bytes">The bytes; null when what is held is still current.</param>
/// <param name="ETag">The validator to ask with the next time.</param>
/// <param name="LastModified">The date to ask with the next time; for a file its size and time.</param>
/// <param name="MaxAge">For how long the server promises that it stays as it is; null when it does not say.</param>
public sealed record FetchedImage(ReadOnlyMemory<byte>? Bytes, string? ETag, string? LastModified, TimeSpan? MaxAge)
{
    /// <summary>Whether what is held is still current.</summary>
    public bool IsNotModified => Bytes is null;
}

/// <summary>
/// Gets pictures over http(s) and from the feed's own folder, within the definition's limits. Thread-safe: as many calls at a time as
/// the caller likes; it bounds them per host. A host that keeps failing is not asked for a while (its circuit breaker is open), so
/// that it costs no one else any time.
/// </summary>
public interface IImageFetcher
{
    /// <summary>Gets one picture.</summary>
    /// <exception cref="ImageFetchException">It could not be had; the message says why, and what to do.</exception>
    Task<FetchedImage> FetchAsync(ImageRequest request, ImageSettings settings, CancellationToken cancellationToken);
}

/// <summary>A picture could not be had.</summary>
/// <param name="message">Why, for people; without secrets of the address.</param>
/// <param name="isTransient">Whether the next try may succeed.</param>
/// <param name="cause">What was thrown below.</param>
public sealed class ImageFetchException(string message, bool isTransient, Exception? cause = null) : Feeds.ReshelveException(message, cause)
{
    /// <summary>Whether the next try may succeed.</summary>
    public bool IsTransient { get; } = isTransient;

    /// <summary>Whether whoever has the pictures says that it is not there (any more); any other failure may be one of the way to it.</summary>
    public bool IsGone { get; init; }
}
