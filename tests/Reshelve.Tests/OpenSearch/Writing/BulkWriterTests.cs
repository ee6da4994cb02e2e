using System.Text;
using Reshelve.Catalogs;
using Reshelve.Feeds;
using Reshelve.Indexing;
using Reshelve.OpenSearch.Connection;
using Reshelve.OpenSearch.Writing;
using Reshelve.Planning;
using Reshelve.Tests.Images;
using Reshelve.Tests.OpenSearch.Connection;
using static Reshelve.Tests.OpenSearch.Writing.Batches;

namespace Reshelve.Tests.OpenSearch.Writing;

public sealed class BulkWriterTests : IAsyncLifetime
{
    private readonly BulkServer _server = new();
    private readonly SteppedTime _time = Clusters.Clock();
    private ClusterSettings _settings = new();
    private ClusterClient? _client;
    private BulkWriter? _writer;

    public ValueTask InitializeAsync()
    {
        _settings = Clusters.Settings(_server.Http);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (_writer is not null)
            await _writer.DisposeAsync();
        if (_client is not null)
            await _client.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_batch_becomes_the_lines_that_the_server_reads()
    {
        var results = await WriteAsync([Add("a\"b\\\n", "{\"t\":\"x\"}"), new Change(ChangeKind.Patch, "ü", "{}"u8.ToArray()), Remove("c")], sequence: 41);

        results.ShouldBe([new ItemResult("a\"b\\\n", null), new ItemResult("ü", null), new ItemResult("c", null)]);
        var request = _server.Bulks.Single();
        request.Method.ShouldBe("POST");
        request.Path.ShouldBe("/shop_1.w/_bulk?require_alias=true&filter_path=errors,items.*.status,items.*.error");
        request.Header("Content-Type").ShouldBe("application/x-ndjson");
        request.Text.Split('\n').ShouldBe([
            """{"index":{"_id":"a\u0022b\u005c\u000a","version":41,"version_type":"external_gte"}}""",
            """{"reshelve_id":"a\u0022b\u005c\u000a","t":"x"}""",
            """{"index":{"_id":"ü","version":41,"version_type":"external_gte"}}""",
            """{"reshelve_id":"ü"}""",
            """{"delete":{"_id":"c","version":41,"version_type":"external_gte"}}""",
            ""]);
    }

    [Fact]
    public async Task Nothing_is_sent_for_an_empty_batch()
    {
        (await WriteAsync([])).ShouldBeEmpty();

        _server.Http.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_late_write_of_an_older_run_is_without_effect_and_acknowledged()
    {
        await WriteAsync([Add("a", "{\"t\":\"new\"}"), Remove("b")], sequence: 2);

        (await WriteAsync([Add("a", "{\"t\":\"old\"}"), Add("b")], sequence: 1)).ShouldAllBe(result => result.Acknowledged);

        _server.Documents.ShouldBe(new Dictionary<string, string> { ["a"] = Spliced("a", "{\"t\":\"new\"}") });
    }

    [Fact]
    public async Task A_large_batch_is_cut_by_bytes()
    {
        _settings = _settings with { Limits = new WriteLimits { RequestBytes = 10_000, Requests = 3 } };

        (await WriteAsync([.. Adds(300, 200), Add("giant", $"{{\"t\":\"{new string('x', 50_000)}\"}}")])).ShouldAllBe(result => result.Acknowledged);

        _server.Documents.Count.ShouldBe(301);
        _server.Bulks.Where(bulk => bulk.Body.Length > 10_000).ShouldHaveSingleItem();
        _server.Bulks.Sum(BulkServer.Count).ShouldBe(301);
        _server.Bulks.Count.ShouldBeInRange(9, 14);
    }

    [Fact]
    public async Task A_large_batch_is_cut_by_count()
    {
        await WriteAsync(Adds(4500));

        _server.Bulks.Select(BulkServer.Count).Order().ShouldBe([500, 2000, 2000]);
    }

    [Fact]
    public async Task What_cannot_be_sent_is_refused_without_being_sent()
    {
        var results = await WriteAsync([Add(""), Add(new string('ü', 257)), Add("\ud800"), Add("list", "[1]"), Add("empty", " "), Add(new string('ü', 256)), Remove(new string('i', 513))]);

        results.Select(result => result.Acknowledged).ShouldBe([false, false, false, false, false, true, false]);
        results[1].Error!.ShouldContain("512");
        results[2].Error!.ShouldContain("surrogate");
        results[3].Error!.ShouldContain("object");
        results[4].Error!.ShouldContain("JSON");
        _server.Bulks.Sum(BulkServer.Count).ShouldBe(1);
    }

    [Fact]
    public async Task Refused_documents_are_told_why_and_the_others_are_written()
    {
        _server.Item = id => id switch
        {
            "d1" => BulkServer.Error(400, "mapper_parsing_exception", "failed to parse field [price] of type [double] in document with id 'd1'", "For input string: \"cheap\""),
            "d2" => """{"status":400,"error":{"type":"document_parsing_exception","reason":"[1:3] failed to parse","caused_by":{"type":"x_content_parse_exception","reason":"[1:3] Unexpected end"}}}""",
            "d3" => BulkServer.Error(400, "mapper_parsing_exception", "failed to parse", "Malformed content, found extra data after parsing: START_OBJECT"),
            _ => null,
        };

        var results = await WriteAsync(Adds(5));

        results.Select(result => result.Acknowledged).ShouldBe([true, false, false, false, true]);
        results[1].Error!.ShouldContain("[price]");
        results[1].Error!.ShouldContain("cheap");
        results[2].Error!.ShouldContain("JSON");
        results[3].Error!.ShouldContain("JSON");
        _writer!.Figures.Documents.ShouldBe(2);
    }

    [Fact]
    public async Task Rejected_items_alone_are_sent_again_after_a_wait()
    {
        var rejections = 3;
        _server.Item = id => id is "d3" && rejections-- > 0 ? BulkServer.Error(429, "es_rejected_execution_exception", "rejected execution") : null;

        (await WriteAsync(Adds(5))).ShouldAllBe(result => result.Acknowledged);

        _server.Bulks.Select(BulkServer.Count).ShouldBe([5, 1, 1, 1]);
        _time.Waits.Count.ShouldBeGreaterThanOrEqualTo(3);
        _writer!.Figures.Rejections.ShouldBe(3);
        _writer.Figures.Retries.ShouldBe(3);
    }

    [Fact]
    public async Task An_item_that_the_server_fails_at_again_and_again_is_refused()
    {
        _server.Item = id => id == "d3" ? BulkServer.Error(500, "null_pointer_exception", "oops") : null;

        var results = await WriteAsync(Adds(5));

        results[3].Error!.ShouldContain("oops");
        results.Count(result => result.Acknowledged).ShouldBe(4);
        _server.Bulks.Count.ShouldBe(5);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task A_request_that_is_rejected_whole_is_sent_again(int status)
    {
        var rejections = 2;
        _server.Before = _ => rejections-- > 0 ? Reply.Of(status, "<html>busy") : null;

        (await WriteAsync(Adds(5))).ShouldAllBe(result => result.Acknowledged);

        _server.Bulks.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_request_whose_answer_is_lost_is_sent_again()
    {
        var losses = 2;
        _server.After = reply => losses-- > 0 ? reply with { BodyBytesSent = 5 } : reply;

        (await WriteAsync([Add("a"), Remove("b")])).ShouldAllBe(result => result.Acknowledged);

        _server.Documents.Keys.ShouldBe(["a"]);
        _server.Bulks.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_full_disk_is_waited_for_and_then_named()
    {
        _settings = _settings with { Patience = TimeSpan.FromMinutes(3) };
        _server.Item = _ => BulkServer.Error(429, "cluster_block_exception", "index [shop_1] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark, index has read-only-allow-delete block];");

        var error = await Should.ThrowAsync<ReshelveException>(WriteAsync(Adds(5)));

        error.Message.ShouldContain("disk is full");
        error.Message.ShouldContain("shop_1.w");
        _server.Bulks.Count.ShouldBeInRange(4, 40);
    }

    [Theory]
    [InlineData(404, "index_not_found_exception", "no such index [x] and [require_alias] request flag is [true]", "--rebuild")]
    [InlineData(403, "cluster_block_exception", "index [x] blocked by: [FORBIDDEN/8/index write (api)];", "index.blocks.write")]
    [InlineData(403, "security_exception", "action [indices:data/write/bulk[s]] is unauthorized", "privilege")]
    [InlineData(400, "index_closed_exception", "closed", "--rebuild")]
    public async Task What_concerns_the_index_fails_the_whole_call(int status, string type, string reason, string expected)
    {
        _server.Item = _ => BulkServer.Error(status, type, reason);

        var error = await Should.ThrowAsync<ReshelveException>(WriteAsync(Adds(5)));

        error.Message.ShouldContain(reason);
        error.Message.ShouldContain(expected);
        _server.Bulks.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Removals_alone_do_not_make_an_index_that_is_gone()
    {
        await WriteAsync([Remove("a"), Remove("b")]);
        _server.Bulks[0].Text.ShouldEndWith("\n{\"update\":{\"_id\":\"reshelve.guard\"}}\n{\"doc\":{}}\n");

        _server.Item = id => id == "reshelve.guard" ? BulkServer.Error(404, "index_not_found_exception", "no such index [x]") : """{"status":404}""";

        (await Should.ThrowAsync<ReshelveException>(WriteAsync([Remove("a")]))).Message.ShouldContain("--rebuild");
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
        _server.Before = _ => Reply.Ok(answer);

        (await Should.ThrowAsync<ReshelveException>(WriteAsync(Adds(2)))).Message.ShouldContain("'urls'");
    }

    [Fact]
    public async Task A_request_that_is_too_large_is_halved_and_the_next_ones_are_smaller()
    {
        _server.Before = request => request.Body.Length > 300_000 ? Reply.Of(413, "") : null;

        (await WriteAsync(Adds(1000, 2000))).ShouldAllBe(result => result.Acknowledged);
        var refused = _server.Bulks.Count(bulk => bulk.Body.Length > 300_000);
        await WriteAsync(Adds(1000, 2000), sequence: 2);

        _server.Documents.Count.ShouldBe(1000);
        _writer!.Figures.Splits.ShouldBeGreaterThan(2);
        (_server.Bulks.Count(bulk => bulk.Body.Length > 300_000) - refused).ShouldBeLessThanOrEqualTo(2);
    }

    [Fact]
    public async Task A_document_that_is_too_large_alone_is_refused()
    {
        _server.Before = request => request.Text.Contains("\"d7\"", StringComparison.Ordinal) ? Reply.Of(413, "too large") : null;

        var results = await WriteAsync(Adds(10));

        results.Where(result => !result.Acknowledged).Select(result => result.Id).ShouldBe(["d7"]);
        results[7].Error!.ShouldContain("413");
    }

    [Fact]
    public async Task A_connection_that_breaks_under_a_large_request_makes_it_smaller()
    {
        _server.Before = request => request.Body.Length > 1_500_000 ? Reply.Closed : null;

        (await WriteAsync(Adds(1000, 4000))).ShouldAllBe(result => result.Acknowledged);

        _server.Documents.Count.ShouldBe(1000);
    }

    [Fact]
    public async Task The_culprit_for_which_a_request_is_refused_whole_is_found()
    {
        _server.Before = request => request.Text.Contains("\"d13\"", StringComparison.Ordinal)
            ? Reply.Of(400, """{"error":{"type":"action_request_validation_exception","reason":"Validation Failed: 1: bad;"},"status":400}""")
            : null;

        var results = await WriteAsync(Adds(100));

        results.Where(result => !result.Acknowledged).Select(result => result.Id).ShouldBe(["d13"]);
        results[13].Error!.ShouldContain("Validation Failed");
        _server.Bulks.Count.ShouldBeLessThan(20);
    }

    [Fact]
    public async Task A_server_that_refuses_everything_is_not_asked_about_each_document()
    {
        _server.Before = _ => Reply.Of(400, """{"error":{"type":"illegal_argument_exception","reason":"unrecognized parameter: [require_alias]"},"status":400}""");

        (await Should.ThrowAsync<ReshelveException>(WriteAsync(Adds(1000)))).Message.ShouldContain("unrecognized parameter");

        _server.Bulks.Count.ShouldBeLessThan(60);
    }

    [Fact]
    public async Task Patience_ends_when_nothing_at_all_is_acknowledged()
    {
        _settings = _settings with { Patience = TimeSpan.FromMinutes(4) };
        _server.Before = _ => Reply.Of(503, """{"error":"not yet"}""");

        var error = await Should.ThrowAsync<ReshelveException>(WriteAsync(Adds(5000)));

        error.Message.ShouldContain("not yet");
        error.Message.ShouldContain("patience");
        _server.Bulks.Count.ShouldBeLessThan(60);
    }

    [Fact]
    public async Task Memory_is_that_of_the_requests_under_way()
    {
        var underWay = 0;
        var most = 0;
        var gate = new Lock();
        _settings = _settings with { Limits = new WriteLimits { Requests = 3, RequestBytes = 5000 } };
        _server.Gate = async () =>
        {
            lock (gate)
                most = Math.Max(most, ++underWay);
            await Task.Delay(1);
            lock (gate)
                underWay--;
        };

        Open();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => WriteAsync(Adds(500, 100))));

        most.ShouldBeLessThanOrEqualTo(3);
    }

    [Fact]
    public async Task A_write_that_waits_for_an_overloaded_cluster_can_be_ended()
    {
        using var end = new CancellationTokenSource();
        _server.Before = _ =>
        {
            end.Cancel();
            return Reply.Of(429, "");
        };

        await Should.ThrowAsync<OperationCanceledException>(WriteAsync(Adds(5), cancellationToken: end.Token));

        _server.Bulks.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_write_that_goes_well_is_not_ended_in_the_middle()
    {
        using var end = new CancellationTokenSource();
        // On this clock a grace of seconds would be over at once.
        var time = new SteppedTime(TimeSpan.Zero);
        _server.Gate = async () => await end.CancelAsync();
        await using var client = new ClusterClient(_settings, "/", time, new Random(1));
        await using var writer = new BulkWriter(client, time);

        (await writer.WriteAsync("shop_1.w", Adds(5), 1, end.Token)).ShouldAllBe(result => result.Acknowledged);

        await Should.ThrowAsync<OperationCanceledException>(writer.WriteAsync("shop_1.w", Adds(5), 1, end.Token));
        _server.Bulks.Count.ShouldBe(1);
    }

    [Fact]
    public async Task No_more_documents_are_sent_per_second_than_the_limit_says()
    {
        _settings = _settings with { Limits = new WriteLimits { Documents = 100 } };
        Open();
        var begun = _time.GetUtcNow();

        await WriteAsync(Adds(1000));

        (_time.GetUtcNow() - begun).ShouldBeInRange(TimeSpan.FromSeconds(8.9), TimeSpan.FromSeconds(60));
        _server.Bulks.ShouldAllBe(bulk => BulkServer.Count(bulk) <= 100);
    }

    [Fact]
    public async Task No_more_bytes_are_sent_per_second_than_the_limit_says()
    {
        _settings = _settings with { Limits = new WriteLimits { Bytes = 100_000 } };
        Open();
        var begun = _time.GetUtcNow();

        await WriteAsync(Adds(1000, 1000));

        (_time.GetUtcNow() - begun).ShouldBeGreaterThan(TimeSpan.FromSeconds(9.9));
        _server.Bulks.ShouldAllBe(bulk => bulk.Body.Length <= 100_000);
    }

    private void Open()
    {
        _client ??= Clusters.Client(_settings, _time);
        _writer ??= new BulkWriter(_client, _time);
    }

    private Task<IReadOnlyList<ItemResult>> WriteAsync(IReadOnlyList<Change> batch, long sequence = 1, CancellationToken cancellationToken = default)
    {
        Open();
        return _writer!.WriteAsync("shop_1.w", batch, sequence, cancellationToken);
    }
}
