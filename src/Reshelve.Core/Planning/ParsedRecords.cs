using Reshelve.Hashing;
using Reshelve.Ledgers;
using Reshelve.Mapping;

namespace Reshelve.Planning;

/// <summary>Mapped records that wait for their ids to be looked up, many at a time.</summary>
internal sealed class ParsedRecords
{
    private const int MaxCount = 1 << 13;
    private const int MaxBytes = 2 << 20;

    private readonly ByteBuffer _bytes = new(1 << 16);
    private Item[] _items = new Item[MaxCount];
    private ulong[] _idHashes = new ulong[MaxCount];
    private uint[] _entries = new uint[MaxCount];

    public int Count { get; private set; }

    public bool IsFull => Count >= MaxCount || _bytes.Length >= MaxBytes;

    public void Add(MappedRecord mapped, Hash128 raw, uint record, long hint)
    {
        var state = mapped.Outcome == MappingOutcome.Tombstone ? State.Tombstone : State.Document;
        Add(mapped.Id, mapped.Document, new Fingerprint(raw, mapped.Stable, mapped.Volatile), record, hint, state);
    }

    public void AddRejected(ReadOnlySpan<byte> id, uint record, long hint) => Add(id, default, default, record, hint, State.Rejected);

    public ReadOnlySpan<byte> Id(int index) => _bytes.Slice(_items[index].Start, _items[index].IdLength);

    public ReadOnlySpan<byte> Document(int index) =>
        _bytes.Slice(_items[index].Start + _items[index].IdLength, _items[index].DocumentLength);

    public Fingerprint Fingerprint(int index) => _items[index].Fingerprint;

    public uint Record(int index) => _items[index].Record;

    public long Hint(int index) => _items[index].Hint;

    public bool IsRejected(int index) => _items[index].State == State.Rejected;

    public bool IsTombstone(int index) => _items[index].State == State.Tombstone;

    public ulong IdHash(int index) => _idHashes[index];

    public uint Entry(int index) => _entries[index];

    public void SetEntry(int index, uint entry) => _entries[index] = entry;

    public void HashIds(KeyedHash hash)
    {
        for (var i = 0; i < Count; i++)
            _idHashes[i] = hash.Low64(Id(i));
    }

    public void Clear()
    {
        Count = 0;
        _bytes.Clear();
    }

    private void Add(ReadOnlySpan<byte> id, ReadOnlySpan<byte> document, Fingerprint fingerprint, uint record, long hint, State state)
    {
        if (Count == _items.Length)
        {
            Array.Resize(ref _items, Count * 2);
            Array.Resize(ref _idHashes, Count * 2);
            Array.Resize(ref _entries, Count * 2);
        }

        _items[Count++] = new Item(_bytes.Length, id.Length, document.Length, record, hint, fingerprint, state);
        _bytes.Append(id);
        _bytes.Append(document);
    }

    private enum State : byte
    {
        Document,
        Tombstone,
        Rejected,
    }

    private readonly record struct Item(
        int Start, int IdLength, int DocumentLength, uint Record, long Hint, Fingerprint Fingerprint, State State);
}
