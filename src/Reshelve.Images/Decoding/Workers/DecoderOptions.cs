namespace Reshelve.Images.Decoding.Workers;

/// <summary>How pictures are decoded apart.</summary>
internal sealed record DecoderOptions
{
    /// <summary>The program that is started as a worker, and its arguments before those of the protocol.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>Workers at a time, at most; each is started when it is first needed.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>
    /// Bytes of memory of one worker. A picture of the default limit of 100 million pixels takes 400 MB as pixels, and turning it upright as
    /// much again.
    /// </summary>
    public long Memory { get; init; } = 1L << 30;

    /// <summary>How long one picture may take. Most take milliseconds, the largest that are allowed a few seconds.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Pictures after which a worker is replaced: whatever its libraries leak is bounded. A start costs about as much as 100 small pictures.
    /// </summary>
    public int PicturesPerWorker { get; init; } = 10_000;

    /// <summary>How long a worker may take from its start until it is ready.</summary>
    public TimeSpan StartTime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long nothing is tried after a worker could not be started.</summary>
    public TimeSpan StartPause { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>For tests: further environment variables of the workers.</summary>
    public IReadOnlyDictionary<string, string> TestEnvironment { get; init; } = new Dictionary<string, string>();
}
