using Reshelve.Catalogs;
using Reshelve.Indexing;
using Reshelve.OpenSearch.Connection;
using Reshelve.OpenSearch.Writing;
using Reshelve.Planning;
using Reshelve.Tests.Images;
using static Reshelve.Tests.OpenSearch.Writing.Batches;

namespace Reshelve.Tests.OpenSearch.Writing;

public sealed class BulkWriterTests : IAsyncDisposable
{
    private readonly WriterFixture _fixture = new();

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task A_batch_becomes_the_lines_that_the_server_reads()
    {
        var results = await _fixture.WriteAsync([Add("a\"b\\\n", "{\"t\":\"x\"}"), new Change(ChangeKind.Patch, "ü", "{}"u8.ToArray()), Remove("c")], sequence: 41);

        results.ShouldBe([new ItemResult("a\"b\\\n", null), new ItemResult("ü", null), new ItemResult("c", null)]);
        var request = _fixture.Server.Bulks.Single();
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
        (await _fixture.WriteAsync([])).ShouldBeEmpty();

        _fixture.Server.Http.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_late_write_of_an_older_run_is_without_effect_and_acknowledged()
    {
        await _fixture.WriteAsync([Add("a", "{\"t\":\"new\"}"), Remove("b")], sequence: 2);

        (await _fixture.WriteAsync([Add("a", "{\"t\":\"old\"}"), Add("b")], sequence: 1)).ShouldAllBe(result => result.Acknowledged);

        _fixture.Server.Documents.ShouldBe(new Dictionary<string, string> { ["a"] = Spliced("a", "{\"t\":\"new\"}") });
    }

    [Fact]
    public async Task A_large_batch_is_cut_by_bytes()
    {
        _fixture.Settings = _fixture.Settings with { Limits = new WriteLimits { RequestBytes = 10_000, Requests = 3 } };

        (await _fixture.WriteAsync([.. Adds(300, 200), Add("giant", $"{{\"t\":\"{new string('x', 50_000)}\"}}")])).ShouldAllBe(result => result.Acknowledged);

        _fixture.Server.Documents.Count.ShouldBe(301);
        _fixture.Server.Bulks.Where(bulk => bulk.Body.Length > 10_000).ShouldHaveSingleItem();
        _fixture.Server.Bulks.Sum(BulkServer.Count).ShouldBe(301);
        _fixture.Server.Bulks.Count.ShouldBeInRange(9, 14);
    }

    [Fact]
    public async Task A_large_batch_is_cut_by_count()
    {
        await _fixture.WriteAsync(Adds(4500));

        _fixture.Server.Bulks.Select(BulkServer.Count).Order().ShouldBe([500, 2000, 2000]);
    }

    [Fact]
    public async Task What_cannot_be_sent_is_refused_without_being_sent()
    {
        var results = await _fixture.WriteAsync([Add(""), Add(new string('ü', 257)), Add("\ud800"), Add("list", "[1]"), Add("empty", " "), Add(new string('ü', 256)), Remove(new string('i', 513))]);

        results.Select(result => result.Acknowledged).ShouldBe([false, false, false, false, false, true, false]);
        results[1].Error!.ShouldContain("512");
        results[2].Error!.ShouldContain("surrogate");
        results[3].Error!.ShouldContain("object");
        results[4].Error!.ShouldContain("JSON");
        _fixture.Server.Bulks.Sum(BulkServer.Count).ShouldBe(1);
    }

    [Fact]
    public async Task Refused_documents_are_told_why_and_the_others_are_written()
    {
        _fixture.Server.Item = id => id switch
        {
            "d1" => BulkServer.Error(400, "mapper_parsing_exception", "failed to parse field [price] of type [double] in document with id 'd1'", "For input string: \"cheap\""),
            "d2" => """{"status":400,"error":{"type":"document_parsing_exception","reason":"[1:3] failed to parse","caused_by":{"type":"x_content_parse_exception","reason":"[1:3] Unexpected end"}}}""",
            "d3" => BulkServer.Error(400, "mapper_parsing_exception", "failed to parse", "Malformed content, found extra data after parsing: START_OBJECT"),
            _ => null,
        };

        var results = await _fixture.WriteAsync(Adds(5));

        results.Select(result => result.Acknowledged).ShouldBe([true, false, false, false, true]);
        results[1].Error!.ShouldContain("[price]");
        results[1].Error!.ShouldContain("cheap");
        results[2].Error!.ShouldContain("JSON");
        results[3].Error!.ShouldContain("JSON");
        _fixture.Writer.Figures.Documents.ShouldBe(2);
    }

    [Fact]
    public async Task Memory_is_that_of_the_requests_under_way()
    {
        var underWay = 0;
        var most = 0;
        var gate = new Lock();
        _fixture.Settings = _fixture.Settings with { Limits = new WriteLimits { Requests = 3, RequestBytes = 5000 } };
        _fixture.Server.Gate = async () =>
        {
            lock (gate)
                most = Math.Max(most, ++underWay);
            await Task.Delay(1);
            lock (gate)
                underWay--;
        };

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _fixture.WriteAsync(Adds(500, 100))));

        most.ShouldBeLessThanOrEqualTo(3);
    }

    [Fact]
    public async Task A_write_that_goes_well_is_not_ended_in_the_middle()
    {
        using var end = new CancellationTokenSource();
        // On this clock a grace of seconds would be over at once.
        var time = new SteppedTime(TimeSpan.Zero);
        _fixture.Server.Gate = async () => await end.CancelAsync();
        await using var client = new ClusterClient(_fixture.Settings, "/", time, new Random(1));
        await using var writer = new BulkWriter(client, time);

        (await writer.WriteAsync("shop_1.w", Adds(5), 1, end.Token)).ShouldAllBe(result => result.Acknowledged);

        await Should.ThrowAsync<OperationCanceledException>(writer.WriteAsync("shop_1.w", Adds(5), 1, end.Token));
        _fixture.Server.Bulks.Count.ShouldBe(1);
    }

    [Fact]
    public async Task No_more_documents_are_sent_per_second_than_the_limit_says()
    {
        _fixture.Settings = _fixture.Settings with { Limits = new WriteLimits { Documents = 100 } };
        var begun = _fixture.Time.GetUtcNow();

        await _fixture.WriteAsync(Adds(1000));

        (_fixture.Time.GetUtcNow() - begun).ShouldBeInRange(TimeSpan.FromSeconds(8.9), TimeSpan.FromSeconds(60));
        _fixture.Server.Bulks.ShouldAllBe(bulk => BulkServer.Count(bulk) <= 100);
    }

    [Fact]
    public async Task No_more_bytes_are_sent_per_second_than_the_limit_says()
    {
        _fixture.Settings = _fixture.Settings with { Limits = new WriteLimits { Bytes = 100_000 } };
        var begun = _fixture.Time.GetUtcNow();

        await _fixture.WriteAsync(Adds(1000, 1000));

        (_fixture.Time.GetUtcNow() - begun).ShouldBeGreaterThan(TimeSpan.FromSeconds(9.9));
        _fixture.Server.Bulks.ShouldAllBe(bulk => bulk.Body.Length <= 100_000);
    }
}
