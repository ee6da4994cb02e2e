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
    private long _slowedTicks;

    public WriteFigures Figures => new(
        Interlocked.Read(ref _requests),
        Interlocked.Read(ref _documents),
        Interlocked.Read(ref _bytes),
        Interlocked.Read(ref _retries),
        Interlocked.Read(ref _rejections),
        Interlocked.Read(ref _splits),
        Interlocked.Read(ref _outrun),
        TimeSpan.FromTicks(Interlocked.Read(ref _slowedTicks)));

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

    public void Slowed(TimeSpan by) => Interlocked.Add(ref _slowedTicks, by.Ticks);
}
