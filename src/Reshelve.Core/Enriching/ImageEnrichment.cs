using System.Collections.Concurrent;
using Reshelve.Catalogs;
using Reshelve.Feeds;
using Reshelve.Planning;

namespace Reshelve.Enriching;

/// <summary>A change whose document has been enriched.</summary>
/// <param name="Change">The change, with what was added to its document.</param>
/// <param name="Use">The pictures it refers to; null when it refers to none.</param>
/// <param name="Written">What is noted once the index has it; null when it refers to none.</param>
internal sealed record EnrichedChange(Change Change, ImageUse? Use, WrittenImages? Written);

/// <summary>Enriches documents of one catalog: in one run, or for single documents.</summary>
internal sealed class ImageEnrichment : IAsyncDisposable
{
    private readonly PictureServices _services;
    private readonly Func<string, string> _pathOf;
    private readonly TimeProvider _time;
    private readonly Func<IEnumerable<string>> _indexes;
    private string? _signature;
    private readonly ConcurrentDictionary<string, Lazy<IImageLedger>> _ledgers = new(StringComparer.Ordinal);

    /// <param name="services">What pictures are had and remembered with.</param>
    /// <param name="fields">The catalog's image fields.</param>
    /// <param name="definition">The catalog.</param>
    /// <param name="workspaceFolder">What its source's path is relative to.</param>
    /// <param name="pathOf">The path of an index's image ledger.</param>
    /// <param name="indexes">The catalog's indexes that have ledgers.</param>
    /// <param name="time">The time.</param>
    public ImageEnrichment(
        PictureServices services, ImageFields fields, CatalogDefinition definition, string workspaceFolder, Func<string, string> pathOf, Func<IEnumerable<string>> indexes, TimeProvider time)
    {
        (_services, Fields, _pathOf, _indexes, _time) = (services, fields, pathOf, indexes, time);
        Catalog = definition.Name;
        Resolver = new PictureResolver(services, fields, definition.Name, PictureHome.Of(definition.Source, workspaceFolder), time, Counts);
    }

    public string Catalog { get; }

    public ImageFields Fields { get; }

    public PictureResolver Resolver { get; }

    public ImageCounts Counts { get; } = new();

    /// <summary>Of what is added besides the pictures themselves.</summary>
    public async Task<string> SignatureAsync(CancellationToken cancellationToken) => _signature ??= await Resolver.SignatureAsync(Fields, cancellationToken);

    public IPictureStore Store => _services.Store;

    /// <summary>The image ledger of a backing index.</summary>
    public IImageLedger LedgerOf(string index) =>
        _ledgers.GetOrAdd(index, name => new Lazy<IImageLedger>(() => _services.OpenLedger(_pathOf(name)))).Value;

    /// <summary>Which references no document has, in whichever index of the catalog: searches may go back to a retained one.</summary>
    public async Task<IReadOnlyCollection<ImageReference>> FindUnusedAsync(IReadOnlyCollection<ImageReference> references, CancellationToken cancellationToken)
    {
        foreach (var index in _indexes().Where(name => File.Exists(_pathOf(name))))
            references = await LedgerOf(index).FindUnusedAsync(references, cancellationToken);
        return references;
    }

    /// <summary>
    /// Has everything done that documents need, and adds it to them. Of what cannot be had the document is told; it is never the reason that
    /// a document is not written.
    /// </summary>
    /// <param name="changes">The changes.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="onlyKnown">Add only what is known already: the rest is owed.</param>
    /// <returns>One per change, in order.</returns>
    public async Task<IReadOnlyList<EnrichedChange>> EnrichAsync(IReadOnlyList<Change> changes, CancellationToken cancellationToken, bool onlyKnown = false)
    {
        var begun = _time.GetTimestamp();
        var references = changes.Select(change => change.Kind == ChangeKind.Remove ? [] : Fields.ReferencesOf(change.Document)).ToList();
        var wanted = new Dictionary<ImageReference, TimeSpan?>();
        foreach (var (field, found) in references.SelectMany(document => document).Select(one => (one.Field, one.References)))
        {
            foreach (var reference in found)
            {
                var interval = ReferenceSchedule.IntervalOf(field, reference);
                wanted[reference] = wanted.TryGetValue(reference, out var other) ? ReferenceSchedule.Sooner(other, interval) : interval;
            }
        }

        var resolved = wanted.Count == 0 ? null : await Resolver.ResolveAsync(wanted, onlyKnown, cancellationToken);
        var signature = await SignatureAsync(cancellationToken);
        var enriched = new List<EnrichedChange>(changes.Count);
        for (var i = 0; i < changes.Count; i++)
            enriched.Add(references[i].Count == 0 ? new EnrichedChange(changes[i], null, null) : Enrich(changes[i], references[i], resolved!, signature));
        Counts.Took(_time.GetElapsedTime(begun));
        return enriched;
    }

    private EnrichedChange Enrich(Change change, IReadOnlyList<FieldReferences> references, ResolvedPictures resolved, string signature)
    {
        var members = EnrichedDocument.Members(Fields, references, resolved.Pictures);
        var all = references.SelectMany(one => one.References).Distinct().ToList();
        var isOwed = all.Exists(reference => resolved.Pictures[reference].IsOwed);
        Counts.Name(change.Id, all);
        return new EnrichedChange(
            change with { Document = EnrichedDocument.Add(change.Document, members) },
            new ImageUse(change.Id, all),
            new WrittenImages(change.Id, signature, resolved.AsOf, isOwed));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var ledger in _ledgers.Values.Where(ledger => ledger.IsValueCreated))
            await ledger.Value.DisposeAsync();
    }
}

/// <summary>What a picture's relative location is relative to.</summary>
internal static class PictureHome
{
    /// <summary>The folder of the feed, or its address.</summary>
    public static Uri Of(SourceDefinition source, string workspaceFolder)
    {
        if (source.Url is { } url)
            return new UriBuilder(url) { UserName = "", Password = "", Query = "", Fragment = "" }.Uri;
        var path = Path.GetFullPath(Path.Combine(workspaceFolder, source.Path ?? "."));
        // Of a pattern, the folder before its first wildcard.
        var wild = path.AsSpan().IndexOfAny('*', '?', '[');
        var plain = wild < 0 ? path : path[..wild];
        var folder = Path.GetDirectoryName(plain.EndsWith(Path.DirectorySeparatorChar) ? plain : plain + "x") ?? Path.DirectorySeparatorChar.ToString();
        return new Uri("file://" + Uri.EscapeDataString(folder).Replace("%2F", "/", StringComparison.Ordinal) + "/");
    }
}
