using System.Security.Cryptography;
using System.Text;
using Reshelve.Catalogs;
using Reshelve.Feeds;

namespace Reshelve.Enriching;

/// <summary>What the pictures of some documents came to.</summary>
/// <param name="Pictures">By reference.</param>
/// <param name="AsOf">The catalog's latest change when that was read.</param>
internal sealed record ResolvedPictures(IReadOnlyDictionary<ImageReference, ResolvedPicture> Pictures, long AsOf);

/// <summary>Finds out what is known of references, and has done what is missing: fetching, decoding, tagging, resizing. One run of one catalog.</summary>
internal sealed class PictureResolver
{
    private readonly PictureServices _services;
    private readonly ImageSettings _settings;
    private readonly PictureTagging? _tagging;
    private readonly ITagger? _tagger;
    private readonly string _catalog;
    private readonly TimeProvider _time;
    private readonly ImageCounts _counts;
    private readonly string _limits;
    private readonly bool _hasOnePolicy;

    // What is refused for good is not tried for every document that has the picture.
    private readonly HashSet<(string PixelHash, string Rendition)> _refused = [];

    public PictureResolver(PictureServices services, ImageFields fields, string catalog, Uri home, TimeProvider time, ImageCounts counts)
    {
        var settings = fields.Settings;
        (_services, _settings, _catalog, _time, _counts) = (services, settings, catalog, time, counts);
        _limits = Hash($"{settings.Bytes} {settings.Pixels} {settings.Redirects} {settings.Timeout} {home} {string.Join(' ', settings.AllowedHosts)}");
        _hasOnePolicy = fields.Fields.Select(field => (field.Revalidate, field.PictureVersion is null)).Distinct().Count() == 1;
        Started = time.GetUtcNow();
        _tagger = services.TaggerOf(settings.Tagger);
        Fetching = new PictureFetching(services, settings, _limits, home, catalog, time, counts);
        _tagging = _tagger is null ? null : new PictureTagging(services, _tagger, Fetching.BytesOfAsync, counts);
    }

    /// <summary>When it began: what was tried since is not tried again by the same run.</summary>
    public DateTimeOffset Started { get; }

    /// <summary>Fetches.</summary>
    public PictureFetching Fetching { get; }

