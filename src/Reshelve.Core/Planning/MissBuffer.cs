using Reshelve.Feeds;
using Reshelve.Hashing;
using Reshelve.Mapping;

namespace Reshelve.Planning;

/// <summary>A record that equals no entry near where it was expected, with its bytes.</summary>
internal readonly record struct Miss(
    int Chunk, int Record, Hash128 Raw, int Start, int Length, RecordContext Context, long Offset, long Hint, bool TooLarge);

/// <summary>Misses of one thread, collected so that they are looked up many at a time.</summary>
/// <param name="looksUp">Whether they are looked up at all: if not, there is no use in waiting for many.</param>
/// <param name="threads">How many threads collect: they share a budget, so that many cores do not mean much memory.</param>
internal sealed class MissBuffer(bool looksUp, int threads)
{
    private readonly int _maxBytes = looksUp ? Math.Max((8 << 20) / threads, 2 << 20) : 1 << 20;
    private readonly ByteBuffer _bytes = new(1 << 16);

    public List<Miss> Misses { get; } = [];

    public bool IsFull => _bytes.Length >= _maxBytes;

    public void Add(FeedChunk chunk, int record, Hash128 raw, long hint)
    {
        var slice = chunk.Records[record];
        Misses.Add(new Miss(
            chunk.Sequence, record, raw, _bytes.Length, slice.Length, chunk.Context, chunk.Offset + slice.Start, hint,
            record == chunk.TooLarge));
        _bytes.Append(chunk[record]);
    }

    public ReadOnlySpan<byte> BytesOf(Miss miss) => _bytes.Slice(miss.Start, miss.Length);

    public void Clear()
    {
        Misses.Clear();
        _bytes.Clear();
    }
}
