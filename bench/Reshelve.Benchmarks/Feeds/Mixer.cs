namespace Reshelve.Benchmarks.Feeds;

/// <summary>SplitMix64 (Steele, Lea, Flood 2014): the same numbers on every machine.</summary>
internal struct Mixer(ulong seed)
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    private ulong _state = seed;

    /// <summary>
    /// The stream of a number. The number is mixed first: SplitMix64 steps by a constant, so the streams of neighbouring seeds
    /// could be
    /// the same stream, shifted.
    /// </summary>
    public static Mixer Of(long number, int purpose) => new(Finish(((ulong)number << 8) + (ulong)purpose + Golden));

    public ulong Next() => Finish(_state += Golden);

    /// <summary>A number from 0 up to, but not including, the limit.</summary>
    public int Next(int limit) => (int)(((UInt128)Next() * (ulong)limit) >> 64);

    /// <summary>A number from 0 up to, but not including, 1.</summary>
    public double NextUniform() => (Next() >> 11) * (1.0 / (1UL << 53));

    private static ulong Finish(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
