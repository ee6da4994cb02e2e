using Reshelve.Catalogs;
using Reshelve.Feeds;
using Reshelve.Indexing;
using Reshelve.Running;
using Reshelve.Tests.Syncing;

namespace Reshelve.Tests.Indexing;

/// <summary>Only what the registry says is ours, and nothing needs, is ever deleted.</summary>
public sealed class SweepTests : IAsyncDisposable
{
    private const string Foreign = "shop_20010101000000";

    private readonly SyncBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task An_index_made_by_hand_under_our_alias_is_shown_as_not_ours_and_survives_everything()
    {
        await _bench.SyncLines("""{"id":"1","name":"a"}""");
        await _bench.Index.CreateAsync(Foreign, "shop", IndexSchema.Of(_bench.Definition), IndexOrigin.None, default);
        _bench.Definition = _bench.Definition with { Rebuilds = new RebuildPolicy { Retain = 0 } };
        for (var i = 0; i < 3; i++)
            await _bench.RebuildLines($$"""{"id":"1","name":"{{i}}"}""");
        (await SweepAsync()).ShouldBeEmpty();

        var foreign = (await _bench.Listed()).Single(index => index.Name == Foreign);
        foreign.Registered.ShouldBeNull();
        foreign.Index.ShouldNotBeNull();
        (await Should.ThrowAsync<ReshelveException>(() => _bench.Indexes.PromoteAsync("shop", Foreign, default))).Message.ShouldContain("not made by this program");
    }

    [Fact]
    public async Task What_is_not_in_the_registry_cannot_be_dropped()
    {
        await _bench.SyncLines("""{"id":"1","name":"a"}""");
        await _bench.Index.CreateAsync(Foreign, "shop", IndexSchema.Of(_bench.Definition), IndexOrigin.None, default);
        var services = new RunServices(_bench.Index, _bench.Runs, _bench.DataFolder, _bench.DataFolder, TimeProvider.System, 1);
        var indexes = new BackingIndexes(services, new CatalogFolder(_bench.DataFolder, "shop"), "shop");
        await Should.ThrowAsync<InvalidOperationException>(() => indexes.DropAsync(Foreign, default));
        (await _bench.Listed()).ShouldContain(index => index.Name == Foreign);
    }

    [Fact]
    public async Task What_an_interrupted_run_was_filling_is_left_for_the_next_run_to_finish()
    {
        using var killed = new TemporaryFolder();
        await _bench.SyncLines("""{"id":"1","name":"a"}""");
        _bench.Index.After = (name, _) =>
        {
            if (name == "write")
                _bench.Snapshot(killed.Path);
        };
        await _bench.RebuildLines("""{"id":"1","name":"b"}""");
        await using var next = new SyncBench(killed.Path);
        var filling = (await next.InState(IndexState.Building)).ShouldHaveSingleItem();

        (await next.Indexes.SweepAsync(next.Definition, dryRun: false, default)).ShouldBeEmpty();

        (await next.InState(IndexState.Building)).ShouldBe([filling]);
        (await next.SyncLines("""{"id":"1","name":"b"}""")).State.ShouldBe(RunState.Done);
        (await next.Live()).ShouldBe(filling);
    }

    [Fact]
    public async Task A_foreign_index_that_is_live_is_left_alone_too()
    {
        await _bench.SyncLines("""{"id":"1","name":"a"}""");
        await _bench.Index.CreateAsync(Foreign, "shop", IndexSchema.Of(_bench.Definition), IndexOrigin.None, default);
        await _bench.Index.PromoteAsync("shop", Foreign, default);
        var synced = await _bench.SyncLines("""{"id":"1","name":"b"}""");
        synced.Notes.ShouldContain(note => note.Contains("not made by this program"));
        await SweepAsync();
        (await _bench.Listed()).Single(index => index.Name == Foreign).Index!.Documents.ShouldBe(0);
        (await _bench.Documents())["1"].ShouldBe("""{"name":"b"}""");
    }

