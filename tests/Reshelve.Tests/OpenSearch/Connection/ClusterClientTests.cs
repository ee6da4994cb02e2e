using System.IO.Compression;
using System.Text;
using Reshelve.Catalogs;
using Reshelve.Feeds;
using Reshelve.OpenSearch.Connection;
using static Reshelve.Tests.OpenSearch.Connection.Clusters;

namespace Reshelve.Tests.OpenSearch.Connection;

public sealed class ClusterClientTests
{
    [Fact]
    public async Task Nodes_are_asked_in_turn()
    {
        await using var one = new ScriptedServer(_ => Reply.Ok("1"));
        await using var two = new ScriptedServer(_ => Reply.Ok("2"));
        await using var client = Client(Settings(one, two));

        for (var i = 0; i < 10; i++)
            (await client.SendAsync(Get("/x"), default)).IsSuccess.ShouldBeTrue();

        one.Requests.Count.ShouldBe(5);
        two.Requests.Count.ShouldBe(5);
        (one.ProductRequests + two.ProductRequests).ShouldBe(1);
    }

    [Fact]
    public async Task A_node_that_fails_is_left_out_until_its_rest_is_over()
    {
        var time = Clock();
        var isGone = true;
        await using var one = new ScriptedServer(_ => isGone ? Reply.Broken : Reply.Ok("1"));
        await using var two = new ScriptedServer(_ => Reply.Ok("2"));
        await using var client = Client(Settings(one, two), time);

        for (var i = 0; i < 6; i++)
            (await client.SendAsync(Get("/x"), default)).IsSuccess.ShouldBeTrue();
        one.Requests.Count.ShouldBe(1);
        two.Requests.Count.ShouldBe(6);

        isGone = false;
        time.Advance(TimeSpan.FromSeconds(2));
        for (var i = 0; i < 4; i++)
            await client.SendAsync(Get("/x"), default);
        one.Requests.Count.ShouldBe(3);
    }

    [Fact]
    public async Task What_was_under_way_while_the_process_was_suspended_is_not_sent_to_the_next_node()
    {
        var time = Clock();
        var isSuspended = false;
        Reply Answer(ReceivedRequest request)
        {
            if (!isSuspended)
                return Reply.Ok("{}");
            time.Advance(TimeSpan.FromHours(1));
            return Reply.Broken;
        }

        await using var one = new ScriptedServer(Answer);
        await using var two = new ScriptedServer(Answer);
        await using var client = Client(Settings(one, two), time);
        await client.SendAsync(Get("/x"), default);
        isSuspended = true;

        await Should.ThrowAsync<ClusterUnreachableException>(client.SendAsync(Get("/late"), default));

        one.Requests.Concat(two.Requests).Count(request => request.Path == "/late").ShouldBe(1);
    }

    [Fact]
    public async Task When_all_nodes_rest_one_is_asked_nevertheless()
    {
        var isGone = true;
        await using var server = new ScriptedServer(_ => isGone ? Reply.Broken : Reply.Ok("{}"));
        await using var client = Client(Settings(server) with { Urls = [Nowhere, server.Address] });
        await Should.ThrowAsync<ClusterUnreachableException>(client.SendAsync(Get("/x"), default));

        isGone = false;

        (await client.SendAsync(Get("/x"), default)).IsSuccess.ShouldBeTrue();
    }

