using Reshelve.Catalogs;
using Reshelve.Enriching;
using Reshelve.Feeds;
using Reshelve.Images.Tagging;
using Reshelve.Tests.Feeds.Sources;

namespace Reshelve.Tests.Images.Tagging;

public sealed class HttpTaggerTests
{
    private readonly TaggerBench _bench = new();

    [Fact]
    public async Task A_batch_is_sent_and_answered_by_the_contract()
    {
        await using var server = new FaultyServer((request, _) => TaggerBench.Red(request));
        var tagger = _bench.Http(server, s => s with { Batch = 3, Tags = ["red", "blue"] });

        var results = await tagger.TagAsync(TaggerBench.Pictures(3), default);

        results.Count.ShouldBe(3);
        results.ShouldAllBe(r => r.Tags!.Single() == new Tag("red", 0.9));
        tagger.BatchSize.ShouldBe(3);
        var request = server.Requests.Single();
        (request.Method, request.Target, request["Content-Type"]).ShouldBe(("POST", "/tag", "application/json"));
        TaggerBench.Text(request).ShouldContain("\"tags\":[\"red\",\"blue\"]");
        TaggerBench.Text(request).ShouldContain($"\"format\":\"png\",\"width\":4,\"height\":3,\"data\":\"{Convert.ToBase64String(new byte[] { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 })}\"");
        TaggerSchema.Check("request", request.Body);
        TaggerSchema.Check("answer", TaggerBench.Red(request).Body);
    }

    [Fact]
    public async Task Every_picture_has_its_own_result_whatever_the_order()
    {
        await using var server = new FaultyServer((request, _) =>
        {
            var ids = TaggerBench.Ids(request);
            return Reply.Feed($$"""
                {"pictures":[{"id":"{{ids[2]}}","error":"too dark","retry":true},{"id":"{{ids[1]}}","error":"no picture"},{"id":"unknown","tags":[]},
                {"id":"{{ids[0]}}","tags":[{"name":"red"},"round",{"name":"big","score":0.25}]},{"id":"{{ids[4]}}","tags":17}]}
                """);
        });

        var results = await _bench.Http(server).TagAsync(TaggerBench.Pictures(5), default);

        results[0].Tags.ShouldBe([new Tag("red", 1), new Tag("round", 1), new Tag("big", 0.25)]);
        (results[1].Tags, results[1].IsTransient).ShouldBe((null, false));
        results[1].Error!.ShouldContain("says of this picture: no picture.");
        (results[2].Tags, results[2].IsTransient).ShouldBe((null, true));
        results[3].Error!.ShouldContain("left this picture out");
        results[4].Error!.ShouldContain("could be understood");
        results.Skip(3).ShouldAllBe(r => r.IsTransient);
        results.Skip(3).Count().ShouldBe(2);
    }

    [Fact]
    public async Task Tags_are_cleaned_and_bounded()
    {
        var many = string.Join(",", Enumerable.Range(0, 300).Select(i => $$"""{"name":"t{{i:000}}","score":0.5}"""));
        var entry = $$"""
            {"id":"#","tags":[{"name":" a\u0000\u001b[31m \n b\u202e ","score":1},{"name":"A [31M B","score":0.1},{"name":"{{new string('x', 201)}}"},{"name":""},
            {"name":"nan","score":"NaN"},{"name":"huge","score":1e999},{"name":"low","score":-3},{{many}}]}
            """;
        await using var server = new FaultyServer(TaggerBench.Saying(entry));

        var tags = (await TaggerBench.OneAsync(_bench.Http(server))).Tags!;

        tags.Count.ShouldBe(200);
        tags[0].ShouldBe(new Tag("a [31m b", 1));
        tags[1].ShouldBe(new Tag("huge", 1));
        tags[2].ShouldBe(new Tag("t000", 0.5));
    }