    /// <summary>Of what is added to a document besides its pictures: another one means that documents are enriched anew.</summary>
    public async Task<string> SignatureAsync(ImageFields fields, CancellationToken cancellationToken) => Hash(string.Join(
        '\n',
        [
            $"1 {await _services.Store.EpochAsync(cancellationToken)} {_limits} {_tagger?.Name} {_tagger?.Version} {_settings.Tagger.LeastScore} {_settings.Searchable}",
            $"{VisualFeatures.CurrentVersion}",
            .. _settings.Renditions.Select(spec => spec.Name),
            .. fields.Fields.Select(field => $"{field.Name} {field.Revalidate} {field.PictureVersion}"),
        ]));

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));

    /// <summary>What is known of references, after everything was tried that is missing.</summary>
    /// <param name="references">The references, and after how long each is asked for again.</param>
    /// <param name="onlyKnown">Not to try anything: what is missing is owed.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<ResolvedPictures> ResolveAsync(
        IReadOnlyDictionary<ImageReference, TimeSpan?> references, bool onlyKnown, CancellationToken cancellationToken)
    {
        if (!onlyKnown)
            await FetchMissingAsync(references, cancellationToken);
        // Read in this order: whatever changes after the number may be in the states already, and is then looked at once more.
        var asOf = await _services.Store.LatestChangeAsync(_catalog, cancellationToken);
        var states = await _services.Store.FindReferencesAsync(_catalog, [.. references.Keys], cancellationToken);
        var shas = states.Values.Select(state => state.Sha256).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        var pictures = (await _services.Store.FindPicturesAsync(shas, cancellationToken)).ToDictionary();
        var had = states.Values.Where(state => state.Sha256 is not null && pictures.GetValueOrDefault(state.Sha256)?.Facts is not null).ToList();
        _counts.Cached(had.Count(state => state.Checked < Started));
        if (!onlyKnown)
            await MeasureAnewAsync(had, pictures, cancellationToken);
        var tags = _tagging is null || had.Count == 0 ? null
            : await _tagging.RunAsync([.. had.Select(state => (pictures[state.Sha256!], state.Reference))], onlyKnown, cancellationToken);
        var renditions = await ResizeMissingAsync(had, pictures, onlyKnown, cancellationToken);
        var resolved = references.Keys.ToDictionary(reference => reference, reference => Compose(reference, states.GetValueOrDefault(reference), pictures, tags, renditions));
        return new ResolvedPictures(resolved, asOf);
    }

    private async Task FetchMissingAsync(IReadOnlyDictionary<ImageReference, TimeSpan?> references, CancellationToken cancellationToken)
    {
        var states = await _services.Store.FindReferencesAsync(_catalog, [.. references.Keys], cancellationToken);
        var now = _time.GetUtcNow();
        // A clock that was ahead is not believed.
        bool WasTried(ReferenceState state) => state.Checked >= Started && state.Checked <= now;
        bool IsMissing(ReferenceState state) => state.Sha256 is null && !WasTried(state) &&
            (state.Due <= now || state.Checked > now || (state.RefusedUnder is { } limits && limits != _limits));
        var wanted = references
            .Where(one => !states.TryGetValue(one.Key, out var state) || IsMissing(state))
            .Select(one => new WantedPicture(one.Key, one.Value, states.GetValueOrDefault(one.Key))).ToList();
        await Fetching.RunAsync(wanted, cancellationToken);
        await DecodeKeptAsync([.. states.Values.Where(state => state is { Sha256: not null, IsTransient: true } && !WasTried(state))], cancellationToken);
        // The definition may ask for another interval than when it was fetched.
        var others = states.Values.Where(state => state.Error is null && IsOther(state.Interval, references[state.Reference]))
            .Select(state => state with
            {
                Interval = references[state.Reference], Due = ReferenceSchedule.After(state.Checked, state.Reference, references[state.Reference], null),
            }).ToList();
        if (others.Count > 0)
            await _services.Store.SaveReferencesAsync(_catalog, others, cancellationToken);
    }

    private async Task DecodeKeptAsync(List<ReferenceState> failed, CancellationToken cancellationToken)
    {
        if (failed.Count == 0)
            return;
        var known = await _services.Store.FindPicturesAsync([.. failed.Select(state => state.Sha256!).Distinct(StringComparer.Ordinal)], cancellationToken);
        await Fetching.DecodeKeptAsync([.. failed.Where(state => known.GetValueOrDefault(state.Sha256!)?.Facts is null)], cancellationToken);
    }

    /// <summary>Where fields differ in it, the same picture may be in several, and the shortest counts.</summary>
    private bool IsOther(TimeSpan? known, TimeSpan? wanted) => known != wanted && (_hasOnePolicy || ReferenceSchedule.Sooner(known, wanted) != known);

    /// <summary>Pictures that were measured by an older version of the program.</summary>
    private async Task MeasureAnewAsync(List<ReferenceState> had, Dictionary<string, StoredPicture> pictures, CancellationToken cancellationToken)
    {
        var outdated = had.Where(state => pictures[state.Sha256!].Facts!.Features.Version != VisualFeatures.CurrentVersion).DistinctBy(state => state.Sha256).ToList();
        var measured = new List<StoredPicture>();
        foreach (var state in outdated)
        {
            try
            {
                var bytes = await Fetching.BytesOfAsync(state.Sha256!, state.Reference, cancellationToken);
                measured.Add((await Fetching.DecodeAsync(state.Sha256!, bytes, [], cancellationToken)).Picture);
            }
            catch (ReshelveException error)
            {
                _counts.Failed(state.Reference, error.Message, isTransient: true);
            }
        }

        if (measured.Count == 0)
            return;
        foreach (var picture in await _services.Store.SavePicturesAsync(measured, cancellationToken))
            pictures[picture.Sha256] = picture;
    }

    private async Task<IReadOnlyDictionary<string, IReadOnlyList<StoredRendition>>> ResizeMissingAsync(
        List<ReferenceState> had, Dictionary<string, StoredPicture> pictures, bool onlyKnown, CancellationToken cancellationToken)
    {
        if (_settings.Renditions.Count == 0 || had.Count == 0)
            return new Dictionary<string, IReadOnlyList<StoredRendition>>();
        var byPixels = had.DistinctBy(state => pictures[state.Sha256!].Facts!.PixelHash).ToDictionary(state => pictures[state.Sha256!].Facts!.PixelHash, StringComparer.Ordinal);
        var known = (await _services.Store.FindRenditionsAsync(byPixels.Keys, cancellationToken)).ToDictionary();
        var made = new List<(string PixelHash, StoredRendition Rendition)>();
        foreach (var (pixels, state) in byPixels)
        {
            bool IsThere(RenditionSpec spec) => known.GetValueOrDefault(pixels)?.Any(copy => copy.Name == spec.Name && _services.Files.HasRendition(copy)) == true;
            var missing = _settings.Renditions.Where(spec => !IsThere(spec) && !_refused.Contains((pixels, spec.Name))).ToList();
            if (missing.Count == 0 || onlyKnown)
                continue;
            try
            {
                var bytes = await Fetching.BytesOfAsync(state.Sha256!, state.Reference, cancellationToken);
                var (_, copies) = await Fetching.DecodeAsync(state.Sha256!, bytes, missing, cancellationToken);
                made.AddRange(copies.Select(copy => (pixels, copy)));
                known[pixels] = [.. (known.GetValueOrDefault(pixels) ?? []).Where(copy => copies.All(made => made.Name != copy.Name)), .. copies];
            }
            catch (ReshelveException error)
            {
                var isTransient = error is not PictureException { IsTransient: false };
                _counts.Failed(state.Reference, error.Message, isTransient);
                if (!isTransient)
                    _refused.UnionWith(missing.Select(spec => (pixels, spec.Name)));
            }
        }

        await _services.Store.SaveRenditionsAsync(made, cancellationToken);
        return known;
    }

    /// <summary>What searches show of a failure: nothing of how this machine's network or disk looks, and the same until it is another.</summary>
    private static string ErrorOf(ReferenceState? state) => state is null or { Error: null } ? "not fetched yet" : state.IsTransient ? "unavailable" : "refused";

    private ResolvedPicture Compose(
        ImageReference reference,
        ReferenceState? state,
        IReadOnlyDictionary<string, StoredPicture> pictures,
        IReadOnlyDictionary<string, TaggedPixels>? tags,
        IReadOnlyDictionary<string, IReadOnlyList<StoredRendition>> renditions)
    {
        if (state?.Sha256 is null || pictures.GetValueOrDefault(state.Sha256) is not { Facts: { } facts } picture)
            return new ResolvedPicture(reference) { Error = ErrorOf(state), IsOwed = state is null or { IsTransient: true } or { Sha256: not null } };
        var tagged = tags?.GetValueOrDefault(facts.PixelHash) ?? new TaggedPixels([], null);
        var copies = renditions.GetValueOrDefault(facts.PixelHash) ?? [];
        var wanted = _settings.Renditions.Select(spec => copies.FirstOrDefault(copy => copy.Name == spec.Name)).OfType<StoredRendition>().ToList();
        return new ResolvedPicture(reference)
        {
            Picture = picture,
            Tags = [.. (tagged.Tags ?? []).Where(tag => tag.Score >= _settings.Tagger.LeastScore)],
            Renditions = wanted,
            Error = tagged.Error,
            IsOwed = tagged.Error is not null ||
                _settings.Renditions.Any(spec => wanted.TrueForAll(copy => copy.Name != spec.Name) && !_refused.Contains((facts.PixelHash, spec.Name))),
        };
    }
}
