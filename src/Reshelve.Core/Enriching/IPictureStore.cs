namespace Reshelve.Enriching;

/// <summary>A copy of a picture that lies among the files.</summary>
/// <param name="Name">The specification's name, such as <c>160w</c>.</param>
/// <param name="Path">Below the folder of renditions: <c>ab/abcdef….webp</c>.</param>
/// <param name="Width">Pixels across.</param>
/// <param name="Height">Pixels down.</param>
/// <param name="Bytes">The file's size.</param>
public sealed record StoredRendition(string Name, string Path, int Width, int Height, long Bytes);

/// <summary>A picture that was had once.</summary>
public sealed record StoredPicture
{
    /// <summary>The SHA-256 of its bytes.</summary>
    public required string Sha256 { get; init; }

    /// <summary>How many bytes it has.</summary>
    public required long Bytes { get; init; }

    /// <summary>What it is; null when it could not be decoded.</summary>
    public PictureFacts? Facts { get; init; }

    /// <summary>Its near-duplicate group, 16 hexadecimal digits; null when it could not be decoded.</summary>
    public string? Group { get; init; }

    /// <summary>Why it could not be decoded.</summary>
    public string? Error { get; init; }
}

/// <summary>What a tagger once said of some pixels.</summary>
/// <param name="PixelHash">Of which pixels.</param>
/// <param name="Tags">What it said; empty when it refused them for good.</param>
public sealed record StoredTags(string PixelHash, IReadOnlyList<Tag> Tags);

/// <summary>How the references of a catalog stand.</summary>
/// <param name="References">How many there are.</param>
/// <param name="Had">Of how many the picture was had.</param>
/// <param name="Failing">How many could not be had the last time.</param>
/// <param name="Due">How many are due.</param>
public sealed record ReferenceTotals(long References, long Had, long Failing, long Due);

/// <summary>What a catalog's references come to.</summary>
/// <param name="Pictures">Different files.</param>
/// <param name="Pixels">Different pictures: files that are the same once decoded count once.</param>
/// <param name="Tagged">Of them, those that the tagger, in this version, was asked about.</param>
public sealed record PictureTotals(long Pictures, long Pixels, long Tagged);

/// <summary>
/// Remembers references, pictures and tags. Thread-safe, and safe between processes. A call is one transaction: what it saved survives a crash
/// when it returns. Saving the same again changes nothing.
/// </summary>
public interface IPictureStore : IAsyncDisposable
{
    /// <summary>What tells this store from one that took its place: a text made with it.</summary>
    Task<string> EpochAsync(CancellationToken cancellationToken);

    /// <summary>The number of a catalog's latest change: what is read after it has at least its state.</summary>
    Task<long> LatestChangeAsync(string catalog, CancellationToken cancellationToken);

    /// <summary>What is known of some references; unknown ones are left out.</summary>
    Task<IReadOnlyDictionary<ImageReference, ReferenceState>> FindReferencesAsync(
        string catalog, IReadOnlyCollection<ImageReference> references, CancellationToken cancellationToken);

    /// <summary>
    /// Saves states. One whose picture differs from what was saved before, or that without a picture fails where it did not or for good where it did not, gets the catalog's next change number
    /// (<see cref="ReferenceState.Changed"/> of the argument does not matter); a new one too. Numbers only grow, also when the store was lost and began
    /// anew: image ledgers remember up to which they have seen them.
    /// </summary>
    Task SaveReferencesAsync(string catalog, IReadOnlyCollection<ReferenceState> states, CancellationToken cancellationToken);

    /// <summary>References that are due, longest due first.</summary>
    Task<IReadOnlyList<ReferenceState>> FindDueAsync(string catalog, DateTimeOffset now, int limit, CancellationToken cancellationToken);

    /// <summary>References that changed after a number, in that order.</summary>
    Task<IReadOnlyList<ReferenceState>> FindChangedAsync(string catalog, long after, int limit, CancellationToken cancellationToken);

    /// <summary>Forgets references that no document has any more.</summary>
    Task ForgetReferencesAsync(string catalog, IReadOnlyCollection<ImageReference> references, CancellationToken cancellationToken);

    /// <summary>References that could not be had the last time, by location, after one (exclusive; null: from the first).</summary>
    Task<IReadOnlyList<ReferenceState>> FindFailingAsync(string catalog, ImageReference? after, int limit, CancellationToken cancellationToken);

    /// <summary>How a catalog's references stand.</summary>
    Task<ReferenceTotals> CountReferencesAsync(string catalog, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>What a catalog's references come to, and how far a tagger is with them.</summary>
    Task<PictureTotals> CountPicturesAsync(string catalog, string tagger, string version, CancellationToken cancellationToken);

    /// <summary>What is known of pictures by the SHA-256 of their bytes; unknown ones are left out.</summary>
    Task<IReadOnlyDictionary<string, StoredPicture>> FindPicturesAsync(IReadOnlyCollection<string> sha256, CancellationToken cancellationToken);

    /// <summary>
    /// Saves pictures, and puts each that was decoded into a near-duplicate group: that of the first one saved whose perceptual hash differs in
    /// at most 3 of 64 bits, or one of its own, named by its own perceptual hash.
    /// </summary>
    /// <returns>The pictures with their groups, in order.</returns>
    Task<IReadOnlyList<StoredPicture>> SavePicturesAsync(IReadOnlyList<StoredPicture> pictures, CancellationToken cancellationToken);

    /// <summary>What a tagger said of pixels, by pixel hash; unknown ones are left out.</summary>
    Task<IReadOnlyDictionary<string, StoredTags>> FindTagsAsync(
        string tagger, string version, IReadOnlyCollection<string> pixelHashes, CancellationToken cancellationToken);

    /// <summary>What a tagger said of pixels in its latest version that said anything, by pixel hash; unknown ones are left out.</summary>
    Task<IReadOnlyDictionary<string, StoredTags>> FindFormerTagsAsync(
        string tagger, IReadOnlyCollection<string> pixelHashes, CancellationToken cancellationToken);

    /// <summary>Saves what a tagger said.</summary>
    Task SaveTagsAsync(string tagger, string version, IReadOnlyCollection<StoredTags> tags, CancellationToken cancellationToken);

    /// <summary>The renditions of pixels, by pixel hash; those without any are left out.</summary>
    Task<IReadOnlyDictionary<string, IReadOnlyList<StoredRendition>>> FindRenditionsAsync(
        IReadOnlyCollection<string> pixelHashes, CancellationToken cancellationToken);

    /// <summary>Saves renditions of pixels, instead of those of the same names.</summary>
    Task SaveRenditionsAsync(
        IReadOnlyCollection<(string PixelHash, StoredRendition Rendition)> renditions, CancellationToken cancellationToken);
}
