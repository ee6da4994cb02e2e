using System.Text;
using Reshelve.Catalogs;
using Reshelve.Ledgers;

namespace Reshelve.Tests.Planning;

public sealed class FeedOrderTests : IDisposable
{
    private const int Size = 20_000;
    private static readonly CatalogDefinition Shop = Some.Catalog();
    private readonly PlanningBench _bench = new();
    private readonly Random _random = new(3);

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void A_feed_that_is_shuffled_anew_each_time_writes_next_to_nothing()
    {
        var order = Ids();
        Sync(order);
        var kept = _bench.LedgerIds();
        for (var i = 0; i < 3; i++)
        {
            _random.Shuffle(order);
            Sync(order).ShouldBe((Size, 0, 0));
            _bench.LedgerIds().ShouldBe(kept);
            NewestBytes().ShouldBeLessThan(5_000);
        }
    }

    [Fact]
    public void An_order_that_comes_again_is_taken_over_once()
    {
        var order = Ids();
        Sync(order);
        _random.Shuffle(order);

        Sync(order);
        Sync(order);
        _bench.LedgerIds().ShouldBe(order);
        NewestBytes().ShouldBeGreaterThan(Size * 40);

        Plan(order).ChangesLedger.ShouldBeFalse();
    }

    [Fact]
    public void An_order_is_known_again_though_some_of_it_changed_meanwhile()
    {
        var order = Ids();
        Sync(order);
        _random.Shuffle(order);
        Sync(order, changed: 100).ShouldBe((Size - 100, 100, 0));
        string[] shorter = [.. order.Where((_, i) => i % 50 != 7)];

        var changed = shorter.Count(id => Number(id) is >= 100 and < 300);
        Sync(shorter, changed: 300).ShouldBe((shorter.Length - changed, changed, Size - shorter.Length));

        _bench.LedgerIds().ShouldBe(shorter);
    }

    [Fact]
    public void A_feed_in_which_few_records_moved_gives_the_ledger_its_order()
    {
        var order = Ids();
        Sync(order);
        for (var i = 0; i < 200; i++)
            Swap(order, _random.Next(Size), _random.Next(Size));

        Sync(order).ShouldBe((Size, 0, 0));

        _bench.LedgerIds().ShouldBe(order);
        NewestBytes().ShouldBeLessThan(Size);
    }

    [Fact]
    public void A_shuffled_feed_with_the_same_ids_again_counts_the_last_of_each()
    {
        var order = Ids();
        Sync(order);
        _random.Shuffle(order);
        string[] twice = [.. order, .. order[..500]];

        var counts = Plan(twice).Counts;

        (counts.Unchanged, counts.Duplicates, counts.Changes).ShouldBe((Size, 500, 0));
    }

    private static void Swap(string[] ids, int one, int other) => (ids[one], ids[other]) = (ids[other], ids[one]);

    private static int Number(string id) => int.Parse(id.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture);

    private static string[] Ids() => [.. Enumerable.Range(0, Size).Select(i => $"p{i:D5}")];

    private (long Unchanged, long Replaced, long Removed) Sync(string[] ids, int changed = 0)
    {
        var plan = Plan(ids, changed);
        _bench.Apply(plan, _ => false);
        return (plan.Counts.Unchanged, plan.Counts.Replaced, plan.Counts.Removed);
    }

    /// <summary>The first so many of all ids, by their text, have another name.</summary>
    private Reshelve.Planning.PlanManifest Plan(string[] ids, int changed = 0) => _bench.Plan(Shop, Encoding.UTF8.GetBytes(string.Concat(
        ids.Select(id => $$"""{"id":"{{id}}","name":"{{(Number(id) < changed ? "new" : "old")}} name of {{id}}"}""" + "\n"))));

    private long NewestBytes()
    {
        using var ledger = _bench.OpenLedger();
        return new FileInfo(Path.Combine(_bench.LedgerFolder, ledger.Name!)).Length;
    }
}