    [Fact]
    public async Task Orphans_are_deleted_with_their_ledgers_and_plans_and_a_dry_run_only_tells()
    {
        await _bench.SyncLines("""{"id":"1","name":"a"}""");
        await _bench.RebuildLines("""{"id":"1","name":"b"}""");
        var retained = (await _bench.InState(IndexState.Retained)).Single();
        Directory.CreateDirectory(_bench.FileOf("ledgers", "shop_20000101000000"));
        await _bench.SyncText("""{"id":"2","name":"c"}""", new SyncOptions { PlanOnly = true });
        Directory.CreateDirectory(_bench.FileOf("plans", "000000000001"));
        _bench.Definition = _bench.Definition with { Rebuilds = new RebuildPolicy { Retain = 0 } };

        var told = await SweepAsync(dryRun: true);
        told.Select(item => item.Kind).ShouldBe([SweptKind.Index, SweptKind.Ledger, SweptKind.Plan, SweptKind.Plan]);
        told[0].Name.ShouldBe(retained);
        told[0].Bytes.ShouldBeGreaterThan(0);
        (await _bench.Listed()).Count.ShouldBe(2);

        (await SweepAsync()).Select(item => item.Name).ShouldBe(told.Select(item => item.Name));
        (await _bench.Listed()).ShouldHaveSingleItem().Registered!.State.ShouldBe(IndexState.Live);
        Directory.GetDirectories(_bench.FileOf("ledgers")).ShouldHaveSingleItem();
        Directory.GetDirectories(_bench.FileOf("plans")).ShouldBeEmpty();
        (await SweepAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_cannot_be_deleted_is_told_and_does_not_keep_the_others()
    {
        for (var i = 0; i < 3; i++)
            await _bench.RebuildLines($$"""{"id":"1","name":"{{i}}"}""");
        var retained = await _bench.InState(IndexState.Retained);
        var damaged = Directory.EnumerateFiles(_bench.DataFolder, $"{retained[0]}*", SearchOption.AllDirectories).Single(file => file.EndsWith(".db", StringComparison.Ordinal));
        await File.WriteAllBytesAsync(damaged, new byte[10_000], TestContext.Current.CancellationToken);
        (await _bench.SyncLines("""{"id":"1","name":"after"}""")).State.ShouldBe(RunState.Done);
        _bench.Definition = _bench.Definition with { Rebuilds = new RebuildPolicy { Retain = 0 } };

        var swept = await SweepAsync();
        swept.Single(item => item.Name == retained[0]).Problem.ShouldNotBeNull();
        swept.Single(item => item.Name == retained[1]).Problem.ShouldBeNull();
        (await _bench.Listed()).ShouldNotContain(index => index.Name == retained[1]);
        (await _bench.Documents())["1"].ShouldBe("""{"name":"after"}""");
    }

    [Fact]
    public async Task A_held_plan_and_one_that_is_being_applied_stay()
    {
        await _bench.SyncLines("""{"id":"1","name":"a"}""");
        (await _bench.SyncText("")).State.ShouldBe(RunState.Held);
        (await SweepAsync()).ShouldBeEmpty();

        _bench.Index.After = (name, _) =>
        {
            if (name == "write")
                throw new FaultyIndex.Crash();
        };
        (await _bench.SyncLines("""{"id":"1","name":"b"}""")).State.ShouldBe(RunState.Failed);
        _bench.Index.After = (_, _) => { };
        (await SweepAsync()).ShouldBeEmpty();
        (await _bench.SyncLines("""{"id":"1","name":"c"}""")).State.ShouldBe(RunState.Done);
        (await _bench.Documents())["1"].ShouldBe("""{"name":"c"}""");
    }

    [Fact]
    public async Task Ready_indexes_go_once_a_newer_one_was_promoted_and_not_before()
    {
        await _bench.SyncLines("""{"id":"1","name":"a"}""");
        await _bench.SyncText("""{"id":"1","name":"b"}""", new SyncOptions { Rebuild = true, StaysAside = true });
        (await SweepAsync()).ShouldBeEmpty();
        var ready = (await _bench.InState(IndexState.Ready)).ShouldHaveSingleItem();
        var rebuilt = await _bench.RebuildLines("""{"id":"1","name":"c"}""");
        rebuilt.Notes.ShouldContain(note => note.Contains($"swept away: index {ready}"));
        (await _bench.InState(IndexState.Ready)).ShouldBeEmpty();
    }

    [Fact]
    public async Task While_nothing_is_searched_neither_retained_indexes_nor_ledgers_go()
    {
        await _bench.SyncLines("""{"id":"1","name":"a"}""");
        await _bench.RebuildLines("""{"id":"1","name":"b"}""");
        // As if the disk of the indexes were not mounted.
        foreach (var path in Directory.GetFiles(_bench.DataFolder, "shop*"))
            File.Move(path, path + ".away");
        _bench.Definition = _bench.Definition with { Rebuilds = new RebuildPolicy { Retain = 0 } };
        (await SweepAsync()).ShouldBeEmpty();
        Directory.GetDirectories(_bench.FileOf("ledgers")).Length.ShouldBe(2);
        foreach (var path in Directory.GetFiles(_bench.DataFolder, "shop*.away"))
            File.Move(path, path[..^".away".Length]);
        (await SweepAsync()).ShouldHaveSingleItem();
        (await _bench.SyncLines("""{"id":"1","name":"b"}""")).Unchanged.ShouldBe(1);
    }

    [Fact]
    public async Task An_index_of_ours_that_the_engine_lost_is_told_once_and_not_once_more_as_a_ledger()
    {
        await _bench.SyncLines("""{"id":"1","name":"a"}""");
        await _bench.RebuildLines("""{"id":"1","name":"b"}""");
        var retained = (await _bench.InState(IndexState.Retained)).Single();
        foreach (var path in Directory.GetFiles(_bench.DataFolder, retained + "*"))
            File.Delete(path);

        (await SweepAsync()).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            item => item.Kind.ShouldBe(SweptKind.Index), item => item.Name.ShouldBe(retained));
        Directory.Exists(_bench.FileOf("ledgers", retained)).ShouldBeFalse();
    }

    [Fact]
    public async Task Archived_feeds_beyond_those_to_keep_go_but_not_the_applied_one()
    {
        var path = _bench.OldFile("""{"id":"1","name":"a"}""");
        _bench.Definition = _bench.Definition with { Source = new SourceDefinition { Path = path, Archive = 5 } };
        await SyncSourceAsync();
        for (var day = 1; day <= 3; day++)
        {
            // Held, each of them: only the first was applied.
            await File.WriteAllTextAsync(path, "", TestContext.Current.CancellationToken);
            File.SetLastWriteTimeUtc(path, new DateTime(2024, 2, day, 0, 0, 0, DateTimeKind.Utc));
            await SyncSourceAsync();
        }

        Directory.GetDirectories(_bench.FileOf("spool")).Length.ShouldBe(4);
        _bench.Definition = _bench.Definition with { Source = _bench.Definition.Source with { Archive = 1 } };
        (await SweepAsync()).Where(item => item.Kind == SweptKind.Feed).Count().ShouldBe(2);
        Directory.GetDirectories(_bench.FileOf("spool")).Length.ShouldBe(2);
        (await _bench.Sync.RunAsync(_bench.Definition, new SyncOptions { Rebuild = true, FromArchive = true }, null, default)).Added.ShouldBe(1);
    }

    [Fact]
    public void Data_of_catalogs_without_a_definition_is_told_and_kept()
    {
        Directory.CreateDirectory(Path.Combine(_bench.DataFolder, "catalogs", "gone"));
        Directory.CreateDirectory(Path.Combine(_bench.DataFolder, "catalogs", "shop"));
        _bench.Indexes.FindAbandoned(["shop"]).ShouldHaveSingleItem().Catalog.ShouldBe("gone");
        Directory.Exists(Path.Combine(_bench.DataFolder, "catalogs", "gone")).ShouldBeTrue();
    }

    private Task<IReadOnlyList<SweptItem>> SweepAsync(bool dryRun = false) => _bench.Indexes.SweepAsync(_bench.Definition, dryRun, default);

    private Task<RunReport> SyncSourceAsync() => _bench.Sync.RunAsync(_bench.Definition, new SyncOptions(), null, default);
}
