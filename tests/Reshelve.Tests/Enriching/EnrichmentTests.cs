using Reshelve.Catalogs;
using Reshelve.Enriching;
using Reshelve.Running;
using Reshelve.Searching;
using Reshelve.Tests.Syncing;

namespace Reshelve.Tests.Enriching;

/// <summary>What is added to documents, what it costs, and who sees it.</summary>
public sealed class EnrichmentTests : IAsyncDisposable
{
    private readonly ImageBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task What_is_said_of_a_picture_is_in_its_document_and_found()
    {
        _bench.Definition = _bench.Definition with { Images = new ImageSettings { Renditions = [new RenditionSpec("160w", 160, RenditionFormat.Webp)] } };
        _bench.Shelf["http://x/red.png"] = "red";
        var report = await _bench.SyncLines(ImageBench.Line(1, "http://x/red.png"), """{"id":"2","name":"bare"}""");
        report.State.ShouldBe(RunState.Done, report.Error);
        report.Images!.ShouldSatisfyAllConditions(
            images => images.Fetched.ShouldBe(1), images => images.Tagged.ShouldBe(1), images => images.Documents.ShouldBe(1),
            images => images.Owed.ShouldBe(0), images => images.Failed.ShouldBe(0), images => images.Rewritten.ShouldBe(0));
        report.Notes.ShouldNotContain(note => note.Contains("pictures"));

        var document = await _bench.Document("1");
        document.GetProperty("photo").GetString().ShouldBe("http://x/red.png");
        document.GetProperty("photo_tags")[0].GetString().ShouldBe("red v1");
        var picture = document.GetProperty("photo_pictures")[0];
        picture.GetProperty("width").GetInt32().ShouldBe(10);
        picture.GetProperty("tags")[0].GetProperty("score").GetDouble().ShouldBe(0.9);
        picture.GetProperty("renditions").GetProperty("160w").GetProperty("path").GetString()!.ShouldEndWith(".webp");
        (await _bench.Document("2")).TryGetProperty("photo_tags", out _).ShouldBeFalse();
        (await _bench.Search(new SearchRequest { Query = "red" })).Hits.ShouldHaveSingleItem().Id.ShouldBe("1");
        var found = await _bench.Search(new SearchRequest { Filters = [new ValuesFilter("photo_tags", ["red v1"])], Facets = ["photo_tags"] });
        found.Hits.ShouldHaveSingleItem().Id.ShouldBe("1");
        found.Facets["photo_tags"].ShouldHaveSingleItem().Count.ShouldBe(1);
    }

    [Fact]
    public async Task Three_hourly_syncs_cost_what_changed_and_no_more()
    {
        _bench.Definition = _bench.Revalidating(TimeSpan.Zero);
        string[] Feed(Func<int, string> address) => [.. Enumerable.Range(0, 1000).Select(i => ImageBench.Line(i, address(i)))];
        string First(int i) => $"http://x/{i}.png";
        for (var i = 0; i < 1000; i++)
            _bench.Shelf[First(i)] = $"pixels {i}|as first compressed";
        var first = await _bench.SyncLines(Feed(First));
        first.State.ShouldBe(RunState.Done, first.Error);
        (_bench.Shelf.Requests, _bench.Shelf.NotModified, _bench.Tagger.Asked.Count).ShouldBe((1000, 0, 1000));

        // Nothing changed at all: each is asked for once, conditionally.
        _bench.Shelf.ForgetCounts();
        _bench.Tagger.Asked.Clear();
        var second = await _bench.SyncLines(Feed(First));
        (_bench.Shelf.Requests, _bench.Shelf.NotModified, _bench.Tagger.Asked.Count, _bench.Shelf.Decoded).ShouldBe((1000, 1000, 0, 0));
        second.Images!.Rewritten.ShouldBe(0);

        // 10 others under the same address, 20 addresses of the same bytes, 15 compressed anew.
        _bench.Shelf.ForgetCounts();
        for (var i = 0; i < 10; i++)
            _bench.Shelf[First(i)] = $"other pixels {i}|";
        for (var i = 100; i < 120; i++)
            _bench.Shelf[$"http://y/{i}.png"] = _bench.Shelf[First(i)];
        for (var i = 200; i < 215; i++)
            _bench.Shelf[First(i)] = $"pixels {i}|compressed anew";
        var third = await _bench.SyncLines(Feed(i => i is >= 100 and < 120 ? $"http://y/{i}.png" : First(i)));
        third.State.ShouldBe(RunState.Done, third.Error);
        // The 20 old addresses were due too; that no document has them any more is known without asking.
        (_bench.Shelf.Requests, _bench.Shelf.NotModified, _bench.Tagger.Asked.Count).ShouldBe((1000, 955, 10));
        third.Images!.Tagged.ShouldBe(10);
        third.Images.Rewritten.ShouldBe(25);
        var tags = await _bench.Tags();
        tags["3"].ShouldBe("other pixels 3 v1");
        tags["110"].ShouldBe("pixels 110 v1");
        tags["210"].ShouldBe("pixels 210 v1");
        (await _bench.Standing()).CallsSaved.ShouldBe(0);
    }

