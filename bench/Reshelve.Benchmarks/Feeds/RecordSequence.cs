namespace Reshelve.Benchmarks.Feeds;

/// <summary>Which products a feed holds, and in which order.</summary>
internal abstract class RecordSequence(long places)
{
    /// <summary>How many places of the base feed it covers; a place can yield none, one or two products.</summary>
    public long Places => places;

    /// <summary>The products at a place.</summary>
    public abstract IEnumerable<Product> At(long place);
}

/// <summary>Every product, in the order of its number.</summary>
internal sealed class BaseSequence(long places) : RecordSequence(places)
{
    public override IEnumerable<Product> At(long place) => [ProductGenerator.Make(place, ProductVersion.Base)];
}

/// <summary>Every product, in random order.</summary>
internal sealed class ShuffledSequence(long places) : RecordSequence(places)
{
    private readonly Permutation _order = new(places);

    public override IEnumerable<Product> At(long place) => [ProductGenerator.Make(_order.At(place), ProductVersion.Base)];
}

/// <summary>
/// The next delivery of the base feed: 1 % changed (half of them in price and stock alone), 0.5 % new, 0.5 % removed.
/// </summary>
internal sealed class DeltaSequence(long places) : RecordSequence(places)
{
    private const long FirstNewNumber = 1_000_000_000;

    public override IEnumerable<Product> At(long place)
    {
        switch (DrawOf(place))
        {
            case 0:
                yield break;
            case 1:
                yield return ProductGenerator.Make(place, ProductVersion.Repriced);
                break;
            case 2:
                yield return ProductGenerator.Make(place, ProductVersion.Renamed);
                break;
            case 3:
                yield return ProductGenerator.Make(place, ProductVersion.Base);
                yield return ProductGenerator.Make(FirstNewNumber + place, ProductVersion.Base);
                break;
            default:
                yield return ProductGenerator.Make(place, ProductVersion.Base);
                break;
        }
    }

    /// <summary>What it must be found to contain, beside the base feed.</summary>
    public ChangeCounts Expected()
    {
        var draws = new long[4];
        for (long place = 0; place < Places; place++)
        {
            if (DrawOf(place) is var draw && draw < draws.Length)
                draws[draw]++;
        }

        return new ChangeCounts(draws[3], draws[1] + draws[2], draws[0]);
    }

    private static int DrawOf(long place)
    {
        var random = Mixer.Of(place, 1);
        return random.Next(200);
    }
}

/// <summary>What a comparison of two feeds comes to.</summary>
internal sealed record ChangeCounts(long Added, long Changed, long Removed)
{
    public long Total => Added + Changed + Removed;

    public static ChangeCounts None { get; } = new(0, 0, 0);

    public override string ToString() => $"{Added:N0} added, {Changed:N0} changed, {Removed:N0} removed";
}