    [Fact]
    public async Task A_node_that_breaks_off_in_the_middle_of_its_answer_is_given_up_for_the_next()
    {
        await using var one = new ScriptedServer(_ => Reply.Broken);
        await using var two = new ScriptedServer(_ => Reply.Ok("{\"a\":2}"));
        await using var client = Client(Settings(one, two));
        await client.ProductAsync(default);

        for (var i = 0; i < 2; i++)
            Encoding.UTF8.GetString((await client.SendAsync(Get("/x"), default)).Body.Span).ShouldBe("{\"a\":2}");

        one.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_node_that_does_not_answer_in_time_is_given_up_for_the_next()
    {
        var time = Clock();
        var asked = new TaskCompletionSource();
        await using var one = new ScriptedServer(_ =>
        {
            asked.TrySetResult();
            return Reply.Never;
        });
        await using var two = new ScriptedServer(_ => Reply.Ok("2"));
        await using var client = Client(Settings(two, one), time);
        await client.ProductAsync(default);

        var answer = client.SendAsync(Get("/x"), default);
        await asked.Task;
        time.Advance(NodeTimeout);

        (await answer).Node.Port.ShouldBe(two.Address.Port);
    }

    [Fact]
    public async Task No_node_at_all_is_an_error_that_names_the_last_one()
    {
        await using var client = Client(new ClusterSettings { Urls = [Nowhere] });

        (await Should.ThrowAsync<ClusterUnreachableException>(client.SendAsync(Get("/x"), default))).Message.ShouldContain(Nowhere.Authority);
    }

    [Fact]
    public async Task An_overloaded_cluster_is_asked_again_until_it_answers()
    {
        var time = Clock();
        var answers = new Queue<Reply>([Reply.Of(429, "{}"), Reply.Of(503, "<html>"), Reply.Broken, Reply.Of(502, ""), Reply.Ok("{}")]);
        await using var server = new ScriptedServer(_ => answers.Dequeue());
        await using var client = Client(Settings(server), time);

        (await client.CallAsync("look", Get("/x"), default)).Status.ShouldBe(200);

        var waits = time.Waits.Where(wait => wait > TimeSpan.Zero).ToList();
        waits.Count.ShouldBe(4);
        waits[3].ShouldBeGreaterThan(waits[0]);
        waits.ShouldAllBe(wait => wait <= TimeSpan.FromSeconds(8));
    }

    [Fact]
    public async Task A_cluster_that_says_how_long_to_wait_is_waited_for_so_long()
    {
        var time = Clock();
        var answers = new Queue<Reply>([Reply.Of(429, "{}") with { Headers = ["Retry-After: 17"] }, Reply.Ok("{}")]);
        await using var server = new ScriptedServer(_ => answers.Dequeue());
        await using var client = Client(Settings(server), time);

        await client.CallAsync("look", Get("/x"), default);

        time.Waits.ShouldContain(TimeSpan.FromSeconds(17));
    }

    [Fact]
    public async Task Patience_ends_with_what_was_waited_for_and_the_last_answer()
    {
        await using var server = new ScriptedServer(_ => Reply.Of(503, """{"error":{"type":"cluster_block_exception","reason":"no master"},"status":503}"""));
        await using var client = Client(Settings(server) with { Patience = TimeSpan.FromMinutes(2) });

        var error = await Should.ThrowAsync<ReshelveException>(client.CallAsync("make the index shop", Get("/x"), default));

        error.Message.ShouldContain("make the index shop");
        error.Message.ShouldContain("no master");
        error.Message.ShouldContain("503");
        server.Requests.Count.ShouldBeInRange(4, 12);
    }

    [Fact]
    public async Task A_refusal_has_the_status_the_type_and_all_reasons()
    {
        await using var server = new ScriptedServer(_ => Reply.Of(
            404, """{"error":{"root_cause":[{"type":"index_not_found_exception","reason":"no such index [x]"}],"type":"index_not_found_exception","reason":"no such index [x]"},"status":404}"""));
        await using var client = Client(Settings(server));

        var error = await Should.ThrowAsync<ServerRefusalException>(client.CallAsync("look", Get("/x"), default));

        error.Status.ShouldBe(404);
        error.Type.ShouldBe("index_not_found_exception");
        error.Message.ShouldContain("refuses to look (404): no such index [x].");
        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Bodies_are_compressed_where_the_settings_say_so_and_answers_decompressed()
    {
        await using var server = new ScriptedServer(_ => new Reply(200, Zip("{\"a\":1}")) { Headers = ["Content-Encoding: gzip"] });
        await using var client = Client(Settings(server) with { Compress = true });
        var text = string.Concat(Enumerable.Repeat("{\"title\":\"x\"}\n", 10_000));

        var answer = await client.SendAsync(new ClusterRequest(HttpMethod.Post, "/_bulk") { Body = Encoding.UTF8.GetBytes(text), ContentType = ClusterRequest.Lines }, default);

        answer.Parse().RootElement.GetProperty("a").GetInt32().ShouldBe(1);
        server.Requests[0].Text.ShouldBe(text);
        server.Requests[0].Header("Content-Encoding").ShouldBe("gzip");
        server.Requests[0].Header("Content-Type").ShouldBe("application/x-ndjson");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_answer_beyond_its_limit_is_refused(bool isCompressed)
    {
        var text = new string(' ', 5000);
        await using var server = new ScriptedServer(_ => isCompressed
            ? new Reply(200, Zip(text)) { Headers = ["Content-Encoding: gzip"] }
            : Reply.Ok(text));
        await using var client = Client(Settings(server));

        await Should.ThrowAsync<ReshelveException>(client.SendAsync(Get("/x") with { MaxAnswer = 4999 }, default));
        (await client.SendAsync(Get("/x") with { MaxAnswer = 5000 }, default)).Body.Length.ShouldBe(5000);
    }

    [Fact]
    public async Task A_question_about_the_head_alone_is_answered()
    {
        await using var server = new ScriptedServer(_ => Reply.Ok("12345"));
        await using var client = Client(Settings(server));

        (await client.SendAsync(new ClusterRequest(HttpMethod.Head, "/x"), default)).Status.ShouldBe(200);
        (await client.SendAsync(Get("/x"), default)).Body.Length.ShouldBe(5);
    }

    [Fact]
    public async Task Redirects_are_not_followed()
    {
        await using var other = new ScriptedServer(_ => Reply.Ok("{}"));
        await using var server = new ScriptedServer(_ => Reply.Of(302, "") with { Headers = [$"Location: {other.Address}x"] });
        await using var client = Client(Settings(server));

        (await Should.ThrowAsync<ServerRefusalException>(client.CallAsync("look", Get("/x"), default))).Message.ShouldContain("'urls'");

        other.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_path_of_an_address_is_kept()
    {
        await using var server = new ScriptedServer(request => request.Path == "/es/" ? Reply.Elasticsearch() : Reply.Ok("{}"));
        await using var client = Client(Settings(server) with { Urls = [new Uri(server.Address, "es")] });

        await client.SendAsync(Get("/x/_doc/a%2Fb?q=1"), default);

        server.Requests[^1].Path.ShouldBe("/es/x/_doc/a%2Fb?q=1");
    }

    [Fact]
    public async Task A_call_can_be_ended_while_it_waits()
    {
        using var end = new CancellationTokenSource();
        await using var server = new ScriptedServer(_ =>
        {
            end.Cancel();
            return Reply.Of(429, "{}");
        });
        await using var client = Client(Settings(server));

        await Should.ThrowAsync<OperationCanceledException>(client.CallAsync("look", Get("/x"), end.Token));
    }

    [Fact]
    public async Task An_answer_that_is_no_JSON_is_explained()
    {
        await using var server = new ScriptedServer(_ => Reply.Ok("<html>Welcome"));
        await using var client = Client(Settings(server));
        var answer = await client.SendAsync(Get("/x"), default);

        Should.Throw<ReshelveException>(() => answer.Parse()).Message.ShouldContain("<html>Welcome");
    }

    private static byte[] Zip(string text)
    {
        using var zipped = new MemoryStream();
        using (var stream = new GZipStream(zipped, CompressionMode.Compress))
            stream.Write(Encoding.UTF8.GetBytes(text));
        return zipped.ToArray();
    }
}
