using Reshelve.Catalogs;
using Reshelve.Enriching;
using Reshelve.Running;
using Reshelve.Searching;
using Reshelve.Tests.Syncing;

namespace Reshelve.Tests.Enriching;

/// <summary>What changes after a document was written: pictures, taggers, definitions, indexes.</summary>
public sealed class PictureUpkeepTests : IAsyncDisposable
{
    private readonly ImageBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task A_picture_is_asked_for_again_when_it_is_due_also_while_the_feed_is_the_same()
    {
        _bench.Definition = _bench.Revalidating(TimeSpan.FromDays(1));
        _bench.Shelf["http://x/a.png"] = "a";
        var feed = _bench.FileOf(ImageBench.Line(1, "http://x/a.png"));
        await _bench.SyncFile(feed, new SyncOptions());
        _bench.Shelf["http://x/a.png"] = "b";
        var soon = await _bench.SyncFile(feed, new SyncOptions());
        (_bench.Shelf.Requests, (await _bench.Tags())["1"]).ShouldBe((1, "a v1"));
        soon.Notes.ShouldContain(note => note.Contains("applied last"));

        _bench.Time.Advance(TimeSpan.FromHours(30));
        var later = await _bench.SyncFile(feed, new SyncOptions());
        (_bench.Shelf.Requests, (await _bench.Tags())["1"]).ShouldBe((2, "b v1"));
        later.Notes.ShouldContain(note => note.Contains("applied last"));
        (await _bench.Verify()).InStep.ShouldBeTrue();
    }

    [Fact]
    public async Task What_never_changes_is_never_asked_for_again_and_a_version_decides_alone()
    {
        _bench.Definition = Some.Catalog(
            Some.Field("name"), Some.Field("photo", FieldType.Image) with { PictureVersion = "v" }, Some.Field("v", FieldType.Keyword)) with { Images = new ImageSettings() };
        _bench.Shelf["http://x/a.png"] = "a";
        string Line(string version) => $$"""{"id":"1","name":"n","photo":"http://x/a.png","v":"{{version}}"}""";
        await _bench.SyncLines(Line("1"));
        _bench.Shelf["http://x/a.png"] = "b";
        _bench.Time.Advance(TimeSpan.FromDays(100));
        await _bench.SyncLines(Line("1"));
        (_bench.Shelf.Requests, (await _bench.Tags())["1"]).ShouldBe((1, "a v1"));
        await _bench.SyncLines(Line("2"));
        (_bench.Shelf.Requests, (await _bench.Tags())["1"]).ShouldBe((2, "b v1"));
    }

    [Fact]
    public async Task A_new_version_of_the_tagger_tags_what_was_kept_without_a_feed_or_a_request()
    {
        for (var i = 0; i < 20; i++)
            _bench.Shelf[$"http://x/{i}.png"] = $"pixels {i}";
        await _bench.SyncLines([.. Enumerable.Range(0, 20).Select(i => ImageBench.Line(i, $"http://x/{i}.png"))]);
        _bench.Tagger.Version = "2";
        var report = await _bench.Enrich();
        report.State.ShouldBe(RunState.Done, report.Error);
        (_bench.Shelf.Requests, _bench.Tagger.Asked.Count, report.Images!.Rewritten).ShouldBe((20, 40, 20));
        (await _bench.Tags())["13"].ShouldBe("pixels 13 v2");
        (await _bench.Enrich()).Images!.Rewritten.ShouldBe(0);
    }

    [Fact]
    public async Task Another_size_is_made_of_what_was_kept()
    {
        _bench.Shelf["http://x/a.png"] = "a";
        await _bench.SyncLines(ImageBench.Line(1, "http://x/a.png"));
        _bench.Definition = _bench.Definition with { Images = new ImageSettings { Renditions = [new RenditionSpec("64w", 64, RenditionFormat.Webp)] } };
        await _bench.Enrich();
        _bench.Shelf.Requests.ShouldBe(1);
        (await _bench.Document("1")).GetProperty("photo_pictures")[0].GetProperty("renditions").TryGetProperty("64w", out _).ShouldBeTrue();
    }

    [Fact]
    public async Task An_index_that_was_not_live_catches_up_after_a_rollback()
    {
        _bench.Definition = _bench.Revalidating(TimeSpan.Zero);
        _bench.Shelf["http://x/a.png"] = "a";
        string[] feed = [ImageBench.Line(1, "http://x/a.png")];
        await _bench.SyncLines(feed);
        await _bench.SyncLines(feed, new SyncOptions { Rebuild = true });
        _bench.Shelf["http://x/a.png"] = "b";
        await _bench.Enrich();
        (await _bench.Tags())["1"].ShouldBe("b v1");
        await _bench.Indexes.RollBackAsync("shop", null, CancellationToken.None);
        (await _bench.Tags())["1"].ShouldBe("a v1");
        await _bench.Enrich();
        (await _bench.Tags())["1"].ShouldBe("b v1");
    }

