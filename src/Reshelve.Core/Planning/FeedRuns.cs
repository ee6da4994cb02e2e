using System.Collections;

namespace Reshelve.Planning;

/// <summary>Consecutive records that equal consecutive entries, by their numbers in the feed.</summary>
internal readonly record struct FeedRun(uint Record, uint Entry, uint Length);

/// <summary>
/// The unchanged records of all threads in feed order, neighbours joined. Read from the threads' logs each time, as a list of them
/// would take 12 bytes per record of a shuffled feed.
/// </summary>
internal sealed class FeedRuns : IEnumerable<FeedRun>
{
    private readonly RecordNumbers _numbers;
    private readonly (MatchLog Log, MatchedChunk Chunk)[] _chunks;

    /// <exception cref="Feeds.FeedRefusedException">The feed has more records than can be numbered.</exception>
    public FeedRuns(IEnumerable<MatchLog> logs, RecordNumbers numbers)
    {
        _ = RecordNumbers.Checked(numbers.Total);
        _numbers = numbers;
        _chunks = [.. logs.SelectMany(log => log.Chunks.Select(chunk => (log, chunk)))];
        Array.Sort(_chunks, (left, right) => left.Chunk.Sequence.CompareTo(right.Chunk.Sequence));
    }

    /// <inheritdoc/>
    public IEnumerator<FeedRun> GetEnumerator()
    {
        var runs = new List<FeedRun>();
        var pending = default(FeedRun);
        foreach (var (log, chunk) in _chunks)
        {
            runs.Clear();
            log.Read(chunk, (uint)_numbers.First(chunk.Sequence), runs);
            foreach (var run in runs)
            {
                if (pending.Record + pending.Length == run.Record && pending.Entry + pending.Length == run.Entry)
                {
                    pending = pending with { Length = pending.Length + run.Length };
                    continue;
                }

                if (pending.Length > 0)
                    yield return pending;
                pending = run;
            }
        }

        if (pending.Length > 0)
            yield return pending;
    }

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
