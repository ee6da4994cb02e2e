using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Reshelve.Catalogs;
using Reshelve.Enriching;

namespace Reshelve.Tests.Enriching;

/// <summary>
/// Pictures at addresses. A picture is text: what is before the bar are its pixels, the rest how they were compressed. It counts what it is asked, and
/// fails as told.
/// </summary>
internal sealed class PictureShelf : IImageFetcher, IPictureDecoder
{
    private readonly ConcurrentDictionary<string, string> _pictures = new();
    private int _requests, _notModified, _decoded;

    public int Requests => _requests;

    public int NotModified => _notModified;

    public int Decoded => _decoded;

    /// <summary>Why a request fails; null when it does not.</summary>
    public Func<string, ImageFetchException?> Fails { get; set; } = _ => null;

    /// <summary>Whether there is no decoder.</summary>
    public bool CannotDecode { get; set; }

    /// <summary>Called within each request.</summary>
    public Func<string, CancellationToken, Task> During { get; set; } = (_, _) => Task.CompletedTask;

    public string this[string location]
    {
        get => _pictures[location];
        set => _pictures[location] = value;
    }

    public void Remove(string location) => _pictures.TryRemove(location, out _);

    public void ForgetCounts() => (_requests, _notModified, _decoded) = (0, 0, 0);

    public async Task<FetchedImage> FetchAsync(ImageRequest request, ImageSettings settings, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _requests);
        await During(request.Location, cancellationToken);
        if (Fails(request.Location) is { } failure)
            throw failure;
        if (!_pictures.TryGetValue(request.Location, out var picture))
            throw new ImageFetchException("404 Not Found", isTransient: false) { IsGone = true };
        var bytes = Encoding.UTF8.GetBytes(picture);
        var tag = Convert.ToHexStringLower(SHA256.HashData(bytes));
        if (request.ETag != tag)
            return new FetchedImage(bytes, tag, null, null);
        Interlocked.Increment(ref _notModified);
        return new FetchedImage(null, tag, null, null);
    }

    public Task<DecodedPicture> DecodeAsync(
        ReadOnlyMemory<byte> bytes, IReadOnlyList<RenditionSpec> renditions, long maxPixels, CancellationToken cancellationToken)
    {
        if (CannotDecode)
            throw new PictureException("libvips is not installed", isTransient: true);
        Interlocked.Increment(ref _decoded);
        var text = Encoding.UTF8.GetString(bytes.Span);
        if (text.StartsWith("broken", StringComparison.Ordinal))
            throw new PictureException("it is no picture");
        var pixels = SHA256.HashData(Encoding.UTF8.GetBytes(text.Split('|')[0]));
        var facts = new PictureFacts
        {
            Format = "png", Width = 10, Height = 10, PixelHash = Convert.ToHexStringLower(pixels),
            Features = new VisualFeatures { PerceptualHash = BitConverter.ToUInt64(pixels) },
        };
        return Task.FromResult(new DecodedPicture(facts, [.. renditions.Select(spec => new EncodedRendition(spec, 10, 10, Encoding.UTF8.GetBytes($"{text.Split('|')[0]} {spec.Name}")))]));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>A tagger that names pictures by their first pixels, counts, and fails as told.</summary>
internal sealed class CountingTagger : ITagger
{
    private readonly Lock _lock = new();

    public string Name => "counting";

    public string Version { get; set; } = "1";

    public int BatchSize => 8;

    /// <summary>The pictures it was asked about, by SHA-256, as often as it was.</summary>
    public List<string> Asked { get; } = [];

    public string? Fails { get; set; }

    public bool FailsForGood { get; set; }

    public async Task<IReadOnlyList<TagResult>> TagAsync(IReadOnlyList<TaggerPicture> pictures, CancellationToken cancellationToken)
    {
        var results = new List<TagResult>();
        foreach (var picture in pictures)
        {
            var text = Encoding.UTF8.GetString((await picture.Bytes(cancellationToken)).Span);
            lock (_lock)
                Asked.Add(picture.Sha256);
            results.Add(Fails is null ? new TagResult([new Tag($"{text.Split('|')[0]} v{Version}", 0.9)]) : new TagResult(null, Fails, !FailsForGood));
        }

        return results;
    }
}
