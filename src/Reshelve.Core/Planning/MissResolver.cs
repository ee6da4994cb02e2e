using Reshelve.Feeds;
using Reshelve.Hashing;
using Reshelve.Ledgers;
using Reshelve.Mapping;
using Reshelve.Planning.Matching;
using Reshelve.Running;

namespace Reshelve.Planning;

/// <summary>
/// Step 4 of the planner (parsed) for the misses of one thread: parses and maps them, looks their ids up, and writes the changes that
/// follow. Repeated ids are sorted out afterwards, by <see cref="PlanMerger"/>.
/// </summary>
internal sealed class MissResolver : IDisposable
{
    private const int HintWindow = 8;

    private readonly PlanInput _input;
    private readonly IRecordConverter _converter;
    private readonly DocumentMapper _mapper;
    private readonly ChangeBatchWriter _changes;
    private readonly WaitingRecords _waiting;
    private uint[] _entries = [];
    private int _chunk = -1;
    private long _firstOfChunk;

    public MissResolver(PlanInput input, int number, int threads)
    {
        _input = input;
        _converter = input.Reader.CreateConverter();
        _mapper = new DocumentMapper(input.Definition, input.DocumentHash);
        _changes = new ChangeBatchWriter(input.Folder, "changes", input.Batches);
        _waiting = new WaitingRecords(threads);
        Outcomes = new OutcomeLog(Path.Combine(input.Folder, $"outcomes-{number}.tmp"));
        LateOutcomes = new OutcomeLog(Path.Combine(input.Folder, $"outcomes-{number}-late.tmp"));
    }

    /// <summary>What became of the records whose entries were found at once.</summary>
    public OutcomeLog Outcomes { get; }

    /// <summary>What became of those whose ids had to be looked up.</summary>
    public OutcomeLog LateOutcomes { get; }

    public long Parsed { get; private set; }

    public long Rejected { get; private set; }

    public long RejectedWithoutId { get; private set; }

    /// <summary>The batches written, once nothing more comes.</summary>
    public IReadOnlyList<PlanBatch> FinishBatches() => _changes.Finish();

    /// <summary>Resolves a record. Records come in feed order.</summary>
    /// <param name="chunk">The chunk it is in.</param>
    /// <param name="index">Where in it.</param>
    /// <param name="raw">The hash of its bytes.</param>
    /// <param name="hint">The position in the ledger's order where its old version probably is, or -1.</param>
    public void Resolve(FeedChunk chunk, int index, Hash128 raw, long hint)
    {
        Parsed++;
        var record = RecordNumber(chunk, index);
        var bytes = chunk[index];
        if (!_converter.TryConvert(bytes, chunk.Context, out var json, out var problem))
        {
            Reject(chunk, index, default, null, problem!);
            return;
        }

        var mapped = _mapper.Map(json);
        var (field, reason) = (mapped.Field, mapped.Reason);
        if (index == chunk.TooLarge)
        {
            var limit = _input.Definition.Limits.RecordBytes;
            (field, reason) = (null, $"the record is larger than the limit of {limit:N0} bytes (`limits: record` in the definition)");
        }

        if (reason is not null)
        {
            Reject(chunk, index, mapped.Id, field, reason);
            if (mapped.Id.IsEmpty)
                return;
        }

        Place(
            new ParsedRecord
            {
                Id = mapped.Id,
                IdHash = _input.IdHash.Low64(mapped.Id),
                Record = record,
                State = reason is not null ? ParsedState.Rejected
                    : mapped.Outcome == MappingOutcome.Tombstone ? ParsedState.Tombstone : ParsedState.Document,
                Fingerprint = reason is null ? new Fingerprint(raw, mapped.Stable, mapped.Volatile) : default,
                Document = reason is null ? mapped.Document : default,
            },
            hint >= 0 ? hint : record);
    }

    /// <summary>Decides what still waits: nothing more comes.</summary>
    public void Finish() => DecideWaiting();

    /// <inheritdoc/>
    public void Dispose()
    {
        _changes.Dispose();
        Outcomes.Dispose();
        LateOutcomes.Dispose();
    }

    private uint RecordNumber(FeedChunk chunk, int index)
    {
        if (chunk.Sequence != _chunk)
            (_chunk, _firstOfChunk) = (chunk.Sequence, _input.Numbers.First(chunk.Sequence));
        return RecordNumbers.Checked(_firstOfChunk + index);
    }

