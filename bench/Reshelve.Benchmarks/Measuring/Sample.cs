namespace Reshelve.Benchmarks.Measuring;

/// <summary>One run of one contestant.</summary>
/// <param name="Seconds">What it took.</param>
/// <param name="PeakBytes">The most memory it held, all its processes together; 0 where that was not measured.</param>
internal readonly record struct Sample(double Seconds, long PeakBytes);

/// <summary>What a contestant goes through in one run, for its rates; zeros where a rate means nothing.</summary>
internal readonly record struct Work(long Records, long Bytes);

/// <summary>Something whose time is taken.</summary>
/// <param name="Name">Its name in the results.</param>
/// <param name="Work">What it goes through.</param>
/// <param name="Run">Runs it once, and fails when its outcome is wrong.</param>
internal sealed record Contestant(string Name, Work Work, Func<Sample> Run)
{
    /// <summary>Runs before those that count: to fill caches and, in process, to have the code compiled.</summary>
    public int WarmUps { get; init; } = 1;
}

/// <summary>All runs of one contestant.</summary>
/// <param name="Name">Its name in the results.</param>
/// <param name="Work">What it went through in each.</param>
/// <param name="Seconds">What each took, shortest first.</param>
/// <param name="PeakBytes">The most memory any held.</param>
internal sealed record Figure(string Name, Work Work, IReadOnlyList<double> Seconds, long PeakBytes)
{
    /// <summary>
    /// By how much the median may exceed the shortest run: neighbours only ever lengthen runs, and half of them had no more of it than that.
    /// </summary>
    private const double Settled = 0.15;

    public double Median => Percentile(0.5);

    /// <summary>Whether the runs lie so far apart that something else must have slowed them down.</summary>
    public bool IsUnsettled => Median > Min * (1 + Settled);

    public double Min => Seconds[0];

    public double Max => Seconds[^1];

    public double RecordsPerSecond => Work.Records / Median;

    public double BytesPerSecond => Work.Bytes / Median;

    /// <summary>The value that so large a share of the runs did not exceed.</summary>
    public double Percentile(double share)
    {
        var rank = (int)Math.Ceiling(share * Seconds.Count);
        return Seconds[Math.Clamp(rank - 1, 0, Seconds.Count - 1)];
    }

    /// <summary>Sums up some runs.</summary>
    public static Figure Of(string name, Work work, IReadOnlyList<Sample> samples) =>
        new(name, work, [.. samples.Select(sample => sample.Seconds).Order()], samples.Max(sample => sample.PeakBytes));
}
