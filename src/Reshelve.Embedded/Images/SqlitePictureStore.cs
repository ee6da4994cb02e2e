using Reshelve.Embedded.Sqlite;
using Reshelve.Enriching;

namespace Reshelve.Embedded.Images;

/// <summary>The memory of references, pictures and tags in one SQLite file, which may be deleted: then everything is fetched and tagged anew.</summary>
/// <param name="path">The file; made, with its folder, by the first call that saves something.</param>
/// <param name="time">The clock, from which the numbers of changes come.</param>
public sealed class SqlitePictureStore(string path, TimeProvider time) : IPictureStore
{
    private readonly MemoryFile _file = new(path, PictureLayout.Layout);

    /// <inheritdoc/>
    public async Task<string> EpochAsync(CancellationToken cancellationToken)
    {
        if (await _file.ReadAsync(Epoch, null, cancellationToken) is { } known)
            return known;
        // The file is made by this.
        await _file.WriteAsync(_ => { }, cancellationToken);
        return await _file.ReadAsync(Epoch, null, cancellationToken) ?? "";
    }

    /// <inheritdoc/>
    public Task<long> LatestChangeAsync(string catalog, CancellationToken cancellationToken) =>
        _file.ReadAsync(database => CatalogRows.Find(database, catalog)?.Change ?? 0, 0, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<ImageReference, ReferenceState>> FindReferencesAsync(
        string catalog, IReadOnlyCollection<ImageReference> references, CancellationToken cancellationToken) =>
        _file.ReadAsync(
            database => CatalogRows.Find(database, catalog) is { } found
                ? Find(references, new ReferenceRows(database, found.Number).Find, cancellationToken)
                : None<ImageReference, ReferenceState>(),
            None<ImageReference, ReferenceState>(),
            cancellationToken);

    /// <inheritdoc/>
    public Task SaveReferencesAsync(string catalog, IReadOnlyCollection<ReferenceState> states, CancellationToken cancellationToken)
    {
        if (states.Count == 0)
            return Task.CompletedTask;
        return _file.WriteAsync(
            database =>
            {
                var (number, latest) = CatalogRows.Need(database, catalog);
                var rows = new ReferenceRows(database, number);
                var change = latest;
                foreach (var state in states)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    if (rows.Save(state, NextChange(change)) is { } given)
                        change = given;
                }

                if (change != latest)
                    CatalogRows.SetChange(database, number, change);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<ReferenceState>> FindDueAsync(
        string catalog, DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        ListAsync(catalog, rows => rows.Due(now, limit, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ReferenceState>> FindChangedAsync(string catalog, long after, int limit, CancellationToken cancellationToken) =>
        ListAsync(catalog, rows => rows.Changed(after, limit, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task ForgetReferencesAsync(string catalog, IReadOnlyCollection<ImageReference> references, CancellationToken cancellationToken)
    {
        if (references.Count == 0)
            return Task.CompletedTask;
        return _file.WriteAsync(
            database =>
            {
                if (CatalogRows.Find(database, catalog) is not { } found)
                    return;
                var rows = new ReferenceRows(database, found.Number);
                foreach (var reference in references)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    rows.Forget(reference);
                }
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<ReferenceState>> FindFailingAsync(
        string catalog, ImageReference? after, int limit, CancellationToken cancellationToken) =>
        ListAsync(catalog, rows => rows.Failing(after, limit, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<ReferenceTotals> CountReferencesAsync(string catalog, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var none = new ReferenceTotals(0, 0, 0, 0);
        return _file.ReadAsync(
            database => CatalogRows.Find(database, catalog) is { } found ? new ReferenceRows(database, found.Number).Count(now) : none,
            none,
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<PictureTotals> CountPicturesAsync(string catalog, string tagger, string version, CancellationToken cancellationToken)
    {
        var none = new PictureTotals(0, 0, 0);
        return _file.ReadAsync(
            database => CatalogRows.Find(database, catalog) is { } found
                ? PictureRows.Count(database, found.Number, TagRows.FindTagger(database, tagger, version))
                : none,
            none,
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, StoredPicture>> FindPicturesAsync(
        IReadOnlyCollection<string> sha256, CancellationToken cancellationToken) =>
        _file.ReadAsync(
            database => Find(sha256, new PictureRows(database).Find, cancellationToken), None<string, StoredPicture>(), cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<StoredPicture>> SavePicturesAsync(
        IReadOnlyList<StoredPicture> pictures, CancellationToken cancellationToken)
    {
        if (pictures.Count == 0)
            return [];
        var saved = new List<StoredPicture>(pictures.Count);
        await _file.WriteAsync(
            database =>
            {
                var rows = new PictureRows(database);
                foreach (var picture in pictures)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    saved.Add(rows.Save(picture));
                }
            },
            cancellationToken);
        return saved;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, StoredTags>> FindTagsAsync(
        string tagger, string version, IReadOnlyCollection<string> pixelHashes, CancellationToken cancellationToken) =>
        _file.ReadAsync(
            database => TagRows.FindTagger(database, tagger, version) is { } number
                ? Find(pixelHashes, hash => TagRows.Find(database, number, hash), cancellationToken)
                : None<string, StoredTags>(),
            None<string, StoredTags>(),
            cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, StoredTags>> FindFormerTagsAsync(
        string tagger, IReadOnlyCollection<string> pixelHashes, CancellationToken cancellationToken) =>
        _file.ReadAsync(
            database =>
            {
                var versions = TagRows.FindVersions(database, tagger);
                return Find(pixelHashes, hash => versions.Select(version => TagRows.Find(database, version, hash)).FirstOrDefault(found => found is not null), cancellationToken);
            },
            None<string, StoredTags>(),
            cancellationToken);

    /// <inheritdoc/>
    public Task SaveTagsAsync(string tagger, string version, IReadOnlyCollection<StoredTags> tags, CancellationToken cancellationToken)
    {
        if (tags.Count == 0)
            return Task.CompletedTask;
        return _file.WriteAsync(
            database =>
            {
                var number = TagRows.NeedTagger(database, tagger, version);
                foreach (var said in tags)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    TagRows.Save(database, number, said);
                }
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, IReadOnlyList<StoredRendition>>> FindRenditionsAsync(
        IReadOnlyCollection<string> pixelHashes, CancellationToken cancellationToken) =>
        _file.ReadAsync(
            database => Find(pixelHashes, hash => RenditionRows.Find(database, hash), cancellationToken),
            None<string, IReadOnlyList<StoredRendition>>(),
            cancellationToken);

    /// <inheritdoc/>
    public Task SaveRenditionsAsync(
        IReadOnlyCollection<(string PixelHash, StoredRendition Rendition)> renditions, CancellationToken cancellationToken)
    {
        if (renditions.Count == 0)
            return Task.CompletedTask;
        return _file.WriteAsync(
            database =>
            {
                foreach (var (hash, rendition) in renditions)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    RenditionRows.Save(database, hash, rendition);
                }
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private static IReadOnlyDictionary<TKey, TValue> None<TKey, TValue>()
        where TKey : notnull =>
        System.Collections.ObjectModel.ReadOnlyDictionary<TKey, TValue>.Empty;

    private static IReadOnlyDictionary<TKey, TValue> Find<TKey, TValue>(
        IReadOnlyCollection<TKey> keys, Func<TKey, TValue?> find, CancellationToken cancellationToken)
        where TKey : notnull
        where TValue : class
    {
        var found = new Dictionary<TKey, TValue>();
        foreach (var key in keys)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!found.ContainsKey(key) && find(key) is { } value)
                found.Add(key, value);
        }

        return found;
    }

    private Task<IReadOnlyList<ReferenceState>> ListAsync(
        string catalog, Func<ReferenceRows, IReadOnlyList<ReferenceState>> list, CancellationToken cancellationToken) =>
        _file.ReadAsync(
            database => CatalogRows.Find(database, catalog) is { } found ? list(new ReferenceRows(database, found.Number)) : [], [], cancellationToken);

    // Numbers are the time in microseconds, so that they also grow from those that an index remembers when this file was deleted, or an older copy of it
    // put back: a change with a number that an index has seen would never reach it.
    private long NextChange(long latest) => Math.Max(latest + 1, (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);

    private static string? Epoch(SqliteDatabase database)
    {
        var row = database.Prepare("SELECT epoch FROM about");
        var epoch = row.Step() ? row.Text(0) : null;
        row.Reset();
        return epoch;
    }
}
