using Reshelve.Catalogs;
using Reshelve.Running;

namespace Reshelve.Tests.Syncing;

/// <summary>What was put by hand is newer than a feed that was received before, through crashes, repairs and rollbacks.</summary>
public sealed class NewerWritesTests : IAsyncDisposable
{
    private readonly SyncBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_put_after_an_interrupted_sync_is_not_taken_back_by_its_feed_when_the_plan_is_given_up(bool byRollback)
    {
        var first = _bench.OldFile(Line("1", "one"), Line("2", "two"));
        await _bench.SyncFile(first);
        await _bench.SyncFile(first, new SyncOptions { Rebuild = true });
        var second = _bench.OldFile(Line("1", "uno"), Line("2", "two"), Line("4", "four"));
        await CrashAfterAsync("write", () => _bench.SyncFile(second));
        await _bench.Put(Line("1", "put"), Line("3", "put"));
        if (byRollback)
            await _bench.Indexes.RollBackAsync("shop", null, CancellationToken.None);
        else
            await _bench.Repair.RebuildLedgerAsync(_bench.Definition, CancellationToken.None);

        (await _bench.SyncFile(second)).State.ShouldBe(RunState.Done);
        var documents = await _bench.Documents();
        documents.Keys.Order().ShouldBe(["1", "2", "3", "4"]);
        documents["1"].ShouldContain("put");
        (await _bench.Repair.VerifyAsync(_bench.Definition, mend: false, CancellationToken.None)).InStep.ShouldBeTrue();
    }

    [Fact]
    public async Task What_was_put_is_never_seen_in_its_old_form_while_the_feed_before_is_applied_again()
    {
        await PrepareRepeatedAsync();
        var seen = new List<string>();
        _bench.Index.After = (name, _) =>
        {
            var documents = Task.Run(_bench.Documents).GetAwaiter().GetResult();
            seen.Add($"{documents["1"].Contains("put")} {documents.ContainsKey("2")}");
        };
        await SyncRepeatedAsync();
        seen.Distinct().ShouldBe(["True False"]);
    }

    [Fact]
    public async Task What_a_feed_that_is_applied_again_cannot_change_is_not_counted()
    {
        await PrepareRepeatedAsync();
        var again = await SyncRepeatedAsync();
        (again.Added, again.Replaced, again.Removed).ShouldBe((0, 0, 0));
    }

    [Fact]
    public async Task What_an_index_with_older_fields_cannot_take_goes_along_to_the_next_one_that_can()
    {
        _bench.Definition = Some.Catalog(Some.Field("name"), Some.Field("size", FieldType.Number));
        var feed = _bench.OldFile(Line("1", "one"));
        await _bench.SyncFile(feed);
        _bench.Definition = Some.Catalog(Some.Field("name"), Some.Field("size", FieldType.Keyword));
        await _bench.SyncFile(feed);
        await _bench.Put("""{"id":"2","name":"put","size":"large"}""");
        await _bench.Indexes.RollBackAsync("shop", null, CancellationToken.None);
        (await _bench.Documents()).Keys.ShouldBe(["1"]);

        // The definition asks for the newer fields still, so that a new index is filled from the same feed.
        var synced = await _bench.SyncFile(feed);
        synced.State.ShouldBe(RunState.Done, synced.Error);
        (await _bench.Documents())["2"].ShouldContain("large");
    }

    [Fact]
    public async Task What_was_carried_from_index_to_index_is_no_newer_than_when_it_was_put()
    {
        await _bench.SyncLines(Line("1", "one"));
        var oldest = (await _bench.Live())!;
        await _bench.RebuildLines(Line("1", "one"));
        await _bench.Put(Line("2", "put"));
        await _bench.SyncLines([Line("1", "one")], new SyncOptions { Rebuild = true, StaysAside = true });
        var aside = (await _bench.InState(Reshelve.Indexing.IndexState.Ready)).Single();
        await _bench.Indexes.PromoteAsync("shop", oldest, CancellationToken.None);
        await _bench.Indexes.PromoteAsync("shop", aside, CancellationToken.None);
        (await _bench.Documents()).Keys.ShouldBe(["1"]);
    }

    /// <summary>The ledger knows what was put and removed since the feed was received, so that this is to be changed when it comes again.</summary>
    private async Task PrepareRepeatedAsync()
    {
        await _bench.SyncFile(_bench.OldFile(Line("0", "zero")));
        _repeated = _bench.OldFile(Line("1", "one"), Line("2", "two"));
        await _bench.SyncFile(_repeated);
        await _bench.Put(Line("1", "put"), Line("3", "put"));
        await _bench.Events.RemoveAsync(_bench.Definition, ["2"], CancellationToken.None);
        await _bench.BehindOurBackAsync(new Reshelve.Planning.Change(Reshelve.Planning.ChangeKind.Add, "4", "{\"name\":\"vandal\"}"u8.ToArray()));
        (await _bench.Repair.VerifyAsync(_bench.Definition, mend: true, CancellationToken.None)).Mended.ShouldBeTrue();
        await _bench.Events.RemoveAsync(_bench.Definition, ["4"], CancellationToken.None);
    }

    private string _repeated = "";

    private async Task<RunReport> SyncRepeatedAsync()
    {
        var again = await _bench.SyncFile(_repeated);
        again.State.ShouldBe(RunState.Done, again.Error);
        var documents = await _bench.Documents();
        documents.Keys.Order().ShouldBe(["1", "3"]);
        return again;
    }

    private async Task CrashAfterAsync(string call, Func<Task<RunReport>> work)
    {
        _bench.Index.After = (name, _) => _ = name == call ? throw new FaultyIndex.Crash() : 0;
        (await work()).State.ShouldBe(RunState.Failed);
        _bench.Index.After = (_, _) => { };
    }

    private static string Line(string id, string name) => $$"""{"id":"{{id}}","name":"{{name}}"}""";
}
