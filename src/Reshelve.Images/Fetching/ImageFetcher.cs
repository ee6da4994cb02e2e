using System.Net;
using Reshelve.Catalogs;
using Reshelve.Enriching;

namespace Reshelve.Images.Fetching;

/// <summary>Gets pictures over http(s) and from the feed's folder. One for the whole process, so that it knows all hosts.</summary>
public sealed class ImageFetcher : IImageFetcher, IDisposable
{
    private readonly WebPictures _web;
    private readonly FolderPictures _folder;

    /// <param name="time">The clock of timeouts, waits and circuit breakers.</param>
    public ImageFetcher(TimeProvider time)
        : this(time, Dns.GetHostAddressesAsync)
    {
    }

    /// <param name="time">The clock of timeouts, waits and circuit breakers.</param>
    /// <param name="resolve">Gives the addresses of a host.</param>
    internal ImageFetcher(TimeProvider time, Resolve resolve)
    {
        _web = new WebPictures(resolve, time);
        _folder = new FolderPictures(time);
    }

    /// <inheritdoc/>
    public Task<FetchedImage> FetchAsync(ImageRequest request, ImageSettings settings, CancellationToken cancellationToken)
    {
        PictureLocation location;
        try
        {
            location = PictureLocation.Parse(request);
        }
        catch (ImageFetchException e)
        {
            return Task.FromException<FetchedImage>(e);
        }

        return location.Address is { } address
            ? _web.FetchAsync(address, request, settings, cancellationToken)
            : _folder.ReadAsync(location.RelativePath!, request, settings.Bytes, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _web.Dispose();
}