    [Fact]
    public async Task Only_tags_of_the_closed_list_and_above_the_least_score_come()
    {
        await using var server = new FaultyServer(TaggerBench.Saying("""{"id":"#","tags":[{"name":"RED","score":0.9},{"name":"green","score":0.9},{"name":"Blue","score":0.2}]}"""));

        var tags = (await TaggerBench.OneAsync(_bench.Http(server, s => s with { Tags = ["Red", "Blue"], LeastScore = 0.5 }))).Tags;

        tags.ShouldBe([new Tag("Red", 0.9)]);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("<html>")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"pictures\":{}}")]
    [InlineData("{\"tagger_contract\":2,\"pictures\":[]}")]
    [InlineData("{\"pictures\":[{\"id\":\"\\ud800\"}]}")]
    [InlineData("{\"error\":\"out of memory\"}")]
    public async Task Garbage_is_a_debt_and_the_tagger_may_recover(string garbage)
    {
        await using var server = new FaultyServer((request, n) => n <= 5 ? Reply.Feed(garbage) : TaggerBench.Red(request));
        var tagger = _bench.Http(server);

        var first = await TaggerBench.OneAsync(tagger);
        var second = await TaggerBench.OneAsync(_bench.Http(server));

        (first.Tags, first.IsTransient).ShouldBe((null, true));
        first.Error!.ShouldContain("could not be understood");
        second.Tags!.Single().Name.ShouldBe("red");
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_tagger_that_fails_is_tried_again_and_waits_grow(int status)
    {
        await using var server = new FaultyServer((request, n) => n <= 2 ? Reply.Of(status) : TaggerBench.Red(request));

        (await TaggerBench.OneAsync(_bench.Http(server))).Tags!.Count.ShouldBe(1);

        server.Requests.Count.ShouldBe(3);
        _bench.Time.Waits.Count.ShouldBe(2);
        _bench.Time.Waits[0].TotalSeconds.ShouldBeInRange(0.5, 1);
        _bench.Time.Waits[1].TotalSeconds.ShouldBeInRange(1, 2);
    }

    [Fact]
    public async Task The_wait_that_a_tagger_asks_for_is_kept_within_reason()
    {
        await using var server = new FaultyServer((request, n) => n switch
        {
            1 => Reply.Of(429, ("Retry-After", "7")), 2 => TaggerBench.Red(request), _ => Reply.Of(429, ("Retry-After", "86400")),
        });
        var tagger = _bench.Http(server);

        (await TaggerBench.OneAsync(tagger)).Tags!.Count.ShouldBe(1);
        _bench.Time.Waits.ShouldBe([TimeSpan.FromSeconds(7)]);
        (await TaggerBench.OneAsync(tagger)).IsTransient.ShouldBeTrue();
        server.Requests.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_tagger_that_hangs_is_given_up_and_its_pictures_are_owed()
    {
        await using var server = FaultyServer.Replying(Reply.Feed("{}") with { StallAfter = 1 });

        var tagging = TaggerBench.OneAsync(_bench.Http(server, s => s with { Retries = 0 }));
        while (server.Requests.Count == 0)
            await Task.Delay(1);
        _bench.Time.Advance(TaggerBench.LongTimeout);

        var result = await tagging;
        result.IsTransient.ShouldBeTrue();
        result.Error!.ShouldContain("did not answer within 600 s");
    }

    [Fact]
    public async Task An_answer_without_end_is_refused()
    {
        await using var server = FaultyServer.Replying(new Reply { Body = new byte[(8 << 20) + 1], UntilClose = true });

        var result = await TaggerBench.OneAsync(_bench.Http(server, s => s with { Retries = 0 }));

        (result.IsTransient, result.Error!.Contains("more than 8 MiB", StringComparison.Ordinal)).ShouldBe((true, true));
    }

    [Fact]
    public async Task A_tagger_that_keeps_failing_is_left_alone_until_one_call_finds_it_back()
    {
        var isDown = true;
        await using var server = new FaultyServer((request, _) => isDown ? Reply.Of(500) : TaggerBench.Red(request));
        var tagger = _bench.Http(server);
        while (!(await TaggerBench.OneAsync(tagger)).Error!.Contains("failed too often", StringComparison.Ordinal))
            server.Requests.Count.ShouldBeLessThan(20);
        var asked = server.Requests.Count;

        for (var i = 0; i < 20; i++)
            (await TaggerBench.OneAsync(tagger)).IsTransient.ShouldBeTrue();
        server.Requests.Count.ShouldBe(asked);

        isDown = false;
        _bench.Time.Advance(TimeSpan.FromSeconds(30));
        (await TaggerBench.OneAsync(tagger)).Tags!.Count.ShouldBe(1);
        (await TaggerBench.OneAsync(tagger)).Tags!.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(413)]
    [InlineData(415)]
    [InlineData(422)]
    public async Task A_picture_that_is_refused_costs_no_other_its_tags(int status)
    {
        var culprit = TaggerBench.Picture(5).Sha256;
        await using var server = new FaultyServer((request, _) =>
            TaggerBench.Ids(request).Contains(culprit) ? Reply.Feed("{\"error\":{\"message\":\"cannot read it\"}}") with { Status = status } : TaggerBench.Red(request));

        var results = await _bench.Http(server).TagAsync(TaggerBench.Pictures(8), default);

        results.Where((_, i) => i != 4).ShouldAllBe(r => r.Tags != null);
        (results[4].Tags, results[4].IsTransient).ShouldBe((null, false));
        results[4].Error!.ShouldContain($"answered {status} (As Told): cannot read it.");
    }

    [Fact]
    public async Task A_tagger_that_refuses_everything_is_to_blame_and_not_the_pictures()
    {
        await using var server = FaultyServer.Replying(Reply.Of(400));
        var tagger = _bench.Http(server);

        (await tagger.TagAsync(TaggerBench.Pictures(4), default)).ShouldAllBe(r => r.IsTransient);
        server.Requests.Count.ShouldBe(7);
        (await tagger.TagAsync(TaggerBench.Pictures(4), default)).ShouldAllBe(r => r.IsTransient);
        server.Requests.Count.ShouldBe(8);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(302)]
    public async Task A_tagger_that_is_not_called_as_it_should_be_owes_its_tags(int status)
    {
        _bench.Environment["KEY"] = "sesame-1234";
        await using var server = FaultyServer.Replying(Reply.Feed("{\"error\":\"wrong key sesame-1234\"}") with { Status = status, Headers = [("Location", "/elsewhere")] });

        var result = await TaggerBench.OneAsync(_bench.Http(server, s => s with { KeyFrom = "KEY" }));

        result.IsTransient.ShouldBeTrue();
        result.Error!.ShouldNotContain("sesame");
        server.Requests.Count.ShouldBe(1);
        server.Requests[0]["Authorization"].ShouldBe("Bearer sesame-1234");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("line\nbreak")]
    public async Task A_key_that_is_missing_or_broken_is_said_without_it_and_the_tags_are_owed(string? key)
    {
        if (key is not null)
            _bench.Environment["KEY"] = key;
        await using var server = FaultyServer.Replying(Reply.Of(200));

        var result = (await _bench.Http(server, s => s with { KeyFrom = "KEY" }).TagAsync(TaggerBench.Pictures(1), default)).ShouldHaveSingleItem();

        result.IsTransient.ShouldBeTrue();
        result.Error!.ShouldContain("environment variable KEY");
        if (key is { Length: > 0 })
            result.Error!.ShouldNotContain(key);
    }

    [Fact]
    public async Task Large_pictures_go_in_several_requests_and_one_that_cannot_be_read_is_owed()
    {
        await using var server = new FaultyServer((request, _) => TaggerBench.Red(request));
        var broken = TaggerBench.Picture(9) with { Bytes = _ => throw new IOException("disk") };

        var results = await _bench.Http(server).TagAsync([.. TaggerBench.Pictures(4, bytes: 7 << 20), broken], default);

        results.Take(4).ShouldAllBe(r => r.Tags != null);
        (results[4].IsTransient, results[4].Error!.Contains("disk", StringComparison.Ordinal)).ShouldBe((true, true));
        server.Requests.Select(r => TaggerBench.Ids(r).Count).ShouldBe([2, 2]);
    }

    [Fact]
    public async Task Calls_keep_to_the_rate()
    {
        await using var server = new FaultyServer((request, _) => TaggerBench.Red(request));
        var tagger = _bench.Http(server, s => s with { Rate = 0.5 });

        for (var i = 0; i < 4; i++)
            await TaggerBench.OneAsync(tagger);

        _bench.Time.Waits.ShouldBe(Enumerable.Repeat(TimeSpan.FromSeconds(2), 3));
    }

    [Fact]
    public async Task No_more_calls_than_allowed_are_made_at_a_time()
    {
        var (inside, most) = (0, 0);
        await using var server = new FaultyServer((request, _) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref inside));
            Thread.Sleep(2);
            Interlocked.Decrement(ref inside);
            return TaggerBench.Red(request);
        });
        var tagger = _bench.Http(server, s => s with { Concurrency = 2 });

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => TaggerBench.OneAsync(tagger)));

        most.ShouldBeLessThanOrEqualTo(2);
    }

    [Fact]
    public async Task Cancelling_ends_it()
    {
        using var stop = new CancellationTokenSource();
        await using var server = FaultyServer.Replying(new Reply { Mute = true });

        var tagging = _bench.Http(server).TagAsync(TaggerBench.Pictures(1), stop.Token);
        while (server.Requests.Count == 0)
            await Task.Delay(1);
        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(tagging);
    }

    [Fact]
    public void What_decides_which_tags_come_decides_name_and_version()
    {
        var settings = new TaggerSettings { Kind = TaggerKind.Http, Url = new Uri("https://user:secret@models.example/tag?model=a&token=secret"), Version = "3" };
        var tagger = _bench.Tagger(settings);

        tagger.Version.ShouldBe("3");
        tagger.Name.ShouldStartWith("http:models.example:443/tag?");
        tagger.Name.ShouldNotContain("secret");
        _bench.Tagger(settings with { Url = new Uri("https://models.example/tag?model=b") }).Name.ShouldNotBe(tagger.Name);
        _bench.Tagger(settings with { Tags = ["a"] }).Version.ShouldNotBe("3");
        _bench.Tagger(settings with { Timeout = TimeSpan.FromSeconds(1), Concurrency = 9 }).Version.ShouldBe("3");
    }

    [Fact]
    public void A_tagger_without_an_address_is_refused()
    {
        Should.Throw<ReshelveException>(() => _bench.Tagger(new TaggerSettings { Kind = TaggerKind.Http })).Message.ShouldContain("images.tagger.url");
        Should.Throw<ReshelveException>(() => _bench.Tagger(new TaggerSettings { Kind = TaggerKind.OpenAi, Url = new Uri("http://a/") }))
            .Message.ShouldContain("images.tagger.model");
        Taggers.Create(new TaggerSettings { Kind = TaggerKind.None }, _bench.Time, _ => null, _ => throw new InvalidOperationException()).ShouldBeNull();
    }
}
