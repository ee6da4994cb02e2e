using Reshelve.Mapping;

namespace Reshelve.Planning;

/// <summary>Parsed records that wait for their ids to be looked up, many at a time.</summary>
/// <param name="threads">How many threads collect: they share a budget, so that many cores do not mean much memory.</param>
internal sealed class WaitingRecords(int threads)
{
    private const int MaxCount = 1 << 13;

    private readonly int _maxBytes = Math.Max((8 << 20) / threads, 2 << 20);
    private readonly ByteBuffer _bytes = new(1 << 12);
    private readonly List<Waiting> _items = [];

    public int Count => _items.Count;

    public bool IsFull => Count >= MaxCount || _bytes.Length >= _maxBytes;

    /// <summary>A record; its bytes are valid until the next is added.</summary>
    public ParsedRecord this[int index] => new()
    {
        Id = Id(index),
        IdHash = _items[index].IdHash,
        Record = _items[index].Record,
        State = _items[index].State,
        Fingerprint = _items[index].Fingerprint,
        Document = _bytes.Slice(_items[index].Start + _items[index].IdLength, _items[index].DocumentLength),
    };

    public ulong IdHash(int index) => _items[index].IdHash;

    public ReadOnlySpan<byte> Id(int index) => _bytes.Slice(_items[index].Start, _items[index].IdLength);

    public void Add(in ParsedRecord parsed)
    {
        _items.Add(new Waiting(
            _bytes.Length, parsed.Id.Length, parsed.Document.Length, parsed.IdHash, parsed.Record, parsed.State, parsed.Fingerprint));
        _bytes.Append(parsed.Id);
        _bytes.Append(parsed.Document);
    }

    public void Clear()
    {
        _items.Clear();
        _bytes.Clear();
    }

    private readonly record struct Waiting(
        int Start, int IdLength, int DocumentLength, ulong IdHash, uint Record, ParsedState State, Ledgers.Fingerprint Fingerprint);
}
