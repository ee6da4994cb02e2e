namespace Reshelve.OpenSearch.Writing;

/// <summary>Counts what <see cref="WriteFigures"/> show. Thread-safe.</summary>
internal sealed class WriteCounters
{
    private long _requests;
    private long _documents;
    private long _bytes;
    private long _retries;
    private long _rejections;
    private long _splits;
    private long _outrun;
    private readonly Lock _slowing = new();
    private TimeSpan _slowed;
    private TimeSpan _slowedUntil;

    public WriteFigures Figures => new(
        Interlocked.Read(ref _requests),
        Interlocked.Read(ref _documents),
        Interlocked.Read(ref _bytes),
        Interlocked.Read(ref _retries),
        Interlocked.Read(ref _rejections),
        Interlocked.Read(ref _splits),
        Interlocked.Read(ref _outrun),
        SlowedSoFar);

    private TimeSpan SlowedSoFar
    {
        get
        {
            lock (_slowing)
                return _slowed;
        }
    }

    public void Sent(long bytes)
    {
        Interlocked.Increment(ref _requests);
        Interlocked.Add(ref _bytes, bytes);
    }

    public void Acknowledged(int documents) => Interlocked.Add(ref _documents, documents);

    public void Retried(int documents) => Interlocked.Add(ref _retries, documents);

    public void Rejected() => Interlocked.Increment(ref _rejections);

    public void Split() => Interlocked.Increment(ref _splits);

    public void Outrun() => Interlocked.Increment(ref _outrun);

    /// <summary>Notes a time in which a request was held back. Times of requests that were held back together count once; they are noted in the order of their ends.</summary>
    /// <param name="from">Its begin, by any clock.</param>
    /// <param name="to">Its end, now.</param>
    public void Slowed(TimeSpan from, TimeSpan to)
    {
        lock (_slowing)
        {
            if (to <= _slowedUntil)
                return;
            _slowed += to - (from > _slowedUntil ? from : _slowedUntil);
            _slowedUntil = to;
        }
    }
}
