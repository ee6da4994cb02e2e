using Reshelve.Planning.Matching;

namespace Reshelve.Planning;

/// <summary>
/// What one thread found unchanged, chunk by chunk: runs, or, where they are short, the entry of each record. So a feed in another
/// order takes four bytes per record, and one in the ledger's order next to nothing.
/// </summary>
internal sealed class MatchLog
{
    private const int RunWords = 3;
    private const int SegmentWords = 1 << 16;

    private readonly List<MatchedChunk> _chunks = [];
    private readonly List<uint[]> _segments = [];
    private int _used = SegmentWords;

    /// <summary>The chunks with unchanged records, in feed order.</summary>
    public IReadOnlyList<MatchedChunk> Chunks => _chunks;

    /// <summary>Keeps the runs of a chunk, which are in order.</summary>
    public void Add(int chunk, IReadOnlyList<MatchRun> runs)
    {
        if (runs.Count == 0)
            return;
        var words = Reserve(chunk, runs.Count * RunWords, isDense: false);
        for (var i = 0; i < runs.Count; i++)
        {
            words[i * RunWords] = (uint)runs[i].Record;
            words[(i * RunWords) + 1] = runs[i].Entry;
            words[(i * RunWords) + 2] = (uint)runs[i].Length;
        }
    }

    /// <summary>Keeps the entry of each record of a chunk, <see cref="Ledgers.Ledger.None"/> where it has none.</summary>
    public void AddDense(int chunk, ReadOnlySpan<uint> entries) => entries.CopyTo(Reserve(chunk, entries.Length, isDense: true));

    /// <summary>Adds a chunk's unchanged records to a list, by their numbers in the feed.</summary>
    /// <param name="chunk">One of <see cref="Chunks"/>.</param>
    /// <param name="first">The number of its first record, with which all of its numbers fit.</param>
    /// <param name="runs">Gets them, in order.</param>
    public void Read(MatchedChunk chunk, uint first, List<FeedRun> runs)
    {
        var words = _segments[chunk.Segment].AsSpan(chunk.Start, chunk.Words);
        if (!chunk.IsDense)
        {
            for (; !words.IsEmpty; words = words[RunWords..])
                runs.Add(new FeedRun(first + words[0], words[1], words[2]));
            return;
        }

        for (var i = 0; i < words.Length;)
        {
            var start = i++;
            if (words[start] == Ledgers.Ledger.None)
                continue;
            while (i < words.Length && words[i] != Ledgers.Ledger.None && words[i] == words[start] + (uint)(i - start))
                i++;
            runs.Add(new FeedRun(first + (uint)start, words[start], (uint)(i - start)));
        }
    }

    private Span<uint> Reserve(int chunk, int words, bool isDense)
    {
        if (_segments.Count == 0 || _segments[^1].Length - _used < words)
        {
            _segments.Add(new uint[Math.Max(SegmentWords, words)]);
            _used = 0;
        }

        _chunks.Add(new MatchedChunk(chunk, _segments.Count - 1, _used, words, isDense));
        _used += words;
        return _segments[^1].AsSpan(_used - words, words);
    }
}

/// <summary>Where the unchanged records of a chunk are kept.</summary>
internal readonly record struct MatchedChunk(int Sequence, int Segment, int Start, int Words, bool IsDense);
