using Reshelve.Feeds;
using Reshelve.Hashing;
using Reshelve.Ledgers;

namespace Reshelve.Planning.Matching;

/// <summary>Consecutive records of a chunk that equal consecutive entries.</summary>
/// <param name="Record">The first record, counted within its chunk.</param>
/// <param name="Entry">The first entry.</param>
/// <param name="Length">How many.</param>
internal readonly record struct MatchRun(int Record, uint Entry, int Length);

/// <summary>A record of a chunk that equals no entry near where it was expected.</summary>
/// <param name="Record">The record, counted within its chunk.</param>
/// <param name="Hint">The position in the ledger's order where its old version probably is, or -1.</param>
internal readonly record struct ChunkMiss(int Record, long Hint);

/// <summary>
/// Steps 1 and 2 of the planner (predicted, near) for one chunk: hashes its records and compares them with the ledger in feed
/// order.
/// A chunk finds its place by anchors, as its neighbour may still be under way in another thread.
/// </summary>
internal sealed unsafe class ChunkMatcher(Ledger ledger, LedgerOrder order, AnchorTable anchors)
{
    /// <summary>How many entries ahead a record is looked for: that many consecutive removals cost no look-up.</summary>
    private const int Near = 16;

    /// <summary>How far before the guessed place a chunk begins to compare, in case records were removed since.</summary>
    private const uint Slack = 8;

    private Hash128[] _hashes = [];

    /// <summary>Consecutive equal records, in order.</summary>
    public List<MatchRun> Runs { get; } = [];

    /// <summary>The other records, in order.</summary>
    public List<ChunkMiss> Misses { get; } = [];

    /// <summary>The hash of a record of the chunk matched last.</summary>
    public Hash128 HashOf(int record) => _hashes[record];

    /// <summary>Matches a chunk.</summary>
    public void Match(FeedChunk chunk, KeyedHash hash)
    {
        Runs.Clear();
        Misses.Clear();
        HashRecords(chunk, hash);
        var count = chunk.TooLarge >= 0 ? chunk.Count - 1 : chunk.Count;
        var hashes = _hashes.AsSpan(0, count);
        if (ledger.Count == 0)
            MissAll(count);
        else
            Match(hashes);
        if (chunk.TooLarge >= 0)
            Misses.Add(new ChunkMiss(chunk.TooLarge, -1));
    }

    private void HashRecords(FeedChunk chunk, KeyedHash hash)
    {
        if (_hashes.Length < chunk.Count)
            _hashes = new Hash128[Math.Max(1024, chunk.Count * 2)];
        var buffer = chunk.Buffer.AsSpan();
        var records = chunk.Records.AsSpan(0, chunk.Count);
        for (var i = 0; i < records.Length; i++)
            _hashes[i] = hash.Of(buffer.Slice(records[i].Start, records[i].Length));
    }

    private void MissAll(int count)
    {
        for (var record = 0; record < count; record++)
            Misses.Add(new ChunkMiss(record, -1));
    }

    private void Match(ReadOnlySpan<Hash128> hashes)
    {
        var record = 0;
        var anchor = FindAnchor(hashes, 0);
        var cursor = anchor.Record < 0 ? order.At(order.Count) : Before(anchor.Position, anchor.Record);
        var expected = cursor;
        while (record < hashes.Length)
        {
            var matched = Extend(hashes, record, ref cursor);
            record += matched;
            if (matched > 0)
                expected = cursor;
            if (record == hashes.Length)
                return;
            if (Resynchronise(hashes[record], ref cursor))
                continue;
            if (record == anchor.Record && !anchor.Tried)
            {
                anchor = anchor with { Tried = true };
                cursor = order.At(anchor.Position);
                continue;
            }

            if (record > anchor.Record && LedgerFormat.IsAnchor(hashes[record]) &&
                FindAnchor(hashes[..(record + 1)], record) is { Record: >= 0 } next)
            {
                anchor = next;
                Rewind(ref record);
                cursor = expected = Before(anchor.Position, anchor.Record - record);
                continue;
            }

            Misses.Add(new ChunkMiss(record, anchor.Record >= 0 && !order.IsEnd(expected) ? order.Position(expected) : -1));
            expected = order.Advance(expected, 1);
            record++;
        }
    }

    /// <summary>Compares record by record from the cursor on; gives how many were equal.</summary>
    private int Extend(ReadOnlySpan<Hash128> hashes, int record, ref OrderCursor cursor)
    {
        var start = record;
        while (record < hashes.Length && !order.IsEnd(cursor))
        {
            var straight = (int)Math.Min(order.Straight(cursor), (uint)(hashes.Length - record));
            var entry = order.Entry(cursor);
            var raw = ledger.RawFrom(entry);
            var equal = 0;
            while (equal < straight && hashes[record + equal].Low == raw[equal].Low && hashes[record + equal].High == raw[equal].High)
                equal++;
            if (equal > 0)
                Runs.Add(new MatchRun(record, entry, equal));
            record += equal;
            cursor = order.Advance(cursor, (uint)equal);
            if (equal < straight)
                break;
        }

        return record - start;
    }

    /// <summary>Looks for a record among the next few entries; true: the cursor stands at it.</summary>
    private bool Resynchronise(Hash128 hash, ref OrderCursor cursor)
    {
        var ahead = cursor;
        for (var steps = 0; steps < Near && !order.IsEnd(ahead);)
        {
            var straight = (int)Math.Min(order.Straight(ahead), (uint)(Near - steps));
            var raw = ledger.RawFrom(order.Entry(ahead));
            for (var i = 0; i < straight; i++)
            {
                if (raw[i].Low != hash.Low || raw[i].High != hash.High)
                    continue;
                cursor = order.Advance(ahead, (uint)i);
                return true;
            }

            steps += straight;
            ahead = order.Advance(ahead, (uint)straight);
        }

        return false;
    }

    private Anchor FindAnchor(ReadOnlySpan<Hash128> hashes, int from) =>
        anchors.TryFind(hashes, from, out var record, out var position) ? new Anchor(record, position, false) : new Anchor(-1, 0, false);

    /// <summary>The place from which to compare so that so many records before an anchor are compared too.</summary>
    private OrderCursor Before(uint position, int records)
    {
        var distance = (uint)records + Slack;
        return order.At(position > distance ? position - distance : 0);
    }

    /// <summary>
    /// An anchor came up where nothing matched: the ledger's order has jumped. The records missed since the jump are compared
    /// again, from
    /// before the anchor's place on.
    /// </summary>
    private void Rewind(ref int record)
    {
        var missed = 0;
        while (missed < Misses.Count && Misses[^(missed + 1)].Record == record - 1)
        {
            missed++;
            record--;
        }

        Misses.RemoveRange(Misses.Count - missed, missed);
    }

    /// <summary>The anchor by which the chunk found its place last.</summary>
    /// <param name="Record">The record, or -1 for none.</param>
    /// <param name="Position">Its position in the ledger's order, by half of its hash.</param>
    /// <param name="Tried">Whether that very position was compared.</param>
    private readonly record struct Anchor(int Record, uint Position, bool Tried);
}
