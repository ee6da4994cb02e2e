using System.Text;
using Reshelve.Catalogs;
using Reshelve.Events;
using Reshelve.Feeds;
using Reshelve.Hashing;
using Reshelve.Indexing;
using Reshelve.Ledgers;
using Reshelve.Mapping;
using Reshelve.Planning;
using Reshelve.Running;

namespace Reshelve;

/// <summary>What became of one single document.</summary>
public enum EventOutcome
{
    /// <summary>It is in the index.</summary>
    Put,

    /// <summary>It is not in the index any more.</summary>
    Removed,

    /// <summary>It was to be removed, and was not in the index.</summary>
    Absent,

    /// <summary>It came again later in the same call, and that one counts.</summary>
    Superseded,

    /// <summary>It could not become a document, or the index refused it: nothing was changed.</summary>
    Rejected,
}

/// <summary>What became of one single document.</summary>
/// <param name="Id">Its id, where that could be read.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Field">The field at fault, where it is one.</param>
/// <param name="Reason">Why it was rejected.</param>
public sealed record EventResult(string? Id, EventOutcome Outcome, string? Field = null, string? Reason = null);

/// <summary>
/// Writes single documents to a catalog's live index at once, also while a run is under way or an index is being rebuilt: the
/// newest
/// write to an id wins, in the live index and in the rebuilt one. The next feed is newer still. Thread-safe, and safe between
/// processes. Searches see the change as soon as the engine's next refresh, which the embedded engine does not need.
/// </summary>
public sealed class CatalogEvents(IIndexEngine index, IRunStore runs, string dataFolder)
{
    private const int BatchItems = 1000;
    private const int BatchBytes = 4 << 20;

    /// <summary>Maps records as those of a feed, and puts the documents into the index.</summary>
    /// <param name="definition">The catalog.</param>
    /// <param name="records">Records as UTF-8 JSON, whatever format the catalog's feeds have.</param>
    /// <param name="cancellationToken">Honoured between batches of at most 1,000 records.</param>
    /// <returns>One result per record, in order.</returns>
    /// <exception cref="ReshelveException">
    /// There is no live index, it cannot take the definition, or its ledger is missing; or the index failed as a whole.
    /// </exception>
    public async Task<IReadOnlyList<EventResult>> PutAsync(
        CatalogDefinition definition, IReadOnlyList<ReadOnlyMemory<byte>> records, CancellationToken cancellationToken)
    {
        var results = new List<EventResult>(records.Count);
        foreach (var batch in Batches(records))
        {
            cancellationToken.ThrowIfCancellationRequested();
            results.AddRange(await WriteAsync(definition, ledger => Map(definition, ledger, batch), cancellationToken));
        }

        return results;
    }

    /// <summary>Removes documents from the index; an id that it does not hold is removed already.</summary>
    /// <param name="definition">The catalog.</param>
    /// <param name="ids">Ids.</param>
    /// <param name="cancellationToken">Honoured between batches of at most 1,000 ids.</param>
    /// <returns>One result per id, in order.</returns>
    /// <exception cref="ReshelveException">As for <see cref="PutAsync"/>.</exception>
    public async Task<IReadOnlyList<EventResult>> RemoveAsync(
        CatalogDefinition definition, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        var results = new List<EventResult>(ids.Count);
        foreach (var batch in ids.Chunk(BatchItems))
        {
            cancellationToken.ThrowIfCancellationRequested();
            results.AddRange(await WriteAsync(definition, _ => [.. batch.Select(Removal)], cancellationToken));
        }

        return results;
    }

    private static Mapped Removal(string id)
    {
        var problem = id.Length == 0 ? "the id is empty"
            : Encoding.UTF8.GetByteCount(id) > FeedLimits.IdBytes ? $"the id is longer than {FeedLimits.IdBytes} bytes, which none is"
            : null;
        return problem is null
            ? new Mapped(new EventResult(id, EventOutcome.Removed), new EventItem(ChangeKind.Remove, id, default, default))
            : new Mapped(new EventResult(id, EventOutcome.Rejected, null, problem), null);
    }

    private async Task<IEnumerable<EventResult>> WriteAsync(
        CatalogDefinition definition, Func<Ledger, IReadOnlyList<Mapped>> map, CancellationToken cancellationToken)
    {
        var folder = new CatalogFolder(dataFolder, definition.Name);
        IReadOnlyList<Mapped> mapped;
        HashSet<string> absent;
        EventEntry entry;
        LedgerStore store;
        string live;
        using (var turn = await runs.TakeEventTurnAsync(definition.Name, cancellationToken))
        {
            live = await LiveIndexAsync(definition, cancellationToken);
            store = folder.LedgersOf(live);
            EnsureLedger(definition, store, live);
            using (var ledger = store.Open())
                mapped = WithoutSuperseded(map(ledger));
            var items = mapped.Select(item => item.Item).OfType<EventItem>().ToList();
            if (items.Count == 0)
                return mapped.Select(item => item.Result);
            absent = await AbsentAsync(live, items, cancellationToken);
            entry = new EventEntry(turn.NextSequence(), items);
            EventWriter.Note(store, entry);
        }

        // Not under the lock, which a run that is beginning may be waiting for. From here on the write is not called off: it is noted.
        var refused = await EventWriter.WriteAsync(index, live, entry, CancellationToken.None);
        using (await runs.TakeEventTurnAsync(definition.Name, CancellationToken.None))
            EventWriter.Acknowledge(store, entry.Sequence, refused.Keys);
        return mapped.Select(item => Outcome(item, refused, absent));
    }

