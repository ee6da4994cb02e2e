using Reshelve.Catalogs;
using Reshelve.Feeds;
using Reshelve.Indexing;
using Reshelve.Running;
using Reshelve.Tests.Syncing;

namespace Reshelve.Tests.Indexing;

/// <summary>Which changes of a definition need a new index, and what a sync says of it.</summary>
public sealed class DefinitionChangeTests : IAsyncDisposable
{
    private static readonly FieldDefinition Name = Some.Field("name");
    private static readonly FieldDefinition Price = Some.Field("price", FieldType.Number);

    private readonly SyncBench _bench = new() { Definition = Some.Catalog(Name, Price) };

    public static TheoryData<string> Harmless() => ["boost", "from", "required", "volatile", "order", "others", "tombstone", "removals", "limits", "rebuilds", "source", "id"];

    public static TheoryData<string, string> Structural() => new()
    {
        { "type", "'price' was number and is keyword" },
        { "list", "'price' was number and is number, a list" },
        { "facet", "'price' was number and is a facet of type number" },
        { "new", "'color' is new, keyword" },
        { "gone", "'price' is no longer declared" },
        { "name", "'cost' is new, number; 'price' is no longer declared" },
    };

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Theory]
    [MemberData(nameof(Harmless))]
    public async Task What_the_live_index_can_take_is_no_reason_for_a_new_one(string change)
    {
        await _bench.SyncLines("""{"id":"1","name":"tea","price":1}""");
        var live = await _bench.Live();
        _bench.Definition = Changed(change);
        var report = await _bench.SyncLines("""{"id":"1","name":"tea","price":2}""");
        report.State.ShouldBe(RunState.Done, report.Error);
        (await _bench.Live()).ShouldBe(live);
        report.Notes.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Structural))]
    public async Task What_it_cannot_take_is_explained_and_fills_a_new_one(string change, string explanation)
    {
        await _bench.SyncLines("""{"id":"1","name":"tea","price":1}""");
        var live = await _bench.Live();
        _bench.Definition = Changed(change);
        var report = await _bench.SyncLines("""{"id":"1","name":"tea","price":2}""");
        report.Notes.ShouldContain(note => note.Contains(explanation) && note.Contains("a new index is filled"));
        (await _bench.Live()).ShouldNotBe(live);
    }

    [Fact]
    public async Task When_most_documents_change_a_sync_fills_a_new_index_and_says_why()
    {
        // Without checks, which would hold so many changes: they are passed over when the definition changed.
        _bench.Definition = _bench.Definition with { Checks = CatalogChecks.None, Rebuilds = new RebuildPolicy { Least = 100 } };
        await _bench.SyncText(Feed(200, _ => 1));
        var live = await _bench.Live();

        var some = await _bench.SyncText(Feed(200, i => i < 159 ? 2 : 1));
        some.Replaced.ShouldBe(159);
        (await _bench.Live()).ShouldBe(live);

        var planned = await _bench.SyncText(Feed(200, _ => 3), new SyncOptions { PlanOnly = true });
        planned.Replaced.ShouldBe(200);
        planned.Notes.ShouldContain(note => note.Contains("a sync would"));
        (await _bench.Live()).ShouldBe(live);

        var most = await _bench.SyncText(Feed(200, _ => 3));
        most.State.ShouldBe(RunState.Done, most.Error);
        most.Notes.ShouldContain(note => note.Contains("200 of 200 documents are new or replaced, 100 %"));
        (await _bench.Live()).ShouldNotBe(live);
        (await _bench.Documents()).Values.ShouldAllBe(document => document.Contains(":3}"));
    }

    [Fact]
    public async Task A_new_index_is_not_chosen_where_it_would_lack_what_the_live_one_keeps_or_where_that_is_off()
    {
        _bench.Definition = _bench.Definition with { Rebuilds = new RebuildPolicy { Least = 100 } };
        await _bench.SyncText(Feed(200, _ => 1));
        var live = await _bench.Live();

        var rejected = await _bench.SyncText(Feed(199, _ => 2) + """{"id":"199","name":"n","price":"dear"}""" + "\n");
        (rejected.Replaced, rejected.Rejected).ShouldBe((199, 1));
        (await _bench.Live()).ShouldBe(live);
        (await _bench.Documents()).Count.ShouldBe(200);

        _bench.Definition = _bench.Definition with { Rebuilds = new RebuildPolicy { Least = 100, Above = null } };
        await _bench.SyncText(Feed(200, _ => 4));
        (await _bench.Live()).ShouldBe(live);

        _bench.Definition = _bench.Definition with { Rebuilds = new RebuildPolicy { Least = 100 }, Feed = FeedKind.Incremental };
        await _bench.SyncText(Feed(200, _ => 5));
        (await _bench.Live()).ShouldBe(live);
    }

    private CatalogDefinition Changed(string change) => change switch
    {
        "boost" => Some.Catalog(Name with { Boost = 5 }, Price),
        "from" => Some.Catalog(Name, Price with { From = FieldPath.Of("cost") }),
        "required" => Some.Catalog(Name with { Required = true }, Price),
        "volatile" => Some.Catalog(Name, Price with { Volatile = true }),
        "order" => Some.Catalog(Price, Name),
        "others" => _bench.Definition with { Others = OtherFields.Drop },
        "tombstone" => _bench.Definition with { Tombstone = new Tombstone(FieldPath.Of("gone"), ["yes"]) },
        "removals" => _bench.Definition with { Removals = RemovalPolicy.Always },
        "limits" => _bench.Definition with { Limits = new FeedLimits { RecordBytes = 1 << 20 } },
        "rebuilds" => _bench.Definition with { Rebuilds = new RebuildPolicy { Retain = 7 } },
        "source" => _bench.Definition with { Source = new SourceDefinition { Path = "other.jsonl" } },
        "id" => _bench.Definition with { Id = FieldPath.Of("name") },
        "type" => Some.Catalog(Name, Price with { Type = FieldType.Keyword }),
        "list" => Some.Catalog(Name, Price with { List = true }),
        "facet" => Some.Catalog(Name, Price with { Facet = true }),
        "new" => Some.Catalog(Name, Price, Some.Field("color", FieldType.Keyword)),
        "gone" => Some.Catalog(Name),
        "name" => Some.Catalog(Name, Price with { Name = "cost" }),
        _ => throw new ArgumentOutOfRangeException(nameof(change)),
    };

    private static string Feed(int documents, Func<int, int> price) => string.Concat(
        Enumerable.Range(0, documents).Select(i => $$"""{"id":"{{i}}","name":"n{{i}}","price":{{price(i)}}}""" + "\n"));
}