    private void Reject(FeedChunk chunk, int index, ReadOnlySpan<byte> id, string? field, string reason)
    {
        Rejected++;
        if (id.IsEmpty)
            RejectedWithoutId++;
        var idText = id.IsEmpty ? null : System.Text.Encoding.UTF8.GetString(id);
        var offset = chunk.Offset + chunk.Records[index].Start;
        _input.Rejected.Write(
            new RejectedRecord(RecordNumber(chunk, index) + 1L, chunk.Context.File, offset, idText, field, reason, chunk[index].ToArray()));
    }

    /// <summary>Decides a record at once if its entry stands where it probably does, as that of most changed records; else it waits.</summary>
    private void Place(in ParsedRecord parsed, long hint)
    {
        var entry = _input.Ledger.Count == 0 ? Ledger.None : Near(parsed, hint);
        if (entry != Ledger.None || _input.Ledger.Count == 0)
        {
            Decide(parsed, entry, Outcomes);
            return;
        }

        _waiting.Add(parsed);
        if (_waiting.IsFull)
            DecideWaiting();
    }

    private void DecideWaiting()
    {
        if (_entries.Length < _waiting.Count)
            _entries = new uint[_waiting.Count * 2];
        _input.IdLookup.Resolve(new IdQueries(_input.Ledger, _waiting), _entries);
        for (var i = 0; i < _waiting.Count; i++)
            Decide(_waiting[i], _entries[i], LateOutcomes);
        _waiting.Clear();
    }

    private uint Near(in ParsedRecord parsed, long hint)
    {
        var order = _input.Order;
        var exact = order.At((uint)hint);
        if (!order.IsEnd(exact) && IsOf(parsed, order.Entry(exact)))
            return order.Entry(exact);
        var cursor = order.At((uint)Math.Max(0, hint - HintWindow));
        for (var step = 0; step <= 2 * HintWindow && !order.IsEnd(cursor); step++, cursor = order.Advance(cursor, 1))
        {
            if (IsOf(parsed, order.Entry(cursor)))
                return order.Entry(cursor);
        }

        return Ledger.None;
    }

    private bool IsOf(in ParsedRecord parsed, uint entry) =>
        _input.Ledger.IdHash(entry) == (uint)parsed.IdHash && _input.Ledger.Id(entry).SequenceEqual(parsed.Id);

    private void Decide(in ParsedRecord parsed, uint entry, OutcomeLog log)
    {
        if (Classify(parsed, entry) is not { } kind)
            return;
        var place = kind switch
        {
            OutcomeKind.Add => _changes.Write(ChangeKind.Add, parsed.Id, parsed.Fingerprint, parsed.Document),
            OutcomeKind.Replace => _changes.Write(ChangeKind.Replace, parsed.Id, parsed.Fingerprint, parsed.Document),
            OutcomeKind.Patch => _changes.Write(ChangeKind.Patch, parsed.Id, parsed.Fingerprint, parsed.Document),
            _ => default,
        };
        log.Add(
            new Outcome(parsed.IdHash, parsed.Record, entry, place.Batch, (ushort)place.Line, (ushort)parsed.Id.Length, kind),
            parsed.Fingerprint,
            parsed.Id);
    }

    private OutcomeKind? Classify(in ParsedRecord parsed, uint entry)
    {
        if (parsed.State == ParsedState.Rejected)
            return entry == Ledger.None ? null : OutcomeKind.Kept;
        if (parsed.State == ParsedState.Tombstone)
            return entry == Ledger.None ? OutcomeKind.Gone : OutcomeKind.Remove;
        if (entry == Ledger.None)
            return OutcomeKind.Add;
        var known = _input.Ledger.Fingerprint(entry);
        if (known == parsed.Fingerprint)
            return OutcomeKind.Moved;
        if (known.Stable != parsed.Fingerprint.Stable)
            return OutcomeKind.Replace;
        return known.Volatile == parsed.Fingerprint.Volatile ? OutcomeKind.Respelled : OutcomeKind.Patch;
    }

    private readonly unsafe struct IdQueries(Ledger ledger, WaitingRecords waiting) : IEntryQueries
    {
        public int Count => waiting.Count;

        public uint Key(int query) => (uint)waiting.IdHash(query);

        public nint Address(uint entry) => (nint)ledger.IdHashFrom(entry);

        public bool Matches(int query, uint entry) =>
            ledger.IdHash(entry) == Key(query) && ledger.Id(entry).SequenceEqual(waiting.Id(query));
    }
}
