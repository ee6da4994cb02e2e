using Reshelve.Embedded.Indexing;

namespace Reshelve.Embedded.Searching;

/// <summary>
/// Keeps the first so many of the matches it is shown. Ids are looked up only when the keys do not decide, since each costs a
/// look into
/// the database.
/// </summary>
/// <param name="order">The order.</param>
/// <param name="capacity">How many are kept.</param>
/// <param name="idOf">Looks up the id's key of a document.</param>
internal sealed class TopHits(HitOrder order, int capacity, Func<long, byte[]> idOf)
{
    // A heap with the last of the kept ones at its root.
    private readonly List<Hit> _heap = [];

    /// <summary>The score that a match needs at least, when scores alone decide.</summary>
    public double LeastScore => capacity == 0 ? double.PositiveInfinity : _heap.Count < capacity ? double.NegativeInfinity : _heap[0].Score;

    /// <summary>Whether a match with these keys may be among the first.</summary>
    public bool MayTake(ReadOnlySpan<FieldValue> keys) =>
        _heap.Count < capacity || (capacity > 0 && order.Compare(keys, _heap[0].Keys) <= 0);

    /// <summary>Shows it a match.</summary>
    public void Offer(long number, double score, ReadOnlySpan<FieldValue> keys)
    {
        if (!MayTake(keys))
            return;
        var hit = new Hit(number, score, keys.ToArray());
        if (_heap.Count < capacity)
        {
            _heap.Add(hit);
            Rise(_heap.Count - 1);
        }
        else if (Compare(hit, _heap[0]) < 0)
        {
            _heap[0] = hit;
            Sink(0);
        }
    }

    /// <summary>The kept ones in order, without the first <paramref name="offset"/>.</summary>
    public IReadOnlyList<(long Number, double Score)> Page(int offset)
    {
        _heap.Sort(Compare);
        return [.. _heap.Skip(offset).Select(h => (h.Number, h.Score))];
    }

    private int Compare(Hit left, Hit right)
    {
        var byKeys = order.Compare(left.Keys, right.Keys);
        if (byKeys != 0 || ReferenceEquals(left, right))
            return byKeys;
        var byId = IdOf(left).AsSpan().SequenceCompareTo(IdOf(right));
        return order.IdDescending ? -byId : byId;
    }

    private byte[] IdOf(Hit hit) => hit.Id ??= idOf(hit.Number);

    private void Rise(int at)
    {
        for (var parent = (at - 1) / 2; at > 0 && Compare(_heap[at], _heap[parent]) > 0; at = parent, parent = (at - 1) / 2)
            (_heap[at], _heap[parent]) = (_heap[parent], _heap[at]);
    }

    private void Sink(int at)
    {
        while (true)
        {
            var last = at;
            for (var child = (2 * at) + 1; child <= (2 * at) + 2; child++)
            {
                if (child < _heap.Count && Compare(_heap[child], _heap[last]) > 0)
                    last = child;
            }

            if (last == at)
                return;
            (_heap[at], _heap[last]) = (_heap[last], _heap[at]);
            at = last;
        }
    }

    private sealed class Hit(long number, double score, FieldValue[] keys)
    {
        public long Number => number;

        public double Score => score;

        public FieldValue[] Keys => keys;

        public byte[]? Id { get; set; }
    }
}
