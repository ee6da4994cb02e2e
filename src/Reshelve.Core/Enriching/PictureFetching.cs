using System.Security.Cryptography;
using Reshelve.Catalogs;

namespace Reshelve.Enriching;

/// <summary>A reference to fetch.</summary>
/// <param name="Reference">The reference.</param>
/// <param name="Interval">After how long it is asked for again; null for never.</param>
/// <param name="Before">What is known of it; null for a new one.</param>
internal sealed record WantedPicture(ImageReference Reference, TimeSpan? Interval, ReferenceState? Before);

/// <summary>
/// Fetches pictures, decodes those that are not known, and saves what came of it: pictures and their copies first, then the references
/// that point at them, so that a crash between leaves nothing but a picture too many.
/// </summary>
/// <param name="services">What pictures are had and remembered with.</param>
/// <param name="settings">The limits.</param>
/// <param name="limits">A hash of them: what they refuse is tried again under others.</param>
/// <param name="home">What relative locations are relative to.</param>
/// <param name="catalog">The catalog.</param>
/// <param name="time">The clock.</param>
/// <param name="counts">Counts.</param>
internal sealed class PictureFetching(PictureServices services, ImageSettings settings, string limits, Uri home, string catalog, TimeProvider time, ImageCounts counts)
{
    /// <summary>Fetches at a time, and so pictures in memory; the fetcher bounds them per host besides.</summary>
    private const int AtATime = 32;

    /// <summary>References that are saved together.</summary>
    private const int PerSave = 256;

    /// <summary>What fails is tried again by the next runs this often, before they leave it alone for a while.</summary>
    private const int TriedByEachRun = 3;

    private static readonly TimeSpan FirstRest = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LongestRest = TimeSpan.FromHours(6);

    /// <summary>A picture that cannot be had for good is asked for again after this, whatever its policy.</summary>
    private static readonly TimeSpan AfterRefusal = TimeSpan.FromDays(1);

    private bool NeedsBytes => settings.Tagger.Kind is TaggerKind.Http or TaggerKind.OpenAi;

