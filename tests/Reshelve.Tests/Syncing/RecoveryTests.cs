using Reshelve.Catalogs;
using Reshelve.Running;

namespace Reshelve.Tests.Syncing;

/// <summary>What comes after an interrupted run: another definition, a rebuild, a lost file.</summary>
public sealed class RecoveryTests : IAsyncDisposable
{
    private readonly SyncBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task A_rebuild_that_fails_does_not_forget_the_interrupted_run()
    {
        await _bench.SyncLines("""{"id":"1","name":"a"}""");
        await CrashAfterAsync("write", () => _bench.SyncLines("""{"id":"1","name":"a"}""", """{"id":"2","name":"b"}"""));

        (await _bench.SyncFile("no-such-feed", new SyncOptions { Rebuild = true })).State.ShouldBe(RunState.Failed);

        (await _bench.SyncLines("""{"id":"1","name":"a"}""")).State.ShouldBe(RunState.Done);
        (await _bench.Documents()).Keys.ShouldBe(["1"]);
    }

    [Fact]
    public async Task A_rebuild_that_is_held_does_not_forget_the_interrupted_run()
    {
        await _bench.SyncLines("""{"id":"1","name":"a"}""");
        await CrashAfterAsync("write", () => _bench.SyncLines("""{"id":"1","name":"a"}""", """{"id":"2","name":"b"}"""));

        (await _bench.SyncText("", new SyncOptions { Rebuild = true })).State.ShouldBe(RunState.Held);

        (await _bench.SyncLines("""{"id":"1","name":"a"}""")).State.ShouldBe(RunState.Done);
        (await _bench.Documents()).Keys.ShouldBe(["1"]);
    }

    [Fact]
    public async Task A_rebuild_that_fails_while_it_fills_its_index_leaves_the_interrupted_run_to_be_finished()
    {
        await _bench.SyncLines("""{"id":"1","name":"a"}""");
        await CrashAfterAsync("write", () => _bench.SyncLines("""{"id":"1","name":"a"}""", """{"id":"2","name":"b"}"""));
        await CrashAfterAsync("write", () => _bench.SyncText("""{"id":"3","name":"c"}""", new SyncOptions { Rebuild = true }));

        var next = await _bench.SyncLines("""{"id":"3","name":"c"}""", """{"id":"4","name":"d"}""");

        next.Notes.ShouldContain(note => note.Contains("had been interrupted"));
        (next.State, next.Added, next.Removed).ShouldBe((RunState.Done, 2, 2));
        (await _bench.Documents()).Keys.ShouldBe(["3", "4"]);
    }

    [Fact]
    public async Task A_damaged_note_of_the_plan_being_applied_is_an_error_with_a_way_out_that_works()
    {
        await _bench.SyncLines("""{"id":"1","name":"a"}""");
        await File.WriteAllTextAsync(Path.Combine(_bench.DataFolder, "catalogs", "shop", "applying.json"), "{", TestContext.Current.CancellationToken);
        (await _bench.SyncLines("""{"id":"2","name":"b"}""")).Error.ShouldNotBeNull().ShouldContain("--rebuild");
        (await _bench.SyncText("""{"id":"2","name":"b"}""", new SyncOptions { Rebuild = true })).State.ShouldBe(RunState.Done);
        (await _bench.Documents()).Keys.ShouldBe(["2"]);
    }

    [Fact]
    public async Task A_lost_plan_is_an_error_with_a_way_out_that_works()
    {
        await _bench.SyncLines("""{"id":"1","name":"a"}""");
        await CrashAfterAsync("write", () => _bench.SyncLines("""{"id":"2","name":"b"}"""));
        Directory.Delete(Path.Combine(_bench.DataFolder, "catalogs", "shop", "plans"), recursive: true);
        (await _bench.SyncLines("""{"id":"3","name":"c"}""")).Error.ShouldNotBeNull().ShouldContain("--rebuild");
        (await _bench.SyncText("""{"id":"3","name":"c"}""", new SyncOptions { Rebuild = true })).State.ShouldBe(RunState.Done);
        (await _bench.Documents()).Keys.ShouldBe(["3"]);
    }

    [Fact]
    public async Task A_plan_whose_ledger_was_exchanged_is_not_finished()
    {
        await _bench.SyncLines("""{"id":"1","name":"a"}""");
        await CrashAfterAsync("write", () => _bench.SyncLines("""{"id":"1","name":"a"}""", """{"id":"2","name":"b"}"""));
        Directory.Delete(Path.Combine(_bench.DataFolder, "catalogs", "shop", "ledgers"), recursive: true);
        (await _bench.SyncLines("""{"id":"3","name":"c"}""")).Error.ShouldNotBeNull().ShouldContain("--rebuild");
        (await _bench.SyncText("""{"id":"3","name":"c"}""", new SyncOptions { Rebuild = true })).State.ShouldBe(RunState.Done);
        (await _bench.Documents()).Keys.ShouldBe(["3"]);
    }

    [Fact]
    public async Task A_definition_changed_after_an_interrupted_run_is_applied_to_the_same_feed()
    {
        var feed = _bench.OldFile("""{"id":"1","name":"tea","extra":"x"}""");
        await CrashAfterAsync("refresh", () => _bench.SyncFile(feed));

        _bench.Definition = _bench.Definition with { Others = OtherFields.Drop };
        (await _bench.SyncFile(feed)).State.ShouldBe(RunState.Done);

        (await _bench.Documents())["1"].ShouldBe("""{"name":"tea"}""");
    }