    private static EventResult Outcome(Mapped item, Dictionary<string, string> refused, HashSet<string> absent)
    {
        if (item.Item?.Id is not { } id)
            return item.Result;
        if (refused.TryGetValue(id, out var reason))
            return new EventResult(id, EventOutcome.Rejected, null, $"the index refused it: {reason}");
        return absent.Contains(id) ? item.Result with { Outcome = EventOutcome.Absent } : item.Result;
    }

    /// <summary>Of what is to be removed, what is not there. It is removed nevertheless, as a run under way may be about to write it.</summary>
    private async Task<HashSet<string>> AbsentAsync(string live, List<EventItem> items, CancellationToken cancellationToken)
    {
        var ids = items.Where(item => item.Kind == ChangeKind.Remove).Select(item => item.Id).ToHashSet(StringComparer.Ordinal);
        if (ids.Count > 0)
            ids.ExceptWith((await index.GetAsync(live, ids, cancellationToken)).Keys);
        return ids;
    }

    private async Task<string> LiveIndexAsync(CatalogDefinition definition, CancellationToken cancellationToken)
    {
        var live = (await index.ListAsync(definition.Name, cancellationToken)).SingleOrDefault(candidate => candidate.Live) ??
            throw new ReshelveException($"catalog '{definition.Name}' has no index yet: sync it first");
        if (live.SchemaSignature == IndexSchema.Of(definition).Signature)
            return live.Name;
        throw new ReshelveException(
            $"the fields of catalog '{definition.Name}' differ from those of its index {live.Name}: sync it first, which fills a new index");
    }

    private static void EnsureLedger(CatalogDefinition definition, LedgerStore store, string live)
    {
        if (store.Current is null)
        {
            throw new ReshelveException(
                $"the ledger of index {live} of catalog '{definition.Name}' is missing, so nobody knows what the index holds: restore it with " +
                $"`reshelve ledger rebuild {definition.Name}`");
        }
    }

    private static List<Mapped> Map(CatalogDefinition definition, Ledger ledger, IReadOnlyList<ReadOnlyMemory<byte>> records)
    {
        var mapper = new DocumentMapper(definition, KeyedHash.Derive(ledger.Seed, "document"));
        var mapped = new List<Mapped>(records.Count);
        foreach (var record in records)
            mapped.Add(Map(mapper, definition, ledger, record.Span));
        return mapped;
    }

    private static Mapped Map(DocumentMapper mapper, CatalogDefinition definition, Ledger ledger, ReadOnlySpan<byte> record)
    {
        var result = mapper.Map(record);
        var id = result.Id.IsEmpty ? null : Encoding.UTF8.GetString(result.Id);
        if (record.Length > definition.Limits.RecordBytes)
        {
            var reason = $"the record is larger than the limit of {definition.Limits.RecordBytes:N0} bytes (`limits: record` in the definition)";
            return new Mapped(new EventResult(id, EventOutcome.Rejected, null, reason), null);
        }

        if (result.Outcome == MappingOutcome.Rejected)
            return new Mapped(new EventResult(id, EventOutcome.Rejected, result.Field, result.Reason), null);
        if (result.Outcome == MappingOutcome.Tombstone)
            return Removal(id!);
        // Its bytes are not those of a feed, so the next feed's record is parsed, and found to be the same.
        var fingerprint = new Fingerprint(UnknownFingerprint.RawOf(result.Id, ledger.Seed), result.Stable, result.Volatile);
        return new Mapped(
            new EventResult(id, EventOutcome.Put), new EventItem(ChangeKind.Replace, id!, fingerprint, result.Document.ToArray()));
    }

    private static List<Mapped> WithoutSuperseded(IReadOnlyList<Mapped> mapped)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var kept = mapped.ToList();
        for (var i = kept.Count - 1; i >= 0; i--)
        {
            if (kept[i].Item is { } item && !seen.Add(item.Id))
                kept[i] = new Mapped(new EventResult(item.Id, EventOutcome.Superseded), null);
        }

        return kept;
    }

    private static IEnumerable<IReadOnlyList<ReadOnlyMemory<byte>>> Batches(IReadOnlyList<ReadOnlyMemory<byte>> records)
    {
        var batch = new List<ReadOnlyMemory<byte>>();
        long bytes = 0;
        foreach (var record in records)
        {
            if (batch.Count > 0 && (batch.Count == BatchItems || bytes + record.Length > BatchBytes))
            {
                yield return batch;
                batch = [];
                bytes = 0;
            }

            batch.Add(record);
            bytes += record.Length;
        }

        if (batch.Count > 0)
            yield return batch;
    }

    private sealed record Mapped(EventResult Result, EventItem? Item);
}
