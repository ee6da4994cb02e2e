using System.Text;
using Reshelve.Catalogs;
using Reshelve.Tests.Planning;

namespace Reshelve.Tests.Ledgers;

public sealed class LedgerCommitTests : IDisposable
{
    private static readonly CatalogDefinition Shop = Some.Catalog();
    private readonly PlanningBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_commit_that_was_cut_off_before_the_ledger_counted_is_done_again(bool refusing)
    {
        IReadOnlySet<string> refused = refusing ? new HashSet<string> { "1", "3" } : new HashSet<string>();
        _bench.Sync(Shop, Feed("1:a", "2:b"));
        var current = Path.Combine(_bench.LedgerFolder, "current");
        var before = File.ReadAllText(current);
        var ledger = File.ReadAllBytes(Path.Combine(_bench.LedgerFolder, before));
        _bench.Plan(Shop, Feed("1:A", "2:B", "3:c"));

        _bench.Commit(refused);
        // As if the machine had stopped between the two renames.
        File.WriteAllText(current, before);
        File.WriteAllBytes(Path.Combine(_bench.LedgerFolder, before), ledger);
        _bench.Commit(refused);

        _bench.LedgerIds().ShouldBe(refusing ? ["1", "2"] : ["1", "2", "3"]);
        var counts = _bench.Plan(Shop, Feed("1:A", "2:B", "3:c")).Counts;
        (counts.Unchanged, counts.Replaced, counts.Added).ShouldBe(refusing ? (1, 1, 1) : (3, 0, 0));
    }

    private static byte[] Feed(params string[] items) => Encoding.UTF8.GetBytes(
        string.Concat(items.Select(item => $$"""{"id":"{{item.Split(':')[0]}}","name":"{{item.Split(':')[1]}}"}""" + "\n")));
}
