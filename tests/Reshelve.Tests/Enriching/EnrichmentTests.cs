using Reshelve.Catalogs;
using Reshelve.Enriching;
using Reshelve.Running;
using Reshelve.Searching;
using Reshelve.Tests.Syncing;

namespace Reshelve.Tests.Enriching;

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
        _bench.Definition = Revalidating(TimeSpan.Zero);
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
    public async Task A_picture_is_asked_for_again_when_it_is_due_also_while_the_feed_is_the_same()
    {
        _bench.Definition = Revalidating(TimeSpan.FromDays(1));
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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_could_not_be_had_is_owed_and_paid_by_the_next_run(bool withFeed)
    {
        var feed = Enumerable.Range(0, 30).Select(i => ImageBench.Line(i, $"http://x/{i}.png")).ToArray();
        for (var i = 0; i < 30; i++)
            _bench.Shelf[$"http://x/{i}.png"] = $"pixels {i}";
        _bench.Shelf.Fails = location => location.Contains('7') ? new ImageFetchException("503 Service Unavailable", isTransient: true) : null;
        var first = await _bench.SyncLines(feed);
        first.State.ShouldBe(RunState.Done, first.Error);
        first.Added.ShouldBe(30);
        first.Images!.Owed.ShouldBe(3);
        first.Images.Failures.ShouldContain(failure => failure.Location == "http://x/7.png" && failure.Document == "7" && failure.IsTransient);
        (await _bench.Standing()).Documents.Owed.ShouldBe(3);
        (await _bench.Failing()).Select(failing => (failing.Location, failing.Documents[0])).ShouldBe([("http://x/17.png", "17"), ("http://x/27.png", "27"), ("http://x/7.png", "7")], ignoreOrder: true);
        (await _bench.Tags())["7"].ShouldBe("");
        _bench.Shelf.Requests.ShouldBe(30);

        _bench.Shelf.Fails = _ => null;
        var second = withFeed ? await _bench.SyncLines(feed) : await _bench.Enrich();
        second.State.ShouldBe(RunState.Done, second.Error);
        _bench.Shelf.Requests.ShouldBe(33);
        (await _bench.Tags())["7"].ShouldBe("pixels 7 v1");
        (await _bench.Standing()).Documents.Owed.ShouldBe(0);
        (await _bench.Failing()).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_was_refused_for_good_is_told_with_its_record_and_asked_for_again_a_day_later()
    {
        _bench.Shelf["http://x/broken.png"] = "broken";
        var first = await _bench.SyncLines(ImageBench.Line(1, "http://x/missing.png"), ImageBench.Line(2, "http://x/broken.png"));
        first.Added.ShouldBe(2);
        first.Images!.Owed.ShouldBe(0);
        first.Images.Failures.Select(failure => failure.Document).Order().ShouldBe(["1", "2"]);
        (await _bench.Document("1")).GetProperty("photo_pictures")[0].GetProperty("error").GetString().ShouldBe("refused");
        await _bench.Enrich();
        _bench.Shelf.Requests.ShouldBe(2);

        _bench.Shelf["http://x/missing.png"] = "there";
        _bench.Shelf["http://x/broken.png"] = "mended";
        _bench.Time.Advance(TimeSpan.FromDays(2));
        await _bench.Enrich();
        (await _bench.Tags()).ShouldBe(new Dictionary<string, string> { ["1"] = "there v1", ["2"] = "mended v1" });
    }

    [Fact]
    public async Task A_picture_that_fails_later_stays_until_it_is_gone_for_good()
    {
        _bench.Definition = Revalidating(TimeSpan.Zero);
        _bench.Shelf["http://x/a.png"] = "a";
        await _bench.SyncLines(ImageBench.Line(1, "http://x/a.png"));
        _bench.Shelf.Fails = _ => new ImageFetchException("no connection", isTransient: true);
        await _bench.Enrich();
        (await _bench.Tags())["1"].ShouldBe("a v1");
        _bench.Shelf.Fails = _ => null;
        _bench.Shelf.Remove("http://x/a.png");
        await _bench.Enrich();
        (await _bench.Tags())["1"].ShouldBe("");
    }

    [Fact]
    public async Task A_tagger_that_fails_is_owed_its_tags_and_asked_once_per_run()
    {
        _bench.Shelf["http://x/a.png"] = "a";
        _bench.Tagger.Fails = "the model is down";
        var first = await _bench.SyncLines(ImageBench.Line(1, "http://x/a.png"), ImageBench.Line(2, "http://x/a.png"));
        first.Images!.Owed.ShouldBe(2);
        _bench.Tagger.Asked.Count.ShouldBe(1);
        (await _bench.Enrich()).Images!.Owed.ShouldBe(2);
        _bench.Tagger.Asked.Count.ShouldBe(2);
        _bench.Tagger.Fails = null;
        (await _bench.Enrich()).Images!.Owed.ShouldBe(0);
        (_bench.Tagger.Asked.Count, _bench.Shelf.Requests).ShouldBe((3, 1));
        (await _bench.Tags())["2"].ShouldBe("a v1");
    }

    [Fact]
    public async Task A_picture_that_the_tagger_refuses_for_good_has_no_tags_and_is_not_shown_to_it_again()
    {
        _bench.Shelf["http://x/a.png"] = "a";
        (_bench.Tagger.Fails, _bench.Tagger.FailsForGood) = ("too small", true);
        (await _bench.SyncLines(ImageBench.Line(1, "http://x/a.png"))).Images!.Owed.ShouldBe(0);
        await _bench.Enrich();
        _bench.Tagger.Asked.Count.ShouldBe(1);
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
    public async Task An_index_that_was_not_live_catches_up_after_a_rollback()
    {
        _bench.Definition = Revalidating(TimeSpan.Zero);
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
    public async Task A_write_that_came_while_pictures_were_brought_up_to_date_wins()
    {
        _bench.Definition = Revalidating(TimeSpan.Zero);
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
    public async Task A_run_that_is_interrupted_at_any_call_is_followed_by_one_that_ends_as_a_fresh_one()
    {
        string[] Feed(int changed) => [.. Enumerable.Range(0, 250).Select(i => ImageBench.Line(i, $"http://x/{(i < changed ? i + 1000 : i)}.png"))];
        for (var i = 0; i < 1250; i++)
            _bench.Shelf[$"http://x/{i}.png"] = $"pixels {i}";
        await using var fresh = new ImageBench { Definition = Revalidating(TimeSpan.Zero) };
        for (var i = 0; i < 1250; i++)
            fresh.Shelf[$"http://x/{i}.png"] = $"pixels {i}";
        await fresh.SyncLines(Feed(120));
        _bench.Definition = fresh.Definition;
        for (var call = 0; call < 12; call++)
        {
            await _bench.SyncLines(Feed(0));
            foreach (var isAfter in new[] { false, true })
            {
                var (at, seen) = (call, 0);
                void Fail(string name, int number)
                {
                    if (seen++ == at)
                        throw new IOException("interrupted");
                }

                _bench.Index.Before = isAfter ? (_, _) => { } : Fail;
                _bench.Index.After = isAfter ? Fail : (_, _) => { };
                await _bench.SyncLines(Feed(120));
                (_bench.Index.Before, _bench.Index.After) = ((_, _) => { }, (_, _) => { });
                var last = await _bench.SyncLines(Feed(120));
                last.State.ShouldBe(RunState.Done, last.Error);
                (await _bench.Tags()).ShouldBe(await fresh.Tags(), $"call {call}");
                (await _bench.Standing()).Documents.ShouldBe(new ImageTotals(250, 0, 0), $"call {call}");
            }
        }

        _bench.Tagger.Asked.GroupBy(sha => sha).ShouldAllBe(group => group.Count() == 1);
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
        _bench.Definition = Revalidating(TimeSpan.FromHours(10)) with { Images = new ImageSettings { Budget = 7 } };
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
    public async Task A_page_in_the_place_of_a_picture_does_not_take_its_tags()
    {
        _bench.Definition = Revalidating(TimeSpan.Zero);
        _bench.Shelf["http://x/a.png"] = "a";
        await _bench.SyncLines(ImageBench.Line(1, "http://x/a.png"));
        _bench.Shelf.Fails = _ => new ImageFetchException("what came is an HTML page", isTransient: false);
        (await _bench.Enrich()).Images!.Failed.ShouldBe(1);
        (await _bench.Tags())["1"].ShouldBe("a v1");
        _bench.Shelf.Fails = _ => null;
        _bench.Shelf["http://x/a.png"] = "b";
        await _bench.Enrich();
        (await _bench.Tags())["1"].ShouldBe("b v1");
    }

    [Fact]
    public async Task What_one_definition_refused_is_tried_at_once_under_another()
    {
        _bench.Shelf["http://x/a.png"] = "a";
        _bench.Shelf.Fails = _ => new ImageFetchException("not an address of the public internet", isTransient: false);
        await _bench.SyncLines(ImageBench.Line(1, "http://x/a.png"));
        _bench.Shelf.Fails = _ => null;
        await _bench.Enrich();
        _bench.Shelf.Requests.ShouldBe(1);
        _bench.Definition = _bench.Definition with { Images = new ImageSettings { AllowedHosts = ["x"] } };
        await _bench.Enrich();
        (_bench.Shelf.Requests, (await _bench.Tags())["1"]).ShouldBe((2, "a v1"));
    }

    [Fact]
    public async Task A_tagger_that_is_down_when_its_version_changes_takes_no_tags()
    {
        _bench.Shelf["http://x/a.png"] = "a";
        await _bench.SyncLines(ImageBench.Line(1, "http://x/a.png"));
        (_bench.Tagger.Version, _bench.Tagger.Fails) = ("2", "the model is down");
        (await _bench.Enrich()).Images!.Owed.ShouldBe(1);
        (await _bench.Tags())["1"].ShouldBe("a v1");
        _bench.Tagger.Fails = null;
        await _bench.Enrich();
        (await _bench.Tags())["1"].ShouldBe("a v2");
    }

    [Fact]
    public async Task Without_a_decoder_pictures_are_fetched_once_and_their_decoding_is_owed()
    {
        _bench.Shelf["http://x/a.png"] = "a";
        _bench.Shelf["http://x/b.png"] = "broken";
        _bench.Shelf.CannotDecode = true;
        string[] feed = [ImageBench.Line(1, "http://x/a.png"), ImageBench.Line(2, "http://x/b.png")];
        (await _bench.SyncLines(feed)).Images!.Owed.ShouldBe(2);
        (await _bench.SyncLines(feed)).Images!.Owed.ShouldBe(2);
        _bench.Shelf.CannotDecode = false;
        (await _bench.SyncLines(feed)).Images!.Owed.ShouldBe(0);
        _bench.Shelf.Requests.ShouldBe(2);
        (await _bench.Tags()).ShouldBe(new Dictionary<string, string> { ["1"] = "a v1", ["2"] = "" });
        (await _bench.Failing()).ShouldHaveSingleItem().IsTransient.ShouldBeFalse();
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
    public async Task A_failure_told_in_other_words_writes_nothing()
    {
        var tries = 0;
        _bench.Shelf.Fails = _ => new ImageFetchException($"503, try {tries++}", isTransient: true);
        await _bench.SyncLines(ImageBench.Line(1, "http://x/a.png"));
        (await _bench.Enrich()).Images!.Rewritten.ShouldBe(0);
        (await _bench.Document("1")).GetProperty("photo_pictures")[0].GetProperty("error").GetString().ShouldBe("unavailable");
    }

    [Fact]
    public async Task A_host_that_stays_away_is_asked_less_often()
    {
        _bench.Shelf.Fails = _ => new ImageFetchException("503", isTransient: true);
        await _bench.SyncLines(ImageBench.Line(1, "http://x/a.png"));
        for (var run = 0; run < 40; run++)
            await _bench.Enrich();
        _bench.Shelf.Requests.ShouldBeInRange(5, 20);
        _bench.Shelf.Fails = _ => null;
        _bench.Shelf["http://x/a.png"] = "a";
        _bench.Time.Advance(TimeSpan.FromHours(6));
        await _bench.Enrich();
        (await _bench.Tags())["1"].ShouldBe("a v1");
    }

    [Fact]
    public async Task A_write_that_the_index_refused_leaves_the_document_that_is_there_looked_after()
    {
        _bench.Definition = Revalidating(TimeSpan.Zero);
        _bench.Shelf["http://x/a.png"] = "a";
        _bench.Shelf["http://x/b.png"] = "b";
        await _bench.SyncLines(ImageBench.Line(1, "http://x/a.png"));
        _bench.Index.Refuses = _ => true;
        (await _bench.SyncLines(ImageBench.Line(1, "http://x/b.png"))).Rejected.ShouldBe(1);
        _bench.Index.Refuses = _ => false;
        _bench.Shelf["http://x/a.png"] = "c";
        await _bench.Enrich();
        (await _bench.Tags())["1"].ShouldBe("c v1");
        (await _bench.Standing()).Documents.ShouldBe(new ImageTotals(1, 0, 0));
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
    public async Task What_came_before_a_run_was_stopped_is_not_fetched_again()
    {
        for (var i = 0; i < 20; i++)
            _bench.Shelf[$"http://x/{i}.png"] = $"pixels {i}";
        using var stop = new CancellationTokenSource();
        _bench.Shelf.During = async (location, cancelled) =>
        {
            if (location != "http://x/19.png")
                return;
            while (_bench.Shelf.Decoded < 19)
                await Task.Delay(5, cancelled);
            await stop.CancelAsync();
            await Task.Delay(Timeout.Infinite, cancelled);
        };
        string[] feed = [.. Enumerable.Range(0, 20).Select(i => ImageBench.Line(i, $"http://x/{i}.png"))];
        (await _bench.Sync.RunAsync(_bench.Definition, new SyncOptions { FeedPath = _bench.FileOf(feed) }, null, stop.Token)).State.ShouldBe(RunState.Stopped);
        _bench.Shelf.During = (_, _) => Task.CompletedTask;
        _bench.Shelf.ForgetCounts();
        (await _bench.SyncLines(feed)).State.ShouldBe(RunState.Done);
        _bench.Shelf.Requests.ShouldBeInRange(1, 2);
        (await _bench.Tags())["19"].ShouldBe("pixels 19 v1");
    }

    [Fact]
    public async Task A_picture_store_that_was_deleted_is_filled_again()
    {
        _bench.Definition = Revalidating(TimeSpan.Zero);
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
        _bench.Definition = Revalidating(TimeSpan.Zero);
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

    private CatalogDefinition Revalidating(TimeSpan interval) => _bench.Definition with
    {
        Fields = [.. _bench.Definition.Fields.Select(field => field.Type == FieldType.Image ? field with { Revalidate = interval } : field)],
    };
}
