using System.Runtime.CompilerServices;
using Reshelve.Indexing;
using Reshelve.Planning;
using Reshelve.Searching;

namespace Reshelve.Enriching;

/// <summary>
/// An index whose documents are enriched on their way in, and are as they were mapped when they are read back: so whatever writes and compares
/// documents need not know of pictures. Searches show documents with what was added.
/// </summary>
/// <param name="inner">The engine.</param>
/// <param name="enrichment">What enriches.</param>
/// <param name="patience">How long a write waits for pictures, before it goes on without: they are owed then. Null: as long as it takes.</param>
internal sealed class EnrichedIndex(IIndexEngine inner, ImageEnrichment enrichment, TimeSpan? patience = null) : IIndexEngine
{
    /// <summary>The engine itself, with documents as they are.</summary>
    public IIndexEngine Inner => inner;

    /// <summary>What enriches.</summary>
    public ImageEnrichment Enrichment => enrichment;

    /// <summary>Enriches a batch ahead of its write: <see cref="WriteAsync"/> knows it by the list.</summary>
    public async Task<IReadOnlyList<Change>> PrepareAsync(IReadOnlyList<Change> batch, CancellationToken cancellationToken) =>
        new PreparedBatch(await EnrichAsync(batch, cancellationToken));

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ItemResult>> WriteAsync(string index, IReadOnlyList<Change> batch, long sequence, CancellationToken cancellationToken)
    {
        var prepared = batch as PreparedBatch ?? new PreparedBatch(await EnrichAsync(batch, cancellationToken));
        var ledger = enrichment.LedgerOf(index);
        // Noted before and settled after: a crash between leaves documents that are looked at once more.
        await ledger.NoteAsync([.. prepared.Changes.Select(one => one.Use).OfType<ImageUse>()], sequence, cancellationToken);
        var results = await inner.WriteAsync(index, prepared, sequence, cancellationToken);
        var settled = new List<WrittenImages>();
        var gone = new List<string>();
        var refused = new List<string>();
        for (var i = 0; i < results.Count; i++)
        {
            if (!results[i].Acknowledged)
                refused.Add(results[i].Id);
            else if (prepared.Changes[i].Written is { } written)
                settled.Add(written);
            else
                gone.Add(results[i].Id);
        }

        await ledger.SettleAsync(settled, sequence, CancellationToken.None);
        await ledger.ForgetAsync(gone, sequence, CancellationToken.None);
        if (refused.Count > 0)
            await NoteWhatIsThereAsync(index, refused, ledger, sequence);
        return results;
    }

    /// <summary>What the index refused was noted before: what it holds instead is noted in its place, and looked at by the next pass.</summary>
    private async Task NoteWhatIsThereAsync(string index, List<string> refused, IImageLedger ledger, long sequence)
    {
        await ledger.ForgetAsync(refused, sequence, CancellationToken.None);
        foreach (var (id, document) in await GetAsync(index, refused, CancellationToken.None))
        {
            var references = enrichment.Fields.ReferencesOf(document.Body).SelectMany(one => one.References).Distinct().ToList();
            if (references.Count > 0)
                await ledger.NoteAsync([new ImageUse(id, references)], document.Sequence, CancellationToken.None);
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, IndexedDocument>> GetAsync(string index, IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        var documents = await inner.GetAsync(index, ids, cancellationToken);
        return documents.ToDictionary(
            one => one.Key, one => one.Value with { Body = EnrichedDocument.Remove(one.Value.Body, enrichment.Fields) }, StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<(string Id, ReadOnlyMemory<byte> Document)> ReadAllAsync(
        string index, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (id, document) in inner.ReadAllAsync(index, cancellationToken))
            yield return (id, EnrichedDocument.Remove(document, enrichment.Fields));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<BackingIndex>> ListAsync(string alias, CancellationToken cancellationToken) => inner.ListAsync(alias, cancellationToken);

    /// <inheritdoc/>
    public Task CreateAsync(string index, string alias, IndexSchema schema, IndexOrigin origin, CancellationToken cancellationToken) =>
        inner.CreateAsync(index, alias, schema, origin, cancellationToken);

    /// <inheritdoc/>
    public IReadOnlyList<string> TakeNotes() => inner.TakeNotes();

    /// <inheritdoc/>
    public Task RefreshAsync(string index, CancellationToken cancellationToken) => inner.RefreshAsync(index, cancellationToken);

    /// <inheritdoc/>
    public Task PromoteAsync(string alias, string index, CancellationToken cancellationToken) => inner.PromoteAsync(alias, index, cancellationToken);

    /// <inheritdoc/>
    public Task DropAsync(string index, CancellationToken cancellationToken) => inner.DropAsync(index, cancellationToken);

    /// <inheritdoc/>
    public Task<SearchResult> SearchAsync(string alias, SearchRequest request, CancellationToken cancellationToken) =>
        inner.SearchAsync(alias, request, cancellationToken);

    /// <summary>Closes the image ledgers. The engine is another's.</summary>
    public ValueTask DisposeAsync() => enrichment.DisposeAsync();

    private async Task<IReadOnlyList<EnrichedChange>> EnrichAsync(IReadOnlyList<Change> batch, CancellationToken cancellationToken)
    {
        if (patience is not { } wait)
            return await enrichment.EnrichAsync(batch, cancellationToken);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(wait);
        try
        {
            return await enrichment.EnrichAsync(batch, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return await enrichment.EnrichAsync(batch, cancellationToken, onlyKnown: true);
        }
    }

    private sealed class PreparedBatch(IReadOnlyList<EnrichedChange> changes) : IReadOnlyList<Change>
    {
        public IReadOnlyList<EnrichedChange> Changes => changes;

        public int Count => changes.Count;

        public Change this[int index] => changes[index].Change;

        public IEnumerator<Change> GetEnumerator() => changes.Select(one => one.Change).GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
