using Reshelve.Catalogs;
using Reshelve.Indexing;
using Reshelve.Running;
using Reshelve.Tests.Syncing;

namespace Reshelve.Tests.Indexing;

/// <summary>How records became documents is known of each index, whichever of them searches see.</summary>
public sealed class IndexMappingTests : IAsyncDisposable
{
    private readonly SyncBench _bench = new();
    private readonly CatalogDefinition _first = Some.Catalog(Some.Field("name"), Some.Field("price", FieldType.Number));

    private CatalogDefinition Other => _first with { Fields = [_first.Fields[0], _first.Fields[1] with { From = FieldPath.Of("cost") }] };

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task After_a_rollback_over_a_changed_definition_the_changes_that_it_makes_are_the_operators_own()
    {
        _bench.Definition = _first with { Rebuilds = new RebuildPolicy { Least = int.MaxValue } };
        await _bench.SyncText(Feed(1));
        _bench.Definition = Other with { Rebuilds = _bench.Definition.Rebuilds };
        (await _bench.SyncText(Feed(1), new SyncOptions { Rebuild = true })).State.ShouldBe(RunState.Done);
        await _bench.Indexes.RollBackAsync("shop", null, CancellationToken.None);
        var synced = await _bench.SyncText(Feed(1));
        (synced.State, synced.Replaced).ShouldBe((RunState.Done, 1000), string.Join(" ", synced.HeldReasons));
    }

    [Fact]
    public async Task An_index_that_was_filled_aside_does_not_let_a_mass_change_of_the_live_one_pass()
    {
        _bench.Definition = _first with { Rebuilds = new RebuildPolicy { Least = int.MaxValue } };
        await _bench.SyncText(Feed(1));
        var oldest = (await _bench.Live())!;
        var former = _bench.Definition;
        _bench.Definition = Other with { Rebuilds = former.Rebuilds };
        (await _bench.SyncText(Feed(1), new SyncOptions { Rebuild = true, StaysAside = true })).State.ShouldBe(RunState.Done);
        var aside = (await _bench.InState(IndexState.Ready)).Single();
        await _bench.Indexes.PromoteAsync("shop", aside, CancellationToken.None);
        // The live index was written by this very definition: that every name changed is the feed's doing.
        (await _bench.SyncText(Feed(2))).State.ShouldBe(RunState.Held);
        await _bench.Indexes.PromoteAsync("shop", oldest, CancellationToken.None);
        _bench.Definition = former;
        (await _bench.SyncText(Feed(3))).State.ShouldBe(RunState.Held);
    }

    private static string Feed(int version) =>
        string.Concat(Enumerable.Range(0, 1000).Select(i => $$"""{"id":"{{i}}","name":"n{{version}}","price":1,"cost":2}""" + "\n"));
}