    [Fact]
    public async Task An_interrupted_first_run_makes_its_index_with_the_fields_it_was_planned_with()
    {
        _bench.Definition = Some.Catalog(Some.Field("name"), Some.Field("x", FieldType.Keyword));
        _bench.Index.Before = (name, _) => CrashAt("create", name);
        var first = await _bench.SyncLines("""{"id":"1","name":"tea","x":"blue"}""");
        first.State.ShouldBe(RunState.Failed);
        _bench.Index.Before = (_, _) => { };

        _bench.Definition = Some.Catalog(Some.Field("name"), Some.Field("x", FieldType.Number));
        var second = await _bench.SyncLines("""{"id":"1","name":"tea","x":5}""");

        second.State.ShouldBe(RunState.Done, second.Error);
        _bench.Runs.ReadRejected("shop", first.Run).ShouldBeEmpty();
        second.Notes.ShouldContain(note => note.Contains("fields changed"));
        (await _bench.Documents())["1"].ShouldBe("""{"name":"tea","x":5}""");
    }

    [Fact]
    public async Task Documents_refused_by_a_run_that_was_interrupted_after_its_ledger_are_tried_again_with_the_same_feed()
    {
        var feed = _bench.OldFile("""{"id":"1","name":"a"}""", """{"id":"2","name":"b"}""");
        _bench.Index.Refuses = change => change.Id == "2";
        _bench.Index.Before = (name, _) => CrashAt("promote", name);
        (await _bench.SyncFile(feed)).State.ShouldBe(RunState.Failed);
        _bench.Index.Before = (_, _) => { };
        _bench.Index.Refuses = _ => false;

        await _bench.SyncFile(feed);
        await _bench.SyncFile(feed);

        (await _bench.Documents()).Keys.ShouldBe(["1", "2"]);
    }

    [Fact]
    public async Task Run_numbers_that_begin_anew_are_noticed_before_the_index_ignores_the_writes()
    {
        for (var i = 0; i < 3; i++)
            await _bench.SyncLines($$"""{"id":"1","name":"{{i}}"}""");
        foreach (var file in Directory.GetFiles(Path.Combine(_bench.DataFolder, "shop", "runs")))
            File.Delete(file);

        var anew = await _bench.SyncLines("""{"id":"1","name":"new"}""");

        anew.State.ShouldBe(RunState.Failed);
        anew.Error.ShouldNotBeNull().ShouldContain("--rebuild");
        (await _bench.SyncText("""{"id":"1","name":"new"}""", new SyncOptions { Rebuild = true })).State.ShouldBe(RunState.Done);
        (await _bench.Documents())["1"].ShouldBe("""{"name":"new"}""");
    }

    [Fact]
    public async Task A_rebuild_from_an_incremental_feed_is_refused_for_what_it_is()
    {
        await _bench.SyncLines("""{"id":"1","name":"a"}""");
        _bench.Definition = _bench.Definition with { Feed = FeedKind.Incremental };
        var refused = await _bench.SyncText("""{"id":"2","name":"b"}""", new SyncOptions { Rebuild = true });
        refused.Error.ShouldNotBeNull().ShouldContain("incremental");
        refused.Error.ShouldNotContain("differ");
    }

    [Fact]
    public async Task The_index_before_is_retained_also_when_the_run_is_interrupted_behind_its_promotion()
    {
        await _bench.SyncLines("""{"id":"1","name":"a"}""");
        var before = (await _bench.Index.ListAsync("shop", CancellationToken.None)).Single();
        await CrashAfterAsync("promote", () => _bench.SyncText("""{"id":"2","name":"b"}""", new SyncOptions { Rebuild = true }));

        await _bench.SyncLines("""{"id":"2","name":"b"}""");

        (await _bench.Index.ListAsync("shop", CancellationToken.None)).Where(index => !index.Live).ShouldHaveSingleItem().Name.ShouldBe(before.Name);
        (await _bench.Documents()).Keys.ShouldBe(["2"]);
    }

    [Fact]
    public async Task A_run_whose_report_cannot_be_kept_is_reported_nevertheless()
    {
        var sync = new CatalogSync(_bench.Index, new FullDiskRuns(_bench.Runs), _bench.DataFolder, _bench.DataFolder, TimeProvider.System);
        var options = new SyncOptions { FeedPath = _bench.OldFile("""{"id":"1","name":"a"}""") };
        var report = await sync.RunAsync(_bench.Definition, options, null, CancellationToken.None);
        (report.State, report.Added).ShouldBe((RunState.Done, 1));
        report.Notes.ShouldContain(note => note.Contains("no space left"));
    }

    private sealed class FullDiskRuns(IRunStore inner) : IRunStore
    {
        public Task<IEventTurn> TakeEventTurnAsync(string catalog, CancellationToken cancellationToken) => inner.TakeEventTurnAsync(catalog, cancellationToken);

        public ICatalogLease Acquire(string catalog, string purpose) => inner.Acquire(catalog, purpose);

        public void NumberAbove(string catalog, long sequence) => inner.NumberAbove(catalog, sequence);

        public void Save(RunReport report)
        {
            if (report.State != RunState.Running)
                throw new IOException("no space left on device");
            inner.Save(report);
        }

        public IRejectedWriter OpenRejected(string catalog, long run) => inner.OpenRejected(catalog, run);

        public IReadOnlyList<RunReport> List(string catalog, int limit) => inner.List(catalog, limit);

        public IEnumerable<RejectedRecord> ReadRejected(string catalog, long run) => inner.ReadRejected(catalog, run);
    }

    private async Task CrashAfterAsync(string call, Func<Task<RunReport>> sync)
    {
        _bench.Index.After = (name, _) => CrashAt(call, name);
        (await sync()).State.ShouldBe(RunState.Failed);
        _bench.Index.After = (_, _) => { };
    }

    private static void CrashAt(string call, string name)
    {
        if (name == call)
            throw new FaultyIndex.Crash();
    }
}
