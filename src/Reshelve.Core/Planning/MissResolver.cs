using Reshelve.Feeds;
using Reshelve.Hashing;
using Reshelve.Ledgers;
using Reshelve.Mapping;
using Reshelve.Planning.Matching;
using Reshelve.Running;

namespace Reshelve.Planning;

/// <summary>
/// Steps 3 and 4 of the planner (found, parsed) for the misses of one thread: looks their raw hashes up, parses and maps the
/// rest, looks
/// their ids up, and writes the changes that follow. Repeated ids are sorted out afterwards, by <see cref="PlanMerger"/>.
/// </summary>
internal sealed class MissResolver : IDisposable
{
    private const int HintWindow = 8;

    private readonly PlanInput _input;
    private readonly IRecordConverter _converter;
    private readonly DocumentMapper _mapper;
    private readonly ChangeBatchWriter _changes;
    private readonly ParsedRecords _parsed = new();
    private uint[] _entries = [];
    private int _chunk = -1;
    private long _firstOfChunk;

    public MissResolver(PlanInput input, int number)
    {
        _input = input;
        _converter = input.Reader.CreateConverter();
        _mapper = new DocumentMapper(input.Definition, input.DocumentHash);
        _changes = new ChangeBatchWriter(input.Folder, "changes", input.Batches);
        Outcomes = new OutcomeLog(Path.Combine(input.Folder, $"outcomes-{number}.tmp"));
    }

    /// <summary>Records found elsewhere in the ledger, by their number in the feed.</summary>
    public List<(uint Record, uint Entry)> Found { get; } = [];

    /// <summary>What became of the parsed records.</summary>
    public OutcomeLog Outcomes { get; }

    public long Parsed { get; private set; }

    public long Rejected { get; private set; }

    public long RejectedWithoutId { get; private set; }

    /// <summary>The batches written, once nothing more comes.</summary>
    public IReadOnlyList<PlanBatch> FinishBatches() => _changes.Finish();

    /// <summary>Resolves some misses, in feed order.</summary>
    public void Resolve(MissBuffer misses, CancellationToken cancellationToken)
    {
        if (misses.Misses.Count == 0)
            return;
        if (_entries.Length < misses.Misses.Count)
            _entries = new uint[misses.Misses.Count * 2];
        _input.RawLookup.Resolve(new RawQueries(_input.Ledger, misses.Misses), _entries);
        for (var i = 0; i < misses.Misses.Count; i++)
        {
            var miss = misses.Misses[i];
            var record = RecordNumber(miss);
            if (_entries[i] != Ledger.None && !miss.TooLarge)
                Found.Add((record, _entries[i]));
            else
                Parse(misses, miss, record);
            if (_parsed.IsFull)
                Decide();
            if ((i & 1023) == 0)
                cancellationToken.ThrowIfCancellationRequested();
        }

        Decide();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _changes.Dispose();
        Outcomes.Dispose();
    }

    private uint RecordNumber(Miss miss)
    {
        if (miss.Chunk != _chunk)
            (_chunk, _firstOfChunk) = (miss.Chunk, _input.Numbers.First(miss.Chunk));
        return RecordNumbers.Checked(_firstOfChunk + miss.Record);
    }

    private void Parse(MissBuffer misses, Miss miss, uint record)
    {
        Parsed++;
        var bytes = misses.BytesOf(miss);
        if (!_converter.TryConvert(bytes, miss.Context, out var json, out var problem))
        {
            Reject(miss, record, bytes, default, null, problem!);
            return;
        }

        var mapped = _mapper.Map(json);
        if (miss.TooLarge)
        {
            var limit = _input.Definition.Limits.RecordBytes;
            Reject(miss, record, bytes, mapped.Id, null, $"the record is larger than the limit of {limit:N0} bytes (`limits: record` in the definition)");
        }
        else if (mapped.Outcome == MappingOutcome.Rejected)
        {
            Reject(miss, record, bytes, mapped.Id, mapped.Field, mapped.Reason!);
        }
        else
        {
            _parsed.Add(mapped, miss.Raw, record, miss.Hint);
        }
    }

    private void Reject(Miss miss, uint record, ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> id, string? field, string reason)
    {
        Rejected++;
        var idText = id.IsEmpty ? null : System.Text.Encoding.UTF8.GetString(id);
        if (idText is null)
            RejectedWithoutId++;
        else
            _parsed.AddRejected(id, record, miss.Hint);
        _input.Rejected.Write(new RejectedRecord(record + 1L, miss.Context.File, miss.Offset, idText, field, reason, bytes.ToArray()));
    }

