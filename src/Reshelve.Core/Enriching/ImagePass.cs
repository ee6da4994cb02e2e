using Reshelve.Feeds;
using Reshelve.Indexing;
using Reshelve.Planning;
using Reshelve.Running;

namespace Reshelve.Enriching;

/// <summary>
/// Brings the pictures of an index up to date without any feed: asks for those that are due, and writes documents anew whose pictures changed, that
/// owe something, or that were written under another definition of images.
/// </summary>
/// <param name="index">The index.</param>
/// <param name="name">Its backing index.</param>
/// <param name="run">The run's number.</param>
/// <param name="lease">Its lease: who lost it writes no more.</param>
/// <param name="time">The time.</param>
internal sealed class ImagePass(EnrichedIndex index, string name, long run, ICatalogLease? lease, TimeProvider time)
{
    private const int PerPage = 200;

    private readonly ImageEnrichment _enrichment = index.Enrichment;
    private readonly IImageLedger _ledger = index.Enrichment.LedgerOf(name);

    /// <summary>Does it; what it has done by the time it is stopped counts.</summary>
    /// <param name="rewritten">Told the documents looked at so far.</param>
    /// <param name="cancellationToken">Honoured between pages.</param>
    public async Task RunAsync(Action<long>? rewritten, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        await RevalidateAsync(cancellationToken);
        await MarkAsync(cancellationToken);
        _enrichment.Counts.Took(time.GetElapsedTime(begun));
        await EnrichDueAsync(rewritten, cancellationToken);
    }

    /// <summary>Asks for what is due, as far as the budget goes; the rest is the longest due of the next run.</summary>
    private async Task RevalidateAsync(CancellationToken cancellationToken)
    {
        var resolver = _enrichment.Resolver;
        for (var left = _enrichment.Fields.Settings.Budget; left > 0;)
        {
            // What this run asked for has become due later than it began.
            var due = await _enrichment.Store.FindDueAsync(_enrichment.Catalog, resolver.Started, Math.Min(left, PerPage), cancellationToken);
            if (due.Count == 0)
                return;
            var unused = await _enrichment.FindUnusedAsync([.. due.Select(state => state.Reference)], cancellationToken);
            await _enrichment.Store.ForgetReferencesAsync(_enrichment.Catalog, unused, cancellationToken);
            var used = due.Where(state => !unused.Contains(state.Reference)).ToList();
            var resting = used.Where(state => state is { Interval: null, Error: null }).ToList();
            if (resting.Count > 0)
            {
                var later = time.GetUtcNow() + ReferenceSchedule.Upkeep;
                await _enrichment.Store.SaveReferencesAsync(_enrichment.Catalog, [.. resting.Select(state => state with { Due = later })], cancellationToken);
            }

            var asked = used.Except(resting).ToList();
            await resolver.Fetching.RunAsync([.. asked.Select(state => new WantedPicture(state.Reference, state.Interval, state))], cancellationToken);
            left -= asked.Count;
        }
    }

    /// <summary>Finds the documents whose pictures changed since they were written, whichever run or catalog noticed it.</summary>
    private async Task MarkAsync(CancellationToken cancellationToken)
    {
        var seen = await _ledger.SeenAsync(cancellationToken);
        while (true)
        {
            var changed = await _enrichment.Store.FindChangedAsync(_enrichment.Catalog, seen, PerPage, cancellationToken);
            if (changed.Count == 0)
                return;
            seen = changed[^1].Changed;
            await _ledger.MarkAsync([.. changed.Select(state => (state.Reference, state.Changed))], seen, cancellationToken);
        }
    }

    private async Task EnrichDueAsync(Action<long>? rewritten, CancellationToken cancellationToken)
    {
        string? after = null;
        long done = 0;
        while (true)
        {
            var due = await _ledger.FindDueAsync(await _enrichment.SignatureAsync(cancellationToken), after, PerPage, cancellationToken);
            if (due.Count == 0)
                return;
            after = due[^1];
            await EnrichAsync(due, cancellationToken);
            done += due.Count;
            rewritten?.Invoke(done);
        }
    }

    private async Task EnrichAsync(IReadOnlyList<string> due, CancellationToken cancellationToken)
    {
        var documents = await index.Inner.GetAsync(name, due, cancellationToken);
        // What was noted under a higher number than the run's may be on its way into the index just now.
        await _ledger.ForgetAsync([.. due.Where(id => !documents.ContainsKey(id))], run, cancellationToken);
        var changes = documents.Select(one => new Change(ChangeKind.Replace, one.Key, EnrichedDocument.Remove(one.Value.Body, _enrichment.Fields))).ToList();
        var enriched = await _enrichment.EnrichAsync(changes, cancellationToken);
        // Under the number that the document was written with: this is no newer version of it, and whatever is newer wins.
        foreach (var group in enriched.GroupBy(one => documents[one.Change.Id].Sequence))
            await WriteAsync([.. group], group.Key, documents, cancellationToken);
    }

    private async Task WriteAsync(
        List<EnrichedChange> group, long sequence, IReadOnlyDictionary<string, IndexedDocument> documents, CancellationToken cancellationToken)
    {
        await _ledger.ForgetAsync([.. group.Where(one => one.Use is null).Select(one => one.Change.Id)], sequence, cancellationToken);
        // The document itself says what was written: after a crash, nothing else does for certain.
        bool IsThere(EnrichedChange one, IReadOnlyDictionary<string, IndexedDocument> found) =>
            found.TryGetValue(one.Change.Id, out var document) && document.Body.Span.SequenceEqual(one.Change.Document.Span);
        var settled = group.Where(one => one.Use is not null && IsThere(one, documents)).ToList();
        var changed = group.Where(one => one.Use is not null && !IsThere(one, documents)).ToList();
        if (changed.Count > 0)
        {
            lease?.EnsureHeld().Dispose();
            await _ledger.NoteAsync([.. changed.Select(one => one.Use!)], sequence, cancellationToken);
            var results = await index.Inner.WriteAsync(name, [.. changed.Select(one => one.Change)], sequence, cancellationToken);
            // An older write is acknowledged without effect, so only what is there now counts as written.
            var there = await index.Inner.GetAsync(name, [.. changed.Select(one => one.Change.Id)], CancellationToken.None);
            var written = changed.Where((one, i) => results[i].Acknowledged && IsThere(one, there)).ToList();
            settled.AddRange(written);
            _enrichment.Counts.Rewritten(written.Count);
        }

        await _ledger.SettleAsync([.. settled.Select(one => one.Written!)], sequence, CancellationToken.None);
    }
}