    [Fact]
    public async Task A_rebuild_and_another_catalog_with_the_same_pictures_pay_nothing()
    {
        for (var i = 0; i < 20; i++)
        {
            _bench.Shelf[$"http://x/{i}.png"] = $"pixels {i}|a";
            _bench.Shelf[$"http://other/{i}.png"] = $"pixels {i}|b";
        }

        string[] feed = [.. Enumerable.Range(0, 20).Select(i => ImageBench.Line(i, $"http://x/{i}.png"))];
        await _bench.SyncLines(feed);
        var tags = await _bench.Tags();
        var rebuilt = await _bench.SyncLines(feed, new SyncOptions { Rebuild = true });
        rebuilt.State.ShouldBe(RunState.Done, rebuilt.Error);
        (_bench.Shelf.Requests, _bench.Tagger.Asked.Count).ShouldBe((20, 20));
        (await _bench.Tags()).ShouldBe(tags);
        (await _bench.Standing()).Documents.ShouldBe(new ImageTotals(20, 0, 0));

        _bench.Definition = _bench.Definition with { Name = "other" };
        await _bench.SyncLines([.. Enumerable.Range(0, 20).Select(i => ImageBench.Line(i, $"http://other/{i}.png"))]);
        (_bench.Shelf.Requests, _bench.Tagger.Asked.Count).ShouldBe((40, 20));
        (await _bench.Tags()).ShouldBe(tags);
    }

    [Fact]
    public async Task Verifying_and_restoring_a_ledger_see_documents_as_they_were_mapped()
    {
        for (var i = 0; i < 20; i++)
            _bench.Shelf[$"http://x/{i}.png"] = $"pixels {i}";
        string[] feed = [.. Enumerable.Range(0, 20).Select(i => ImageBench.Line(i, $"http://x/{i}.png"))];
        await _bench.SyncLines(feed);
        (await _bench.Verify()).InStep.ShouldBeTrue();
        await _bench.RebuildLedger();
        var again = await _bench.SyncLines(feed);
        (again.Unchanged, again.Added + again.Replaced + again.Removed, _bench.Shelf.Requests).ShouldBe((20, 0, 20));
    }

    [Fact]
    public async Task A_single_document_gets_its_picture_at_once_or_is_owed_it()
    {
        _bench.Shelf["http://x/a.png"] = "a";
        _bench.Shelf["http://x/b.png"] = "b";
        await _bench.SyncLines(ImageBench.Line(1, "http://x/a.png"));
        (await _bench.Put(ImageBench.Line(2, "http://x/b.png"))).ShouldHaveSingleItem().Outcome.ShouldBe("Put");
        (await _bench.Tags())["2"].ShouldBe("b v1");

        _bench.Shelf["http://x/slow.png"] = "slow";
        _bench.Shelf.During = (_, stop) => Task.Delay(Timeout.Infinite, stop);
        (await _bench.Put(ImageBench.Line(3, "http://x/slow.png"))).ShouldHaveSingleItem().Outcome.ShouldBe("Put");
        (await _bench.Tags())["3"].ShouldBe("");
        _bench.Shelf.During = (_, _) => Task.CompletedTask;
        await _bench.Enrich();
        (await _bench.Tags())["3"].ShouldBe("slow v1");
    }

    [Fact]
    public async Task A_single_document_keeps_its_picture_when_another_index_is_promoted()
    {
        _bench.Shelf["http://x/a.png"] = "a";
        _bench.Shelf["http://x/b.png"] = "b";
        await _bench.SyncLines(ImageBench.Line(1, "http://x/a.png"));
        await _bench.SyncLines([ImageBench.Line(1, "http://x/a.png")], new SyncOptions { Rebuild = true, StaysAside = true });
        await _bench.Put(ImageBench.Line(2, "http://x/b.png"));
        await _bench.PromoteAsideAsync();
        (await _bench.Tags()).ShouldBe(new Dictionary<string, string> { ["1"] = "a v1", ["2"] = "b v1" });
        (await _bench.Standing()).Documents.Documents.ShouldBe(2);
    }
}
