using System.Collections.Concurrent;
using Reshelve.Catalogs;
using Reshelve.Indexing;
using Reshelve.Running;

namespace Reshelve.Enriching;

/// <summary>
/// What pictures are had, looked at and remembered with: one for all catalogs of a workspace. Each part is made when it is first needed, so that
/// catalogs without pictures pay nothing for them.
/// </summary>
/// <param name="store">Remembers references, pictures and tags.</param>
/// <param name="fetcher">Gets pictures.</param>
/// <param name="decoder">Decodes, measures and resizes them.</param>
/// <param name="files">Keeps them, and their resized copies.</param>
/// <param name="taggers">The tagger of a catalog; null for none.</param>
/// <param name="ledgers">Opens the image ledger at a path.</param>
public sealed class PictureServices(
    Func<IPictureStore> store,
    Func<IImageFetcher> fetcher,
    Func<IPictureDecoder> decoder,
    PictureFiles files,
    Func<TaggerSettings, ITagger?> taggers,
    Func<string, IImageLedger> ledgers) : IAsyncDisposable
{
    private readonly Lazy<IPictureStore> _store = new(store);
    private readonly Lazy<IImageFetcher> _fetcher = new(fetcher);
    private readonly Lazy<IPictureDecoder> _decoder = new(decoder);
    private readonly ConcurrentDictionary<TaggerSettings, Lazy<ITagger?>> _taggers = new();
    private readonly ConcurrentDictionary<(string, string), SemaphoreSlim> _turns = new();

    /// <summary>Remembers references, pictures and tags.</summary>
    public IPictureStore Store => _store.Value;

    /// <summary>Gets pictures.</summary>
    public IImageFetcher Fetcher => _fetcher.Value;

    /// <summary>Decodes, measures and resizes them.</summary>
    public IPictureDecoder Decoder => _decoder.Value;

    /// <summary>Keeps them, and their resized copies.</summary>
    public PictureFiles Files => files;

    /// <summary>The tagger of a catalog; null for none.</summary>
    public ITagger? TaggerOf(TaggerSettings settings) => _taggers.GetOrAdd(settings, wanted => new Lazy<ITagger?>(() => taggers(wanted))).Value;

    /// <summary>Opens the image ledger at a path; it is made when something is noted.</summary>
    public IImageLedger OpenLedger(string path) => ledgers(path);

    /// <summary>How long a single document waits for its pictures, before it is written without: they are owed then.</summary>
    public static TimeSpan PatienceOfEvents { get; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The index as it is for a catalog: one that enriches documents, where its definition asks for that, and else the engine itself.
    /// </summary>
    /// <param name="index">The engine; it stays the caller's.</param>
    /// <param name="definition">The catalog.</param>
    /// <param name="dataFolder">The data folder.</param>
    /// <param name="workspaceFolder">What its source's path is relative to.</param>
    /// <param name="time">The clock.</param>
    /// <param name="patience">How long a write waits for pictures; null: as long as it takes.</param>
    /// <returns>To be disposed where it is not the engine itself.</returns>
    public IIndexEngine Enrich(
        IIndexEngine index, CatalogDefinition definition, string dataFolder, string workspaceFolder, TimeProvider time, TimeSpan? patience = null) =>
        (IIndexEngine?)Over(index, this, definition, dataFolder, workspaceFolder, time, patience) ?? index;

    /// <summary>The engine as it is for a catalog: with enrichment, where its definition asks for it.</summary>
    internal static EnrichedIndex? Over(
        IIndexEngine index, PictureServices? pictures, CatalogDefinition definition, string dataFolder, string workspaceFolder, TimeProvider time, TimeSpan? patience = null)
    {
        if (pictures is null || ImageFields.Of(definition) is not { } fields)
            return null;
        var folder = new CatalogFolder(dataFolder, definition.Name);
        return new EnrichedIndex(index, new ImageEnrichment(pictures, fields, definition, workspaceFolder, name => folder.LedgersOf(name).ImagesPath, folder.IndexesWithLedgers, time), patience);
    }

    /// <summary>
    /// One after the other asks what a tagger said already, asks it, and saves that: so no two catalogs have the same pixels tagged at
    /// the same time.
    /// </summary>
    internal async Task<IDisposable> TakeTaggerAsync(ITagger tagger, CancellationToken cancellationToken)
    {
        var turn = _turns.GetOrAdd((tagger.Name, tagger.Version), _ => new SemaphoreSlim(1, 1));
        await turn.WaitAsync(cancellationToken);
        return new Release(turn);
    }

    /// <summary>Closes what was made.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var tagger in _taggers.Values.Where(one => one.IsValueCreated))
            (tagger.Value as IDisposable)?.Dispose();
        if (_decoder.IsValueCreated)
            await _decoder.Value.DisposeAsync();
        if (_fetcher is { IsValueCreated: true, Value: IDisposable open })
            open.Dispose();
        if (_store.IsValueCreated)
            await _store.Value.DisposeAsync();
    }

    private sealed class Release(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