    /// <summary>Fetches them, and saves what is known of each then.</summary>
    public async Task RunAsync(IReadOnlyList<WantedPicture> wanted, CancellationToken cancellationToken)
    {
        foreach (var part in wanted.Chunk(PerSave))
        {
            var found = new FoundPictures();
            var outcomes = new ReferenceState?[part.Length];
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = cancellationToken };
            try
            {
                await Parallel.ForAsync(0, part.Length, parallel, async (i, stop) => outcomes[i] = await FetchAsync(part[i], found, stop));
            }
            finally
            {
                // Whatever stops the rest, what came is not fetched again.
                await SaveAsync(found, [.. outcomes.OfType<ReferenceState>()]);
            }
        }
    }

    /// <summary>Decodes pictures that were kept when there was no decoder for them, and saves what came of it.</summary>
    public async Task DecodeKeptAsync(IReadOnlyList<ReferenceState> owed, CancellationToken cancellationToken)
    {
        foreach (var part in owed.Chunk(PerSave))
        {
            var found = new FoundPictures();
            var outcomes = new ReferenceState?[part.Length];
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = cancellationToken };
            try
            {
                await Parallel.ForAsync(0, part.Length, parallel, async (i, stop) => outcomes[i] = await DecodeKeptAsync(part[i], found, stop));
            }
            finally
            {
                await SaveAsync(found, [.. outcomes.OfType<ReferenceState>()]);
            }
        }
    }

    private async Task<ReferenceState?> DecodeKeptAsync(ReferenceState state, FoundPictures found, CancellationToken cancellationToken)
    {
        try
        {
            var bytes = await BytesOfAsync(state.Sha256!, state.Reference, cancellationToken);
            await LookAtAsync(state.Sha256!, bytes, found, cancellationToken);
            return state with { Checked = time.GetUtcNow(), Error = null, IsTransient = false, Failures = 0 };
        }
        catch (PictureException error) when (!error.IsTransient)
        {
            return Refused(new WantedPicture(state.Reference, state.Interval, null), error.Message, isTransient: false, isGone: false);
        }
        catch (Feeds.ReshelveException error)
        {
            counts.Failed(state.Reference, error.Message, isTransient: true);
            return null;
        }
    }

    private async Task SaveAsync(FoundPictures found, IReadOnlyCollection<ReferenceState> outcomes)
    {
        await services.Files.FlushAsync(CancellationToken.None);
        await services.Store.SavePicturesAsync([.. found.Pictures.Values], CancellationToken.None);
        await services.Store.SaveRenditionsAsync(found.Renditions, CancellationToken.None);
        await services.Store.SaveReferencesAsync(catalog, outcomes, CancellationToken.None);
    }

    /// <summary>The bytes of a picture that is known: kept, or fetched once more.</summary>
    /// <exception cref="Feeds.ReshelveException">They cannot be had (any more).</exception>
    public async Task<ReadOnlyMemory<byte>> BytesOfAsync(string sha256, ImageReference reference, CancellationToken cancellationToken)
    {
        if (await services.Files.ReadPictureAsync(sha256, cancellationToken) is { } kept)
            return kept;
        var fetched = await services.Fetcher.FetchAsync(new ImageRequest(reference.Location, home), settings, cancellationToken);
        if (fetched.Bytes is not { } bytes || ShaOf(bytes) != sha256)
            throw new ImageFetchException("the picture was not kept, and another one is there now", isTransient: true);
        counts.Fetched(bytes.Length);
        if (settings.Keep)
            await services.Files.SavePictureAsync(sha256, bytes, cancellationToken);
        return bytes;
    }

    /// <summary>Decodes a picture and saves its copies among the files.</summary>
    public async Task<(StoredPicture Picture, IReadOnlyList<StoredRendition> Renditions)> DecodeAsync(
        string sha256, ReadOnlyMemory<byte> bytes, IReadOnlyList<RenditionSpec> wanted, CancellationToken cancellationToken)
    {
        var decoded = await services.Decoder.DecodeAsync(bytes, wanted, settings.Pixels, cancellationToken);
        counts.Decoded();
        var renditions = new List<StoredRendition>(decoded.Renditions.Count);
        foreach (var copy in decoded.Renditions)
        {
            var path = await services.Files.SaveRenditionAsync(copy.Bytes, copy.Spec.Format == RenditionFormat.Webp ? "webp" : "jpg", cancellationToken);
            renditions.Add(new StoredRendition(copy.Spec.Name, path, copy.Width, copy.Height, copy.Bytes.Length));
        }

        return (new StoredPicture { Sha256 = sha256, Bytes = bytes.Length, Facts = decoded.Facts }, renditions);
    }

    private async Task<ReferenceState> FetchAsync(WantedPicture wanted, FoundPictures found, CancellationToken cancellationToken)
    {
        var before = wanted.Before;
        // Without the picture itself, that it did not change is of no use.
        var held = before?.Sha256 is not null ? before : null;
        try
        {
            var request = new ImageRequest(wanted.Reference.Location, home, held?.ETag, held?.LastModified);
            var fetched = await services.Fetcher.FetchAsync(request, settings, cancellationToken);
            if (fetched.Bytes is not { } bytes)
            {
                counts.NotModified();
                return Had(wanted, fetched, held!.Sha256!) with { ETag = fetched.ETag ?? held.ETag, LastModified = fetched.LastModified ?? held.LastModified };
            }

            counts.Fetched(bytes.Length);
            var sha256 = ShaOf(bytes);
            try
            {
                await LookAtAsync(sha256, bytes, found, cancellationToken);
            }
            catch (PictureException error) when (error.IsTransient && settings.Keep)
            {
                // It was kept before: what is owed is its decoding, and not another request.
                counts.Failed(wanted.Reference, error.Message, isTransient: true);
                return Had(wanted, fetched, sha256) with { Error = error.Message, IsTransient = true, Failures = (before?.Failures ?? 0) + 1 };
            }

            return Had(wanted, fetched, sha256);
        }
        catch (ImageFetchException error)
        {
            return Refused(wanted, error.Message, error.IsTransient, error.IsGone);
        }
        catch (PictureException error)
        {
            return Refused(wanted, error.Message, error.IsTransient, isGone: false);
        }
    }

    private async Task LookAtAsync(string sha256, ReadOnlyMemory<byte> bytes, FoundPictures found, CancellationToken cancellationToken)
    {
        if (found.Has(sha256))
            return;
        var known = (await services.Store.FindPicturesAsync([sha256], cancellationToken)).GetValueOrDefault(sha256);
        var isKnown = known?.Facts is { Features.Version: VisualFeatures.CurrentVersion };
        if (settings.Keep || (NeedsBytes && !isKnown))
            await services.Files.SavePictureAsync(sha256, bytes, cancellationToken);
        // Copies of another size that a known picture lacks are made with those of pictures that are not fetched.
        if (isKnown)
        {
            EnsureWithinLimit(known!.Facts!);
            return;
        }

        var (picture, renditions) = await DecodeAsync(sha256, bytes, settings.Renditions, cancellationToken);
        found.Add(picture, renditions);
    }

    /// <summary>Another catalog may allow more than this one.</summary>
    private void EnsureWithinLimit(PictureFacts facts)
    {
        var pixels = (long)facts.Width * facts.Height;
        if (pixels > settings.Pixels)
            throw new PictureException($"it has {pixels:N0} pixels, more than the limit of {settings.Pixels:N0} ('pixels' of 'images' in the definition)");
    }

    private ReferenceState Had(WantedPicture wanted, FetchedImage fetched, string sha256)
    {
        var now = time.GetUtcNow();
        return new ReferenceState
        {
            Reference = wanted.Reference, Sha256 = sha256, ETag = fetched.ETag, LastModified = fetched.LastModified,
            Checked = now, Due = ReferenceSchedule.After(now, wanted.Reference, wanted.Interval, fetched.MaxAge), Interval = wanted.Interval,
        };
    }

    /// <summary>Only of what is gone the last picture is not kept: a page in its place, or no access, may be over in an hour.</summary>
    private ReferenceState Refused(WantedPicture wanted, string reason, bool isTransient, bool isGone)
    {
        counts.Failed(wanted.Reference, reason, isTransient);
        var now = time.GetUtcNow();
        var held = isGone ? null : wanted.Before;
        var failures = (wanted.Before?.Failures ?? 0) + 1;
        var rest = isTransient ? RestAfter(failures) : wanted.Interval is { } interval && interval < AfterRefusal ? interval : AfterRefusal;
        return new ReferenceState
        {
            Reference = wanted.Reference, Sha256 = held?.Sha256, ETag = held?.ETag, LastModified = held?.LastModified,
            Checked = now, Due = ReferenceSchedule.NextRun(now) + rest, Interval = wanted.Interval,
            Failures = failures, Error = reason, IsTransient = isTransient, RefusedUnder = isTransient ? null : limits,
        };
    }

    /// <summary>The next runs try at once; whoever is away for longer is asked less often.</summary>
    private static TimeSpan RestAfter(int failures)
    {
        if (failures <= TriedByEachRun)
            return TimeSpan.Zero;
        var rest = FirstRest * Math.Pow(2, Math.Min(failures - TriedByEachRun - 1, 10));
        return rest < LongestRest ? rest : LongestRest;
    }

    private static string ShaOf(ReadOnlyMemory<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes.Span));

    /// <summary>What was decoded of a part; the same picture under several addresses is kept once.</summary>
    private sealed class FoundPictures
    {
        private readonly Lock _lock = new();

        public Dictionary<string, StoredPicture> Pictures { get; } = new(StringComparer.Ordinal);

        public List<(string PixelHash, StoredRendition Rendition)> Renditions { get; } = [];

        public bool Has(string sha256)
        {
            lock (_lock)
                return Pictures.ContainsKey(sha256);
        }

        public void Add(StoredPicture picture, IReadOnlyList<StoredRendition> renditions)
        {
            lock (_lock)
            {
                if (Pictures.TryAdd(picture.Sha256, picture))
                    Renditions.AddRange(renditions.Select(rendition => (picture.Facts!.PixelHash, rendition)));
            }
        }
    }
}
