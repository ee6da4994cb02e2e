using Reshelve.Catalogs;
using Reshelve.Enriching;
using Reshelve.Running;
using Reshelve.Searching;
using Reshelve.Tests.Syncing;

namespace Reshelve.Tests.Enriching;

/// <summary>What cannot be had, decoded, tagged or written, and runs that are cut short.</summary>
public sealed class PictureFailureTests : IAsyncDisposable
{
    private readonly ImageBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

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
        _bench.Definition = _bench.Revalidating(TimeSpan.Zero);
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
    public async Task A_run_that_is_interrupted_at_any_call_is_followed_by_one_that_ends_as_a_fresh_one()
    {
        string[] Feed(int changed) => [.. Enumerable.Range(0, 250).Select(i => ImageBench.Line(i, $"http://x/{(i < changed ? i + 1000 : i)}.png"))];
        for (var i = 0; i < 1250; i++)
            _bench.Shelf[$"http://x/{i}.png"] = $"pixels {i}";
        await using var fresh = new ImageBench { Definition = _bench.Revalidating(TimeSpan.Zero) };
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
    public async Task A_page_in_the_place_of_a_picture_does_not_take_its_tags()
    {
        _bench.Definition = _bench.Revalidating(TimeSpan.Zero);
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
        _bench.Definition = _bench.Revalidating(TimeSpan.Zero);
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
}
