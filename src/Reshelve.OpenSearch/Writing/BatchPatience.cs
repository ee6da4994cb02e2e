using Reshelve.Feeds;
using Reshelve.OpenSearch.Connection;

namespace Reshelve.OpenSearch.Writing;

/// <summary>How much longer a batch is tried, while nothing of it is taken. Thread-safe.</summary>
internal sealed class BatchPatience(TimeSpan patience, string target, TimeProvider time)
{
    // A document that the server fails at so often is at fault itself.
    private const int MostFailures = 5;
    private const int MostRefusedAlone = 16;

    private readonly Lock _lock = new();
    private readonly Dictionary<int, int> _failures = [];
    private long? _troubleSince;
    private int _refusedAlone;

    /// <summary>Something was taken, or judged.</summary>
    public void Restore(bool isAcknowledged)
    {
        lock (_lock)
        {
            _troubleSince = null;
            if (isAcknowledged)
                _refusedAlone = 0;
        }
    }

    /// <summary>Nothing was taken, or not all. Waits for the limits' and searches' sake are no trouble: it counts from the first request that met with it.</summary>
    /// <param name="begun">When that request was sent.</param>
    /// <param name="last">What it met with.</param>
    /// <exception cref="ReshelveException">It has been so for too long.</exception>
    public void Spend(long begun, string last)
    {
        TimeSpan waited;
        lock (_lock)
        {
            _troubleSince ??= begun;
            waited = time.GetElapsedTime(_troubleSince.Value);
        }

        if (waited >= patience)
            throw Refusal.PatienceEnded($"cannot write to {target}", waited, last);
    }

    /// <summary>Notes that the server failed at one document, and says whether it did so often enough to be given up.</summary>
    public bool IsLost(int place)
    {
        lock (_lock)
            return (_failures[place] = _failures.GetValueOrDefault(place) + 1) >= MostFailures;
    }

    /// <summary>Notes that a request with a single document was refused whole.</summary>
    /// <exception cref="ReshelveException">So were many others, and none was taken: it is not the documents.</exception>
    public void RefusedAlone(ServerAnswer answer)
    {
        lock (_lock)
        {
            if (++_refusedAlone < MostRefusedAlone)
                return;
        }

        throw Refusal.Of($"write anything to {target}", answer);
    }
}