    [Fact]
    public async Task A_write_that_came_while_pictures_were_brought_up_to_date_wins()
    {
        _bench.Definition = _bench.Revalidating(TimeSpan.Zero);
        _bench.Shelf["http://x/a.png"] = "a";
        _bench.Shelf["http://x/new.png"] = "new";
        await _bench.SyncLines(ImageBench.Line(1, "http://x/a.png"));
        _bench.Shelf["http://x/a.png"] = "b";
        var writes = 0;
        _bench.Index.Before = (name, _) =>
        {
            if (name != "write" || writes++ > 0)
                return;
            Task.Run(() => _bench.Put(ImageBench.Line(1, "http://x/new.png", "newer"))).GetAwaiter().GetResult();
        };
        await _bench.Enrich();
        _bench.Index.Before = (_, _) => { };
        (await _bench.Document("1")).GetProperty("name").GetString().ShouldBe("newer 1");
        (await _bench.Tags())["1"].ShouldBe("new v1");
        await _bench.Enrich();
        (await _bench.Tags())["1"].ShouldBe("new v1");
    }

    [Fact]
    public async Task Documents_that_are_gone_or_lose_their_picture_are_forgotten()
    {
        _bench.Shelf["http://x/a.png"] = "a";
        await _bench.SyncLines(ImageBench.Line(1, "http://x/a.png"), ImageBench.Line(2, "http://x/a.png"), ImageBench.Line(3, "http://x/a.png"));
        await _bench.SyncLines(ImageBench.Line(1, "http://x/a.png"), """{"id":"2","name":"bare"}""");
        (await _bench.Standing()).Documents.Documents.ShouldBe(1);
    }

    [Fact]
    public async Task A_budget_bounds_what_one_run_asks_for_again()
    {
        _bench.Definition = _bench.Revalidating(TimeSpan.FromHours(10)) with { Images = new ImageSettings { Budget = 7 } };
        for (var i = 0; i < 20; i++)
            _bench.Shelf[$"http://x/{i}.png"] = $"pixels {i}";
        await _bench.SyncLines([.. Enumerable.Range(0, 20).Select(i => ImageBench.Line(i, $"http://x/{i}.png"))]);
        _bench.Shelf.ForgetCounts();
        _bench.Time.Advance(TimeSpan.FromHours(13));
        await _bench.Enrich();
        _bench.Shelf.Requests.ShouldBe(7);
        await _bench.Enrich();
        await _bench.Enrich();
        _bench.Shelf.NotModified.ShouldBe(20);
    }

    [Fact]
    public async Task A_least_score_applies_to_what_is_tagged_already()
    {
        _bench.Shelf["http://x/a.png"] = "a";
        await _bench.SyncLines(ImageBench.Line(1, "http://x/a.png"));
        _bench.Definition = _bench.Definition with { Images = new ImageSettings { Tagger = new TaggerSettings { LeastScore = 0.95 } } };
        await _bench.Enrich();
        ((await _bench.Tags())["1"], _bench.Tagger.Asked.Count).ShouldBe(("", 1));
    }

    [Fact]
    public async Task Where_fields_share_a_picture_the_shortest_interval_counts()
    {
        _bench.Definition = Some.Catalog(
            Some.Field("photo", FieldType.Image) with { Revalidate = TimeSpan.Zero }, Some.Field("other", FieldType.Image) with { Revalidate = null }) with { Images = new ImageSettings(), Checks = CatalogChecks.None };
        _bench.Shelf["http://x/a.png"] = "a";
        await _bench.SyncLines("""{"id":"1","photo":"http://x/a.png"}""");
        await _bench.SyncLines("""{"id":"1","photo":"http://x/a.png"}""", """{"id":"2","other":"http://x/a.png"}""");
        _bench.Shelf["http://x/a.png"] = "b";
        await _bench.Enrich();
        (await _bench.Tags())["1"].ShouldBe("b v1");
    }

    [Fact]
    public async Task A_picture_store_that_was_deleted_is_filled_again()
    {
        _bench.Definition = _bench.Revalidating(TimeSpan.Zero);
        _bench.Shelf["http://x/a.png"] = "a";
        var feed = _bench.FileOf(ImageBench.Line(1, "http://x/a.png"));
        await _bench.SyncFile(feed, new SyncOptions());
        await _bench.DeleteStoreAsync();
        _bench.Shelf["http://x/a.png"] = "b";
        await _bench.SyncFile(feed, new SyncOptions());
        (await _bench.Tags())["1"].ShouldBe("b v1");
        (await _bench.Standing()).References.References.ShouldBe(1);
    }

    [Fact]
    public async Task What_a_retained_index_refers_to_is_not_forgotten()
    {
        _bench.Definition = _bench.Revalidating(TimeSpan.Zero);
        _bench.Shelf["http://x/a.png"] = "a";
        _bench.Shelf["http://x/b.png"] = "b";
        await _bench.SyncLines(ImageBench.Line(1, "http://x/a.png"));
        await _bench.SyncLines([ImageBench.Line(1, "http://x/b.png")], new SyncOptions { Rebuild = true });
        await _bench.Enrich();
        await _bench.Indexes.RollBackAsync("shop", null, CancellationToken.None);
        _bench.Shelf["http://x/a.png"] = "c";
        await _bench.Enrich();
        (await _bench.Tags())["1"].ShouldBe("c v1");
    }
}
