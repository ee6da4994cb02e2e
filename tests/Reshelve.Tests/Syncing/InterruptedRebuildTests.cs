using Reshelve.Running;

namespace Reshelve.Tests.Syncing;

/// <summary>Rebuilds and restored ledgers behind a run that was interrupted.</summary>
public sealed class InterruptedRebuildTests : IAsyncDisposable
{
    private readonly SyncBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task A_rebuild_finishes_what_was_interrupted_and_then_knows_what_was_put()
    {
        await _bench.SyncLines(Line("1", "one"), Line("2", "two"));
        await CrashAfterAsync("write", () => _bench.SyncLines(Line("1", "uno"), Line("2", "two")));
        await _bench.Put(Line("3", "put"));
        // The record of what was put is rejected: a sync keeps the last good document.
        var rebuilt = await _bench.RebuildLines(Line("1", "one"), Line("2", "two"), """{"id":"3","name":"three","price":"on request"}""");
        rebuilt.State.ShouldBe(RunState.Held);
        rebuilt.HeldReasons.ShouldContain(reason => reason.Contains("last good document"));
        rebuilt.Notes.ShouldContain(note => note.Contains("was finished first"));
        (await _bench.Documents()).Keys.Order().ShouldBe(["1", "2", "3"]);
    }

    [Fact]
    public async Task An_index_whose_interrupted_plan_was_finished_by_a_rebuild_can_be_gone_back_to()
    {
        await _bench.SyncLines(Line("1", "one"));
        await CrashAfterAsync("write", () => _bench.SyncLines(Line("1", "uno"), Line("2", "two")));
        (await _bench.RebuildLines(Line("1", "eins"), Line("2", "zwei"))).State.ShouldBe(RunState.Done);
        (await _bench.Listed()).ShouldAllBe(index => index.Registered!.Disagreement == null);
        await _bench.Indexes.RollBackAsync("shop", null, CancellationToken.None);
        (await _bench.Documents())["1"].ShouldContain("uno");
    }

    [Fact]
    public async Task A_rebuild_that_cannot_finish_what_was_interrupted_takes_its_place()
    {
        await _bench.SyncLines(Line("1", "one"));
        var live = await _bench.Live();
        await CrashAfterAsync("write", () => _bench.SyncLines(Line("1", "uno"), Line("2", "two")));
        File.Delete(_bench.FileOf("plans", "000000000002", "manifest.json"));
        var rebuilt = await _bench.RebuildLines(Line("1", "eins"), Line("2", "zwei"));
        rebuilt.State.ShouldBe(RunState.Done, rebuilt.Error);
        rebuilt.Notes.ShouldContain(note => note.Contains("could not be finished first"));
        (await _bench.Listed()).Single(index => index.Name == live).Registered!.Disagreement.ShouldNotBeNull();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_the_index_took_before_a_crash_and_refuses_when_it_is_repeated_is_not_left_over(bool isFirst)
    {
        if (!isFirst)
            await _bench.SyncLines(Line("1", "one"));
        await CrashAfterAsync("write", () => _bench.SyncLines(Line("1", "one"), Line("2", "two")));
        _bench.Index.Refuses = change => change.Id == "2";
        await _bench.SyncLines(Line("1", "one"), Line("2", "two"));
        _bench.Index.Refuses = _ => false;
        await _bench.ShouldEndAs(Line("1", "one"));
        (await _bench.Repair.VerifyAsync(_bench.Definition, mend: false, CancellationToken.None)).InStep.ShouldBeTrue();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_ledger_that_was_restored_ends_the_interrupted_plan_in_the_moment_in_which_it_counts(bool isCommitted)
    {
        using var killed = new TemporaryFolder();
        await _bench.SyncLines(Line("1", "one"), Line("2", "two"));
        await CrashAfterAsync("write", () => _bench.SyncLines(Line("1", "uno"), Line("3", "three")));
        var note = await File.ReadAllBytesAsync(_bench.FileOf("applying.json"), TestContext.Current.CancellationToken);
        if (isCommitted)
        {
            await _bench.Repair.RebuildLedgerAsync(_bench.Definition, CancellationToken.None);
            File.Exists(_bench.FileOf("applying.json")).ShouldBeFalse();
        }

        // As a kill leaves it on either side of the rename.
        var index = (await _bench.Live())!;
        var run = _bench.Runs.List("shop", 1)[0].Run;
        var text = System.Text.Encoding.UTF8.GetString(note);
        var restored = isCommitted ? LedgerRun(index) : run + 10;
        await File.WriteAllTextAsync(
            _bench.FileOf("applying.json"), $"{text.TrimEnd()[..^1].TrimEnd()}, \"restoredIndex\": \"{index}\", \"restoredBy\": {restored} }}", TestContext.Current.CancellationToken);
        _bench.Snapshot(killed.Path);
        await using var next = new SyncBench(killed.Path);
        var synced = await next.SyncLines(Line("1", "eins"), Line("2", "two"));
        synced.State.ShouldBe(RunState.Done, synced.Error);
        synced.Notes.Any(told => told.Contains("was finished first")).ShouldBe(!isCommitted);
        await next.ShouldEndAs(Line("1", "eins"), Line("2", "two"));
    }

    private long LedgerRun(string index) => long.Parse(Path.GetFileNameWithoutExtension(File.ReadAllText(_bench.FileOf("ledgers", index, "current"))));

    private async Task CrashAfterAsync(string call, Func<Task<RunReport>> work)
    {
        _bench.Index.After = (name, _) => _ = name == call ? throw new FaultyIndex.Crash() : 0;
        (await work()).State.ShouldBe(RunState.Failed);
        _bench.Index.After = (_, _) => { };
    }

    private static string Line(string id, string name) => $$"""{"id":"{{id}}","name":"{{name}}"}""";
}
