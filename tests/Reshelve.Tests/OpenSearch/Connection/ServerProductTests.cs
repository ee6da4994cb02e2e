using Reshelve.Feeds;
using static Reshelve.Tests.OpenSearch.Connection.Clusters;

namespace Reshelve.Tests.OpenSearch.Connection;

public sealed class ServerProductTests
{
    private const string OpenSearch = "The OpenSearch Project: https://opensearch.org/";
    private const string Elasticsearch = "You Know, for Search";

    [Theory]
    [InlineData("""{"number":"7.10.2","build_flavor":"oss"}""", Elasticsearch, "Elasticsearch 7.10.2")]
    [InlineData("""{"number":"8.19.1"}""", Elasticsearch, "Elasticsearch 8.19.1")]
    [InlineData("""{"number":"10.0.0-SNAPSHOT"}""", Elasticsearch, "Elasticsearch 10.0.0")]
    [InlineData("""{"number":"1.0.0","distribution":"opensearch"}""", OpenSearch, "OpenSearch 1.0.0")]
    [InlineData("""{"number":"4.0.0-alpha1","distribution":"opensearch"}""", OpenSearch, "OpenSearch 4.0.0")]
    // With compatibility.override_main_response_version.
    [InlineData("""{"number":"7.10.2"}""", OpenSearch, "OpenSearch 1.0")]
    public async Task A_server_is_known_by_what_it_says(string version, string tagline, string expected)
    {
        await using var server = Saying($$"""{"name":"n","version":{{version}},"tagline":"{{tagline}}"}""");
        await using var client = Client(Settings(server));

        (await client.ProductAsync(default)).ToString().ShouldBe(expected);
        await client.ProductAsync(default);
        server.ProductRequests.ShouldBe(1);
    }

    [Theory]
    [InlineData("7.9.3")]
    [InlineData("6.8.23")]
    public async Task One_that_is_too_old_is_refused(string version)
    {
        await using var server = Saying($$"""{"version":{"number":"{{version}}"},"tagline":"{{Elasticsearch}}"}""");
        await using var client = Client(Settings(server));

        var error = await Should.ThrowAsync<ReshelveException>(client.SendAsync(Get("/x"), default));

        error.Message.ShouldContain($"Elasticsearch {version}");
        error.Message.ShouldContain("7.10");
        server.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(200, "<html>It works!</html>", "It works!")]
    [InlineData(404, "not found", "404")]
    [InlineData(200, "{\"hello\":\"world\"}", "hello")]
    [InlineData(200, "[]", "[]")]
    public async Task What_is_no_search_server_is_refused_with_what_it_said(int status, string body, string expected)
    {
        await using var server = new ScriptedServer(_ => Reply.Ok("{}")) { Product = Reply.Of(status, body) };
        await using var client = Client(Settings(server));

        var error = await Should.ThrowAsync<ReshelveException>(client.CallAsync("look", Get("/x"), default));

        error.Message.ShouldContain(expected);
        error.Message.ShouldContain("'urls'");
    }

    [Fact]
    public async Task One_that_is_about_to_start_is_waited_for()
    {
        await using var server = new ScriptedServer(_ => Reply.Ok("{}")) { Product = null };
        var answers = new Queue<Reply>([Reply.Of(503, "{}"), Reply.Elasticsearch()]);
        await using var starting = new ScriptedServer(request => request.Path == "/" ? answers.Dequeue() : Reply.Ok("{}")) { Product = null };
        await using var client = Client(Settings(starting));

        (await client.CallAsync("look", Get("/x"), default)).Status.ShouldBe(200);
    }

    private static ScriptedServer Saying(string body) => new(_ => Reply.Ok("{}")) { Product = Reply.Ok(body) };
}
