using Reshelve.Feeds;
using Reshelve.Hashing;
using Reshelve.Ledgers;
using Reshelve.Planning.Matching;

namespace Reshelve.Planning;

/// <summary>One thread of a plan: reads chunks, matches them, and hands what misses to its resolver.</summary>
internal sealed class PlanWorker : IDisposable
{
    /// <summary>After so many chunks (512 MB of feed) the ledger's pages are let go.</summary>
    private const int ChunksPerRelease = 2048;

    private readonly PlanInput _input;
    private readonly ChunkMatcher _matcher;
    private uint[] _found = [];
    private uint[] _entries = [];
    private RecordContext? _context;
    private KeyedHash? _hash;

    public PlanWorker(PlanInput input, int number, int threads)
    {
        _input = input;
        _matcher = new ChunkMatcher(input.Ledger, input.Order, input.Anchors);
        Resolver = new MissResolver(input, number, threads);
    }

    /// <summary>What was found unchanged.</summary>
    public MatchLog Matches { get; } = new();

    /// <summary>Unchanged records that were not where the ledger's order has them.</summary>
    public long Moved { get; private set; }

    public MissResolver Resolver { get; }

    /// <summary>Works until the feed is at its end.</summary>
    public void Run(Action<int> chunkDone, CancellationToken cancellationToken)
    {
        var chunk = new FeedChunk();
        while (_input.Reader.TryReadChunk(chunk, cancellationToken))
        {
            _input.Numbers.Register(chunk.Sequence, chunk.Count);
            _matcher.Match(chunk, HashFor(chunk.Context));
            if (_matcher.Misses.Count > 0)
                Resolve(chunk, cancellationToken);
            else
                Matches.Add(chunk.Sequence, _matcher.Runs);
            if (chunk.Sequence % ChunksPerRelease == ChunksPerRelease - 1)
                _input.Ledger.ReleasePages();
            chunkDone(chunk.Count);
        }

        Resolver.Finish();
        _input.Ledger.ReleasePages();
    }

    /// <inheritdoc/>
    public void Dispose() => Resolver.Dispose();

    /// <summary>
    /// Looks misses up by their raw hashes if that pays, and has the rest parsed: where the chunk's bytes lie, so that they are not
    /// copied.
    /// </summary>
    private void Resolve(FeedChunk chunk, CancellationToken cancellationToken)
    {
        var misses = _matcher.Misses;
        if (_found.Length < misses.Count)
            _found = new uint[misses.Count * 2];
        var found = _found.AsSpan(0, misses.Count);
        if (!_input.Moved.TryFind(new ChunkQueries(_input.Ledger, _matcher), MovedAnchors(), found))
            found.Fill(Ledger.None);
        KeepMatches(chunk, found);
        for (var i = 0; i < misses.Count; i++)
        {
            var record = misses[i].Record;
            if (found[i] == Ledger.None)
                Resolver.Resolve(chunk, record, _matcher.HashOf(record), misses[i].Hint);
            if ((i & 1023) == 1023)
                cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private void KeepMatches(FeedChunk chunk, Span<uint> found)
    {
        var misses = _matcher.Misses;
        if (chunk.TooLarge >= 0)
            found[^1] = Ledger.None;
        var moved = found.Length - found.Count(Ledger.None);
        if (moved == 0)
        {
            Matches.Add(chunk.Sequence, _matcher.Runs);
            return;
        }

        Moved += moved;
        if (_entries.Length < chunk.Count)
            _entries = new uint[chunk.Count * 2];
        var entries = _entries.AsSpan(0, chunk.Count);
        for (var i = 0; i < found.Length; i++)
            entries[misses[i].Record] = found[i];
        foreach (var run in _matcher.Runs)
        {
            for (var i = 0; i < run.Length; i++)
                entries[run.Record + i] = run.Entry + (uint)i;
        }

        Matches.AddDense(chunk.Sequence, entries);
    }

    /// <summary>Anchors that were found, but none of whose neighbours were: about one in 64 of the records that moved alone.</summary>
    private int MovedAnchors()
    {
        var count = 0;
        foreach (var run in _matcher.Runs)
            count += run.Length == 1 && LedgerFormat.IsAnchor(_matcher.HashOf(run.Record)) ? 1 : 0;
        return count;
    }

    private KeyedHash HashFor(RecordContext context)
    {
        // Files come one after the other, and there may be many of them: one hash is remembered.
        if (_hash is null || !ReferenceEquals(_context, context))
            (_context, _hash) = (context, _input.RecordHash(context));
        return _hash;
    }

    private readonly unsafe struct ChunkQueries(Ledger ledger, ChunkMatcher matcher) : IEntryQueries
    {
        public int Count => matcher.Misses.Count;

        public uint Key(int query) => RawKeys.Of(Raw(query));

        public nint Address(uint entry) => (nint)ledger.RawFrom(entry);

        public bool Matches(int query, uint entry) => *ledger.RawFrom(entry) == Raw(query);

        private Hash128 Raw(int query) => matcher.HashOf(matcher.Misses[query].Record);
    }
}
