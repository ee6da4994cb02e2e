using Reshelve.Tests.Planning;

namespace Reshelve.Tests.Syncing.Modelled;

/// <summary>Makes the next feed out of the last one.</summary>
internal static class FeedMutation
{
    private const int MostIds = 40;

    /// <summary>A feed as a good day brings it, or one with rejected records, repeated ids and tombstones.</summary>
    public static List<FeedItem> Next(IReadOnlyList<FeedItem> last, Random random, bool isClean)
    {
        var share = random.Next(4) switch { 0 => 0.02, 1 => 0.1, 2 => 0.3, _ => 0.9 };
        var items = new List<FeedItem>();
        foreach (var item in last.Where(item => item is { Id: not null, Broken: false, Gone: false }).DistinctBy(item => item.Id))
        {
            if (random.NextDouble() >= share)
                items.Add(item);
            else
                items.AddRange(Changed(item, random, isClean));
        }

        var added = random.Next(3) == 0 || last.Count == 0 ? random.Next(MostIds / 2) : random.Next(3);
        for (var i = 0; i < added && items.Count < MostIds; i++)
            items.Add(Some(random));
        if (random.Next(5) == 0)
            random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(items));
        if (!isClean && random.Next(4) == 0)
            items.Insert(random.Next(items.Count + 1), Some(random) with { Id = null });
        return isClean ? [.. items.DistinctBy(item => item.Id)] : items;
    }

    /// <summary>All ids are other ones.</summary>
    public static List<FeedItem> Renewed(IReadOnlyList<FeedItem> last, Random random)
    {
        var prefix = $"r{random.Next(100)}-";
        return [.. last.Select(item => item with { Id = item.Id is null ? null : prefix + item.Id })];
    }

    /// <summary>A record of its own.</summary>
    public static FeedItem Some(Random random) => new($"{random.Next(MostIds)}", Name(random), random.Next(5) == 0 ? null : random.Next(1000));

    private static IEnumerable<FeedItem> Changed(FeedItem item, Random random, bool isClean) => random.Next(isClean ? 4 : 8) switch
    {
        0 => [],
        1 => [item with { Name = Name(random) }],
        2 or 3 => [item with { Price = random.Next(1000) }],
        4 => [item with { Price = 1, Broken = true }],
        5 => [item with { Gone = true }],
        6 => [item with { Id = null }],
        _ => [item with { Name = Name(random) }, item],
    };

    private static string Name(Random random) => $"{Words[random.Next(Words.Length)]} {Words[random.Next(Words.Length)]} {random.Next(30)}";

    private static readonly string[] Words = ["lamp", "chair", "café", "oak", "table", "\"big\"", "rug", "été"];
}
