namespace Reshelve.OpenSearch.Connection;

/// <summary>Chance, for waits: whoever waits as long as everyone else comes back together with everyone else. Thread-safe.</summary>
internal sealed class Jitter(Random random)
{
    private readonly Lock _lock = new();

    /// <summary>Between none of it and all of it.</summary>
    public TimeSpan UpTo(TimeSpan most)
    {
        lock (_lock)
            return most * random.NextDouble();
    }

    /// <summary>Between half of it and all of it.</summary>
    public TimeSpan Around(TimeSpan most) => (most / 2) + UpTo(most / 2);
}
