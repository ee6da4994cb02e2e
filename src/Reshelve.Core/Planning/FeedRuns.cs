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
    // By the chunks' numbers, which have no gaps; null where a chunk has none. Neither sorted nor sifted by LINQ: for pairs of structs all of
    // that is compiled anew by every process.
    private readonly MatchLog?[] _logs;
    private readonly MatchedChunk[] _chunks;

    /// <exception cref="Feeds.FeedRefusedException">The feed has more records than can be numbered.</exception>
    public FeedRuns(IEnumerable<MatchLog> logs, RecordNumbers numbers)
    {
        _ = RecordNumbers.Checked(numbers.Total);
        _numbers = numbers;
        _logs = new MatchLog?[numbers.Chunks];
        _chunks = new MatchedChunk[numbers.Chunks];
        foreach (var log in logs)
        {
            for (var i = 0; i < log.Chunks.Count; i++)
            {
                var chunk = log.Chunks[i];
                (_logs[chunk.Sequence], _chunks[chunk.Sequence]) = (log, chunk);
            }
        }
    }

    /// <inheritdoc/>
    public IEnumerator<FeedRun> GetEnumerator()
    {
        var runs = new List<FeedRun>();
        var pending = default(FeedRun);
        for (var chunk = 0; chunk < _chunks.Length; chunk++)
        {
            if (_logs[chunk] is not { } log)
                continue;
            runs.Clear();
            log.Read(_chunks[chunk], (uint)_numbers.First(chunk), runs);
            for (var i = 0; i < runs.Count; i++)
            {
                var run = runs[i];
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