    /// <summary>Looks up the ids of the parsed records and writes what follows.</summary>
    private void Decide()
    {
        _parsed.HashIds(_input.IdHash);
        var unknown = new List<int>();
        for (var i = 0; i < _parsed.Count; i++)
        {
            var entry = Near(i);
            _parsed.SetEntry(i, entry);
            if (entry == Ledger.None)
                unknown.Add(i);
        }

        var entries = new uint[unknown.Count];
        _input.IdLookup.Resolve(new IdQueries(_input.Ledger, _parsed, unknown), entries);
        for (var i = 0; i < entries.Length; i++)
            _parsed.SetEntry(unknown[i], entries[i]);
        for (var i = 0; i < _parsed.Count; i++)
            Decide(i);
        _parsed.Clear();
    }

    /// <summary>
    /// Looks for the id where the record's old version probably is: a changed record mostly stands where it stood.
    /// </summary>
    private uint Near(int index)
    {
        var order = _input.Order;
        var hint = _parsed.Hint(index) >= 0 ? _parsed.Hint(index) : _parsed.Record(index);
        var exact = order.At((uint)hint);
        if (!order.IsEnd(exact) && IsOf(index, order.Entry(exact)))
            return order.Entry(exact);
        var cursor = order.At((uint)Math.Max(0, hint - HintWindow));
        for (var step = 0; step <= 2 * HintWindow && !order.IsEnd(cursor); step++, cursor = order.Advance(cursor, 1))
        {
            if (IsOf(index, order.Entry(cursor)))
                return order.Entry(cursor);
        }

        return Ledger.None;
    }

    private bool IsOf(int index, uint entry) =>
        _input.Ledger.IdHash(entry) == (uint)_parsed.IdHash(index) && _input.Ledger.Id(entry).SequenceEqual(_parsed.Id(index));

    private void Decide(int index)
    {
        var entry = _parsed.Entry(index);
        var kind = Classify(index, entry);
        if (kind is null)
            return;
        var id = _parsed.Id(index);
        var place = kind switch
        {
            OutcomeKind.Add => _changes.Write(ChangeKind.Add, id, _parsed.Fingerprint(index), _parsed.Document(index)),
            OutcomeKind.Replace => _changes.Write(ChangeKind.Replace, id, _parsed.Fingerprint(index), _parsed.Document(index)),
            OutcomeKind.Patch => _changes.Write(ChangeKind.Patch, id, _parsed.Fingerprint(index), _parsed.Document(index)),
            _ => default,
        };
        Outcomes.Add(
            new Outcome(_parsed.IdHash(index), _parsed.Record(index), entry, place.Batch, (ushort)place.Line, (ushort)id.Length, kind.Value),
            _parsed.Fingerprint(index),
            id);
    }

    private OutcomeKind? Classify(int index, uint entry)
    {
        if (_parsed.IsRejected(index))
            return entry == Ledger.None ? null : OutcomeKind.Kept;
        if (_parsed.IsTombstone(index))
            return entry == Ledger.None ? OutcomeKind.Gone : OutcomeKind.Remove;
        if (entry == Ledger.None)
            return OutcomeKind.Add;
        var known = _input.Ledger.Fingerprint(entry);
        var current = _parsed.Fingerprint(index);
        if (known.Stable != current.Stable)
            return OutcomeKind.Replace;
        return known.Volatile == current.Volatile ? OutcomeKind.Respelled : OutcomeKind.Patch;
    }

    private readonly unsafe struct RawQueries(Ledger ledger, List<Miss> misses) : IEntryQueries
    {
        public int Count => misses.Count;

        public uint Key(int query) => RawKeys.Of(misses[query].Raw);

        public bool Matches(int query, uint entry) => *ledger.RawFrom(entry) == misses[query].Raw;
    }

    private readonly struct IdQueries(Ledger ledger, ParsedRecords parsed, List<int> indexes) : IEntryQueries
    {
        public int Count => indexes.Count;

        public uint Key(int query) => (uint)parsed.IdHash(indexes[query]);

        public bool Matches(int query, uint entry) =>
            ledger.IdHash(entry) == Key(query) && ledger.Id(entry).SequenceEqual(parsed.Id(indexes[query]));
    }
}
