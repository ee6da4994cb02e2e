using System.Text.Json.Nodes;
using Reshelve.Catalogs;
using Reshelve.Feeds;
using Reshelve.Planning;

namespace Reshelve.Tests.Planning;

/// <summary>
/// Random sequences of feeds in all formats, compared after each with an oracle made of dictionaries. A failure names its seed: replay it
/// with RESHELVE_TEST_SEED=&lt;seed&gt;.
/// </summary>
public sealed class PlannerPropertyTests
{
    private const int Sequences = 150;

    [Theory]
    [InlineData(FeedKind.Full, 40)]
    [InlineData(FeedKind.Full, 3000)]
    [InlineData(FeedKind.Incremental, 40)]
    public void A_plan_says_what_a_dictionary_would(FeedKind kind, int size)
    {
        var sequences = size > 1000 ? Sequences / 10 : Sequences;
        var fixedSeed = Environment.GetEnvironmentVariable("RESHELVE_TEST_SEED");
        for (var i = 0; i < sequences; i++)
        {
            var seed = fixedSeed is null ? Random.Shared.Next() : int.Parse(fixedSeed);
            try
            {
                RunSequence(new Random(seed), kind, size);
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"Seed {seed} ({kind}, {size}); replay with RESHELVE_TEST_SEED={seed}.\n{error.Message}", error);
            }
        }
    }

    private static void RunSequence(Random random, FeedKind kind, int size)
    {
        using var bench = new PlanningBench();
        var oracle = new PlanOracle();
        var items = Enumerable.Range(0, random.Next(size)).Select(_ => NewItem(random, size)).ToList();
        for (var step = 0; step < 6; step++)
        {
            var format = (FeedFormatKind)random.Next(4);
            var feed = kind == FeedKind.Full ? items : [.. items.Where(_ => random.Next(3) == 0)];
            var expected = oracle.Apply(feed, kind);
            var actual = bench.Sync(FeedSpelling.Definition(format, kind), FeedSpelling.Write(feed, format, random), random.Next(1, 4));
            (actual with { Parsed = 0, Bytes = 0 }).ShouldBe(expected, $"step {step}, {format}");
            SameDocuments(bench.Documents, oracle.AsJson());
            bench.LedgerIds().Order().SequenceEqual(oracle.Documents.Keys.Order()).ShouldBeTrue();
            items = Mutate(items, random, size);
        }
    }

    private static void SameDocuments(Dictionary<string, JsonNode> actual, Dictionary<string, JsonNode> expected)
    {
        actual.Keys.Order().SequenceEqual(expected.Keys.Order()).ShouldBeTrue();
        foreach (var (id, document) in expected)
        {
            if (!JsonNode.DeepEquals(actual[id], document))
                Assert.Fail($"{id}: {actual[id].ToJsonString()} is not {document.ToJsonString()}");
        }
    }

    private static List<FeedItem> Mutate(List<FeedItem> items, Random random, int size)
    {
        if (random.Next(12) == 0)
            return [];
        var result = items.Where(_ => random.Next(20) > 0).Select(item => random.Next(30) switch
        {
            0 => item with { Name = NewName(random) },
            1 or 2 => item with { Price = random.Next(3) == 0 ? null : random.Next(100_000), Broken = false },
            3 => item with { Broken = random.Next(3) == 0 },
            4 => item with { Gone = random.Next(3) == 0 },
            _ => item,
        }).ToList();
        for (var i = random.Next(1 + (size / 20)); i > 0; i--)
            result.Insert(random.Next(result.Count + 1), NewItem(random, size));
        if (random.Next(4) == 0 && result.Count > 2)
            Move(result, random);
        if (random.Next(6) == 0 && result.Count > 0)
            result.Insert(random.Next(result.Count), result[random.Next(result.Count)]);
        if (random.Next(8) == 0)
            result.Insert(random.Next(result.Count + 1), new FeedItem(null, NewName(random), 5));
        if (random.Next(10) == 0)
            random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(result));
        return result;
    }

    private static void Move(List<FeedItem> items, Random random)
    {
        var count = random.Next(1, items.Count);
        var moved = items.GetRange(0, count);
        items.RemoveRange(0, count);
        items.InsertRange(random.Next(items.Count + 1), moved);
    }

    private static FeedItem NewItem(Random random, int size) =>
        new($"p{random.Next(size * 3)}", NewName(random), random.Next(5) == 0 ? null : random.Next(100_000));

    private static string NewName(Random random)
    {
        string[] words = ["tea", "Äpfel", "red, round", "a \"quoted\" one", "kettle", "日本", "<b>&amp;", "x", "line\nbreak", "0", "true"];
        return string.Join(' ', Enumerable.Range(0, random.Next(1, 4)).Select(_ => words[random.Next(words.Length)]));
    }
}
