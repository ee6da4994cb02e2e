using Reshelve.Feeds;
using Reshelve.Hashing;
using Reshelve.Ledgers;
using Reshelve.Planning.Matching;

namespace Reshelve.Planning;

/// <summary>Consecutive records of the feed that equal consecutive entries.</summary>
/// <param name="Chunk">The chunk they are in.</param>
/// <param name="Run">Where in it, and which entries.</param>
internal readonly record struct ChunkRun(int Chunk, MatchRun Run);

/// <summary>One thread of a plan: reads chunks, matches them, and hands what misses to its resolver.</summary>
internal sealed class PlanWorker : IDisposable
{
    /// <summary>After so many chunks (512 MB of feed) the ledger's pages are let go.</summary>
    private const int ChunksPerRelease = 2048;

    private readonly PlanInput _input;
    private readonly ChunkMatcher _matcher;
    private readonly MissBuffer _misses;
    private uint[] _entries = [];
    private RecordContext? _context;
    private KeyedHash? _hash;

    public PlanWorker(PlanInput input, int number, int threads)
    {
        _input = input;
        _matcher = new ChunkMatcher(input.Ledger, input.Order, input.Anchors);
        _misses = new MissBuffer(input.Ledger.Count > 0, threads);
        Resolver = new MissResolver(input, number);
    }

    /// <summary>What was found unchanged, chunk by chunk.</summary>
    public List<ChunkRun> Runs { get; } = [];

    public MissResolver Resolver { get; }

    /// <summary>Works until the feed is at its end.</summary>
    public void Run(Action<int> chunkDone, CancellationToken cancellationToken)
    {
        var chunk = new FeedChunk();
        while (_input.Reader.TryReadChunk(chunk, cancellationToken))
        {
            _input.Numbers.Register(chunk.Sequence, chunk.Count);
            _matcher.Match(chunk, HashFor(chunk.Context));
            foreach (var run in _matcher.Runs)
                Runs.Add(new ChunkRun(chunk.Sequence, run));
            KeepMisses(chunk);
            if (_misses.IsFull)
                Resolve(cancellationToken);
            if (chunk.Sequence % ChunksPerRelease == ChunksPerRelease - 1)
                _input.Ledger.ReleasePages();
            chunkDone(chunk.Count);
        }

        Resolve(cancellationToken);
        _input.Ledger.ReleasePages();
    }

    /// <inheritdoc/>
    public void Dispose() => Resolver.Dispose();

    /// <summary>
    /// Keeps what missed, to be looked up many at a time; but once the table is there (a shuffled feed), what is found in it at once is
    /// never copied.
    /// </summary>
    private void KeepMisses(FeedChunk chunk)
    {
        var misses = _matcher.Misses;
        if (_entries.Length < misses.Count)
            _entries = new uint[misses.Count * 2];
        var lookedUp = misses.Count > 0 && _input.RawLookup.TryResolve(new ChunkQueries(_input.Ledger, _matcher), _entries);
        for (var i = 0; i < misses.Count; i++)
        {
            var record = misses[i].Record;
            if (lookedUp && _entries[i] != Ledger.None && record != chunk.TooLarge)
                Runs.Add(new ChunkRun(chunk.Sequence, new MatchRun(record, _entries[i], 1)));
            else
                _misses.Add(chunk, record, _matcher.HashOf(record), misses[i].Hint);
        }
    }

    private void Resolve(CancellationToken cancellationToken)
    {
        Resolver.Resolve(_misses, cancellationToken);
        _misses.Clear();
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

        public bool Matches(int query, uint entry) => *ledger.RawFrom(entry) == Raw(query);

        private Hash128 Raw(int query) => matcher.HashOf(matcher.Misses[query].Record);
    }
}
