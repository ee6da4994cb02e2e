namespace Reshelve.Contracts.OpenSearch;

/// <summary>What servers do otherwise than an engine of our own, and the contract allows.</summary>
internal static class Leniency
{
    /// <summary>Documents that no mapper makes, and servers take: simple values as texts, a list for a single value, half a character, anything in an object that is not read.</summary>
    public static IReadOnlyCollection<string> Tolerated { get; } =
    [
        """{"title":1}""",
        """{"title":["a"]}""",
        """{"tags":["a",1]}""",
        """{"available":"true"}""",
        """{"dimensions":"x"}""",
        """{"title":"\ud800"}""",
    ];

    public static IComparer<string> IdOrder { get; } = new Utf8Order();

    /// <summary>Each try is a request: a fifth of them ends in seconds too.</summary>
    public static int Tries(int usual) => Math.Max(1, usual / 5);
}
