namespace Reshelve.Enriching;

/// <summary>What a run did about pictures.</summary>
/// <param name="Documents">Documents of the index that refer to pictures.</param>
/// <param name="Fetched">Pictures that came.</param>
/// <param name="NotModified">Pictures that were asked for and had not changed.</param>
/// <param name="Cached">Pictures for which nothing had to be done.</param>
/// <param name="Decoded">Pictures that were decoded.</param>
/// <param name="Tagged">Pictures that a tagger was asked about.</param>
/// <param name="Failed">Pictures that could not be had, decoded or resized.</param>
/// <param name="Untagged">Pictures that the tagger failed at or refused.</param>
/// <param name="Owed">Documents to which the next run owes something.</param>
/// <param name="Rewritten">Documents that were written again for their pictures alone.</param>
/// <param name="Bytes">Bytes of the pictures that came.</param>
/// <param name="Seconds">Time spent on pictures; much of it while documents were written.</param>
public sealed record ImageReport(
    long Documents, long Fetched, long NotModified, long Cached, long Decoded, long Tagged, long Failed, long Untagged, long Owed, long Rewritten, long Bytes, double Seconds)
{
    /// <summary>Some of what failed, for the operator.</summary>
    public IReadOnlyList<ImageFailure> Failures { get; init; } = [];
}

/// <summary>A picture that failed.</summary>
/// <param name="Location">Its address, as delivered.</param>
/// <param name="Document">A document that has it.</param>
/// <param name="Reason">Why.</param>
/// <param name="IsTransient">Whether the next run tries again.</param>
public sealed record ImageFailure(string Location, string? Document, string Reason, bool IsTransient);

/// <summary>Counts what a run does about pictures. Thread-safe.</summary>
internal sealed class ImageCounts
{
    private const int MostFailures = 20;

    private readonly Lock _lock = new();
    private readonly Dictionary<ImageReference, ImageFailure> _failures = [];
    private long _fetched, _notModified, _cached, _decoded, _tagged, _failed, _untagged, _rewritten, _bytes, _ticks;

    /// <summary>Told the pictures looked at so far, whatever became of them.</summary>
    public Action<long>? Progress { get; set; }

    public void Fetched(long bytes)
    {
        Interlocked.Increment(ref _fetched);
        Progress?.Invoke(_fetched + _notModified + _failed);
        Interlocked.Add(ref _bytes, bytes);
    }

    public void NotModified()
    {
        Interlocked.Increment(ref _notModified);
        Progress?.Invoke(_fetched + _notModified + _failed);
    }

    public void Cached(int count) => Interlocked.Add(ref _cached, count);

    public void Decoded() => Interlocked.Increment(ref _decoded);

    public void Tagged(int count) => Interlocked.Add(ref _tagged, count);

    public void Rewritten(int count) => Interlocked.Add(ref _rewritten, count);

    public void Took(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);

    public void Failed(ImageReference reference, string reason, bool isTransient)
    {
        Interlocked.Increment(ref _failed);
        Keep(reference, reason, isTransient);
    }

    public void Untagged(ImageReference reference, string reason, bool isTransient)
    {
        Interlocked.Increment(ref _untagged);
        Keep(reference, reason, isTransient);
    }

    private void Keep(ImageReference reference, string reason, bool isTransient)
    {
        lock (_lock)
        {
            if (_failures.Count < MostFailures)
                _failures[reference] = new ImageFailure(reference.Location, null, reason, isTransient);
        }
    }

    /// <summary>Which document has a picture that failed.</summary>
    public void Name(string document, IEnumerable<ImageReference> references)
    {
        lock (_lock)
        {
            if (_failures.Count == 0)
                return;
            foreach (var reference in references)
            {
                if (_failures.TryGetValue(reference, out var failure) && failure.Document is null)
                    _failures[reference] = failure with { Document = document };
            }
        }
    }

    /// <summary>The counts until now; null when no document has pictures, nor had.</summary>
    /// <param name="standing">How the documents of the index stand.</param>
    public ImageReport? Report(ImageTotals standing)
    {
        if (standing.Documents == 0 && _fetched + _notModified + _failed == 0)
            return null;
        lock (_lock)
        {
            return new ImageReport(
                standing.Documents, _fetched, _notModified, _cached, _decoded, _tagged, _failed, _untagged, standing.Owed, _rewritten, _bytes, new TimeSpan(_ticks).TotalSeconds)
            {
                Failures = [.. _failures.Values],
            };
        }
    }
}
