using System.Numerics;

namespace Reshelve.Benchmarks.Feeds;

/// <summary>
/// Puts the numbers below a count into a random order without storing it: a Feistel network over the next even power of two,
/// applied
/// until the result is below the count.
/// </summary>
internal sealed class Permutation(long count)
{
    private const int Rounds = 4;

    private readonly int _halfBits = Math.Max(1, (BitOperations.Log2((ulong)Math.Max(1, count - 1)) + 2) / 2);

    /// <summary>The number at a place of the order.</summary>
    public long At(long place)
    {
        do
            place = Encrypt(place);
        while (place >= count);
        return place;
    }

    private long Encrypt(long value)
    {
        var mask = (1L << _halfBits) - 1;
        var (left, right) = (value >> _halfBits, value & mask);
        for (var round = 0; round < Rounds; round++)
            (left, right) = (right, left ^ ((long)Mixer.Of(right, 16 + round).Next() & mask));
        return (left << _halfBits) | right;
    }
}
