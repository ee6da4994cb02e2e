using System.Buffers;
using System.Runtime.InteropServices;
using Reshelve.Indexing;
using Reshelve.Planning;

namespace Reshelve.OpenSearch.Writing;

/// <summary>What of a batch is still to be sent, and what became of the rest. Thread-safe.</summary>
internal sealed class BatchWork
{
    private readonly Lock _lock = new();
    private readonly IReadOnlyList<Change> _batch;
    private readonly BulkLines _lines;
    private readonly BatchResults _results;
    // The newest first, so that halving goes for the culprit and not through all the quarters.
    private readonly Stack<int[]> _again = new();
    private int _next;

    public BatchWork(IReadOnlyList<Change> batch, long sequence)
    {
        _batch = batch;
        _lines = new BulkLines(sequence);
        _results = new BatchResults(batch);
    }

    /// <summary>The results, once all is done.</summary>
    public IReadOnlyList<ItemResult> Results => _results;

    /// <summary>Whether nothing is left to send. What is under way may still come back.</summary>
    public bool IsTaken
    {
        get
        {
            lock (_lock)
                return _again.Count == 0 && _next == _batch.Count;
        }
    }

    /// <summary>About how many requests it takes.</summary>
    public int RequestsNeeded(BulkPace pace)
    {
        var bytes = 0L;
        for (var i = 0; i < _batch.Count; i++)
            bytes += _batch[i].Document.Length;
        var most = pace.MostRequests;
        return (int)Math.Min(most, Math.Max(1 + (bytes / pace.RequestBytes), 1 + ((_batch.Count - 1) / pace.RequestDocuments)));
    }

    /// <summary>Makes the next request's body, and refuses what cannot be sent.</summary>
    /// <returns>What is in it; null when nothing is left.</returns>
    public BulkPiece? Next(BulkPace pace, BulkBuffer body)
    {
        var (bytes, documents) = (pace.RequestBytes, pace.RequestDocuments);
        lock (_lock)
        {
            while (true)
            {
                var places = _again.TryPop(out var again) ? Write(again, body, bytes) : WriteNew(body, bytes, documents);
                if (places.Count == 0 && (_again.Count > 0 || _next < _batch.Count))
                    continue;
                return places.Count == 0 ? null : Guarded(places, body);
            }
        }
    }

    /// <summary>Has changes sent again, together.</summary>
    public void Again(IReadOnlyList<int> places)
    {
        if (places.Count == 0)
            return;
        lock (_lock)
            _again.Push([.. places]);
    }

    /// <summary>Has changes sent again in two halves.</summary>
    public void AgainInHalves(IReadOnlyList<int> places)
    {
        Again([.. places.Take(places.Count / 2)]);
        Again([.. places.Skip(places.Count / 2)]);
    }

    /// <summary>A document is not taken.</summary>
    public void Refuse(int place, string why) => _results.Refuse(place, why);

    private List<int> WriteNew(BulkBuffer body, long bytes, int documents)
    {
        var places = new List<int>(Math.Min(documents, _batch.Count - _next));
        while (_next < _batch.Count && places.Count < documents && TryWrite(_next, places, body, bytes))
            _next++;
        return places;
    }

    private List<int> Write(int[] again, BulkBuffer body, long bytes)
    {
        var places = new List<int>(again.Length);
        for (var i = 0; i < again.Length; i++)
        {
            if (TryWrite(again[i], places, body, bytes))
                continue;
            _again.Push(again[i..]);
            break;
        }

        return places;
    }

    /// <summary>Writes a change unless the body is full. What is too large by itself goes alone.</summary>
    private bool TryWrite(int place, List<int> places, BulkBuffer body, long bytes)
    {
        var change = _batch[place];
        if (places.Count > 0 && body.Length + change.Document.Length > bytes)
            return false;
        var mark = body.Length;
        if (_lines.Write(change, body) is { } refusal)
        {
            Refuse(place, refusal);
            return true;
        }

        if (places.Count > 0 && body.Length > bytes)
        {
            body.Truncate(mark);
            return false;
        }

        places.Add(place);
        return true;
    }

    private BulkPiece Guarded(List<int> places, BulkBuffer body)
    {
        foreach (var place in CollectionsMarshal.AsSpan(places))
        {
            if (_batch[place].Kind != ChangeKind.Remove)
                return new BulkPiece(places, IsGuarded: false);
        }

        body.Write(BulkLines.Guard);
        return new BulkPiece(places, IsGuarded: true);
    }
}
