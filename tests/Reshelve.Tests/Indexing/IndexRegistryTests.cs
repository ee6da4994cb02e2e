using Reshelve.Catalogs;
using Reshelve.Feeds;
using Reshelve.Indexing;
using Reshelve.Planning;
using Reshelve.Running;
using Reshelve.Tests.Syncing;

namespace Reshelve.Tests.Indexing;

/// <summary>The file that says which indexes are ours.</summary>
public sealed class IndexRegistryTests : IAsyncDisposable
{
    private readonly SyncBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public void What_is_written_is_read()
    {
        using var folder = new TemporaryFolder();
        var registry = new IndexRegistry(folder["deep/indexes.json"], "shop");
        registry.Read().ShouldBeNull();
        var full = new RegisteredIndex
        {
            Name = "shop_1", State = IndexState.Ready, Run = 7, Since = 8, EventsAfter = 0, Created = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
            Fields = [new PlanField("name", FieldType.Text, true, false, false), new PlanField("p", FieldType.Number, false, true, true)],
            Definition = "a\nb", Feed = "\"etag\"", Disagreement = "because",
        };
        var least = new RegisteredIndex { Name = "shop_2", State = IndexState.Building, Run = 9, Since = 9, EventsAfter = 9, Created = full.Created };
        registry.Write([full, least]);
        var read = registry.Read().ShouldNotBeNull();
        (read[0] with { Fields = null }).ShouldBe(full with { Fields = null });
        read[0].Fields.ShouldBe(full.Fields);
        read[1].ShouldBe(least);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"version\":1}")]
    [InlineData("{\"version\":2,\"indexes\":[]}")]
    [InlineData("{\"version\":1,\"indexes\":[{\"name\":null}]}")]
    [InlineData("{\"version\":1,\"indexes\":[{\"name\":\"a\",\"state\":\"odd\",\"run\":1,\"since\":1,\"eventsAfter\":1,\"created\":\"2026-01-01T00:00:00Z\"}]}")]
    public async Task A_damaged_one_is_an_error_with_a_way_out_that_works_and_deletes_nothing(string content)
    {
        await _bench.SyncLines("""{"id":"1","name":"a"}""");
        await _bench.RebuildLines("""{"id":"1","name":"b"}""");
        await File.WriteAllTextAsync(_bench.FileOf("indexes.json"), content, TestContext.Current.CancellationToken);

        var failed = await _bench.RebuildLines("""{"id":"1","name":"c"}""");
        failed.State.ShouldBe(RunState.Failed);
        failed.Error.ShouldNotBeNull().ShouldContain("Move that file away");
        await Should.ThrowAsync<ReshelveException>(() => _bench.Indexes.SweepAsync(_bench.Definition, dryRun: false, default));
        await Should.ThrowAsync<ReshelveException>(() => _bench.Indexes.RollBackAsync("shop", null, default));
        (await _bench.Index.ListAsync("shop", default)).Count.ShouldBe(2);
        // What needs no registry goes on.
        (await _bench.SyncLines("""{"id":"1","name":"d"}""")).State.ShouldBe(RunState.Done);

        File.Delete(_bench.FileOf("indexes.json"));
        (await _bench.Listed()).Select(index => index.Registered!.State).ShouldBe([IndexState.Retained, IndexState.Live]);
        await _bench.Indexes.RollBackAsync("shop", null, default);
        (await _bench.Documents())["1"].ShouldBe("""{"name":"a"}""");
    }

    [Fact]
    public async Task An_index_is_registered_before_it_is_made()
    {
        _bench.Index.Before = (name, _) =>
        {
            if (name == "create")
                new IndexRegistry(_bench.FileOf("indexes.json"), "shop").Read().ShouldNotBeNull().ShouldHaveSingleItem().State.ShouldBe(IndexState.Building);
        };
        var first = await _bench.SyncLines("""{"id":"1","name":"a"}""");
        first.State.ShouldBe(RunState.Done, first.Error);
        var live = (await _bench.Listed()).ShouldHaveSingleItem().Registered.ShouldNotBeNull();
        (live.State, live.Run, live.Fields!.Count).ShouldBe((IndexState.Live, first.Run, 3));
    }
}
