using Reshelve.Ledgers;

namespace Reshelve.Planning;

/// <summary>
/// Numbers the records of a feed that several threads read chunk by chunk. Each thread tells how many records its chunk holds
/// as soon as
/// it has it, and before anything else that waits; so the number of any chunk's first record is known after a short while at
/// most.
/// </summary>
internal sealed class RecordNumbers
{
    private readonly object _gate = new();
    private readonly List<int> _counts = [];
    private readonly List<long> _firsts = [0];
    private bool _aborted;

    /// <summary>Records told of so far.</summary>
    public long Total { get; private set; }

    /// <summary>Chunks told of so far, when all before the last one are.</summary>
    public int Chunks => _counts.Count;

    /// <summary>Tells how many records a chunk holds.</summary>
    public void Register(int chunk, int count)
    {
        lock (_gate)
        {
            while (_counts.Count <= chunk)
                _counts.Add(-1);
            _counts[chunk] = count;
            Total += count;
            while (_firsts.Count <= _counts.Count && _counts[_firsts.Count - 1] >= 0)
                _firsts.Add(_firsts[^1] + _counts[_firsts.Count - 1]);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>The number of a chunk's first record, from 0; waits until the chunks before it are known.</summary>
    /// <exception cref="OperationCanceledException">Another thread failed.</exception>
    public long First(int chunk)
    {
        lock (_gate)
        {
            while (_firsts.Count <= chunk)
            {
                if (_aborted)
                    throw new OperationCanceledException();
                Monitor.Wait(_gate);
            }

            return _firsts[chunk];
        }
    }

    /// <summary>A number of a record as plans and ledgers have it.</summary>
    /// <exception cref="Feeds.FeedRefusedException">It does not fit.</exception>
    public static uint Checked(long number) => number <= LedgerFormat.MaxEntries
        ? (uint)number
        : throw new Feeds.FeedRefusedException($"the feed has more than {LedgerFormat.MaxEntries:N0} records, which is the most a catalog can have");

    /// <summary>Ends all waiting: a thread failed, and its chunk will not be told of.</summary>
    public void Abort()
    {
        lock (_gate)
        {
            _aborted = true;
            Monitor.PulseAll(_gate);
        }
    }
}
