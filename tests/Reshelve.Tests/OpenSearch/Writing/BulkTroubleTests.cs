using Reshelve.Feeds;
using Reshelve.OpenSearch.Writing;
using Reshelve.Tests.OpenSearch.Connection;
using static Reshelve.Tests.OpenSearch.Writing.Batches;

namespace Reshelve.Tests.OpenSearch.Writing;

public sealed class BulkTroubleTests : IAsyncDisposable
{
    private readonly WriterFixture _fixture = new();

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task Rejected_items_alone_are_sent_again_after_a_wait()
    {
        var rejections = 3;
        _fixture.Server.Item = id => id is "d3" && rejections-- > 0 ? BulkServer.Error(429, "es_rejected_execution_exception", "rejected execution") : null;

        (await _fixture.WriteAsync(Adds(5))).ShouldAllBe(result => result.Acknowledged);

        _fixture.Server.Bulks.Select(BulkServer.Count).ShouldBe([5, 1, 1, 1]);
        _fixture.Time.Waits.Count.ShouldBeGreaterThanOrEqualTo(3);
        _fixture.Writer.Figures.Rejections.ShouldBe(3);
        _fixture.Writer.Figures.Retries.ShouldBe(3);
    }

    [Fact]
    public async Task An_item_that_the_server_fails_at_again_and_again_is_refused()
    {
        _fixture.Server.Item = id => id == "d3" ? BulkServer.Error(500, "null_pointer_exception", "oops") : null;

        var results = await _fixture.WriteAsync(Adds(5));

        results[3].Error!.ShouldContain("oops");
        results.Count(result => result.Acknowledged).ShouldBe(4);
        _fixture.Server.Bulks.Count.ShouldBe(5);
    }

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task A_request_that_is_rejected_whole_is_sent_again(int status)
    {
        var rejections = 2;
        _fixture.Server.Before = _ => rejections-- > 0 ? Reply.Of(status, "<html>busy") : null;

        (await _fixture.WriteAsync(Adds(5))).ShouldAllBe(result => result.Acknowledged);

        _fixture.Server.Bulks.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_request_whose_answer_is_lost_is_sent_again()
    {
        var losses = 2;
        _fixture.Server.After = reply => losses-- > 0 ? reply with { BodyBytesSent = 5 } : reply;

        (await _fixture.WriteAsync([Add("a"), Remove("b")])).ShouldAllBe(result => result.Acknowledged);

        _fixture.Server.Documents.Keys.ShouldBe(["a"]);
        _fixture.Server.Bulks.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_writer_that_was_suspended_waits_until_it_is_told_that_its_catalog_is_another_s()
    {
        var time = new HandClock();
        await using var server = new BulkServer();
        server.Gate = () =>
        {
            time.Advance(TimeSpan.FromHours(1));
            return Task.CompletedTask;
        };
        var settings = Clusters.Settings(server.Http) with { Timeout = TimeSpan.FromHours(9), Readers = new() { Watch = false }, Limits = new() { Requests = 1, RequestBytes = 200 } };
        await using var client = Clusters.Client(settings, time);
        await using var writer = new BulkWriter(client, time);
        using var lost = new CancellationTokenSource();

        var writing = writer.WriteAsync("shop_1.w", Adds(20), 1, lost.Token);
        while (!writing.IsCompleted && time.CountWaits(atMost: TimeSpan.FromMinutes(1)) == 0)
            await Task.Delay(1);
        await lost.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(writing);
        server.Bulks.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_full_disk_is_waited_for_and_then_named()
    {
        _fixture.Settings = _fixture.Settings with { Patience = TimeSpan.FromMinutes(3) };
        _fixture.Server.Item = _ => BulkServer.Error(429, "cluster_block_exception", "index [shop_1] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark, index has read-only-allow-delete block];");

        var error = await Should.ThrowAsync<ReshelveException>(_fixture.WriteAsync(Adds(5)));

        error.Message.ShouldContain("disk is full");
        error.Message.ShouldContain("shop_1.w");
        _fixture.Server.Bulks.Count.ShouldBeInRange(4, 40);
    }

    [Theory]
    [InlineData(404, "index_not_found_exception", "no such index [x] and [require_alias] request flag is [true]", "--rebuild")]
    [InlineData(403, "cluster_block_exception", "index [x] blocked by: [FORBIDDEN/8/index write (api)];", "index.blocks.write")]
    [InlineData(403, "security_exception", "action [indices:data/write/bulk[s]] is unauthorized", "privilege")]
    [InlineData(400, "index_closed_exception", "closed", "--rebuild")]
    public async Task What_concerns_the_index_fails_the_whole_call(int status, string type, string reason, string expected)
    {
        _fixture.Server.Item = _ => BulkServer.Error(status, type, reason);

        var error = await Should.ThrowAsync<ReshelveException>(_fixture.WriteAsync(Adds(5)));

        error.Message.ShouldContain(reason);
        error.Message.ShouldContain(expected);
        _fixture.Server.Bulks.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Removals_alone_do_not_make_an_index_that_is_gone()
    {
        await _fixture.WriteAsync([Remove("a"), Remove("b")]);
        _fixture.Server.Bulks[0].Text.ShouldEndWith("\n{\"update\":{\"_id\":\"reshelve.guard\"}}\n{\"doc\":{}}\n");

        _fixture.Server.Item = id => id == "reshelve.guard" ? BulkServer.Error(404, "index_not_found_exception", "no such index [x]") : """{"status":404}""";

        (await Should.ThrowAsync<ReshelveException>(_fixture.WriteAsync([Remove("a")]))).Message.ShouldContain("--rebuild");
    }

    [Theory]
    [InlineData("""{"errors":false,"items":[{"index":{"status":201}}]}""")]
    [InlineData("""{"errors":false}""")]
    [InlineData("<html>Welcome</html>")]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"errors":false,"items":[{"index":{"status":201}},""")]
    public async Task An_answer_that_does_not_fit_the_request_is_an_error_of_the_whole_call(string answer)
    {
        _fixture.Server.Before = _ => Reply.Ok(answer);

        (await Should.ThrowAsync<ReshelveException>(_fixture.WriteAsync(Adds(2)))).Message.ShouldContain("'urls'");
    }

    [Fact]
    public async Task A_request_that_is_too_large_is_halved_and_the_next_ones_are_smaller()
    {
        _fixture.Server.Before = request => request.Body.Length > 300_000 ? Reply.Of(413, "") : null;

        (await _fixture.WriteAsync(Adds(1000, 2000))).ShouldAllBe(result => result.Acknowledged);
        var refused = _fixture.Server.Bulks.Count(bulk => bulk.Body.Length > 300_000);
        await _fixture.WriteAsync(Adds(1000, 2000), sequence: 2);

        _fixture.Server.Documents.Count.ShouldBe(1000);
        _fixture.Writer.Figures.Splits.ShouldBeGreaterThan(2);
        (_fixture.Server.Bulks.Count(bulk => bulk.Body.Length > 300_000) - refused).ShouldBeLessThanOrEqualTo(2);
    }

    [Fact]
    public async Task A_document_that_is_too_large_alone_is_refused()
    {
        _fixture.Server.Before = request => request.Text.Contains("\"d7\"", StringComparison.Ordinal) ? Reply.Of(413, "too large") : null;

        var results = await _fixture.WriteAsync(Adds(10));

        results.Where(result => !result.Acknowledged).Select(result => result.Id).ShouldBe(["d7"]);
        results[7].Error!.ShouldContain("413");
    }

    [Fact]
    public async Task A_connection_that_breaks_under_a_large_request_makes_it_smaller()
    {
        _fixture.Server.Before = request => request.Body.Length > 1_500_000 ? Reply.Closed : null;

        (await _fixture.WriteAsync(Adds(1000, 4000))).ShouldAllBe(result => result.Acknowledged);

        _fixture.Server.Documents.Count.ShouldBe(1000);
    }

    [Fact]
    public async Task The_culprit_for_which_a_request_is_refused_whole_is_found()
    {
        _fixture.Server.Before = request => request.Text.Contains("\"d13\"", StringComparison.Ordinal)
            ? Reply.Of(400, """{"error":{"type":"action_request_validation_exception","reason":"Validation Failed: 1: bad;"},"status":400}""")
            : null;

        var results = await _fixture.WriteAsync(Adds(100));

        results.Where(result => !result.Acknowledged).Select(result => result.Id).ShouldBe(["d13"]);
        results[13].Error!.ShouldContain("Validation Failed");
        _fixture.Server.Bulks.Count.ShouldBeLessThan(20);
    }

    [Fact]
    public async Task A_server_that_refuses_everything_is_not_asked_about_each_document()
    {
        _fixture.Server.Before = _ => Reply.Of(400, """{"error":{"type":"illegal_argument_exception","reason":"unrecognized parameter: [require_alias]"},"status":400}""");

        (await Should.ThrowAsync<ReshelveException>(_fixture.WriteAsync(Adds(1000)))).Message.ShouldContain("unrecognized parameter");

        _fixture.Server.Bulks.Count.ShouldBeLessThan(60);
    }

    [Fact]
    public async Task Patience_ends_when_nothing_at_all_is_acknowledged()
    {
        _fixture.Settings = _fixture.Settings with { Patience = TimeSpan.FromMinutes(4) };
        _fixture.Server.Before = _ => Reply.Of(503, """{"error":"not yet"}""");

        var error = await Should.ThrowAsync<ReshelveException>(_fixture.WriteAsync(Adds(5000)));

        error.Message.ShouldContain("not yet");
        error.Message.ShouldContain("patience");
        _fixture.Server.Bulks.Count.ShouldBeLessThan(60);
    }

    [Fact]
    public async Task A_write_that_waits_for_an_overloaded_cluster_can_be_ended()
    {
        using var end = new CancellationTokenSource();
        _fixture.Server.Before = _ =>
        {
            end.Cancel();
            return Reply.Of(429, "");
        };

        await Should.ThrowAsync<OperationCanceledException>(_fixture.WriteAsync(Adds(5), cancellationToken: end.Token));

        _fixture.Server.Bulks.Count.ShouldBe(1);
    }
}
