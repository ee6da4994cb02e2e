using System.Text;
using Reshelve.Catalogs;
using Reshelve.Feeds;
using static Reshelve.Tests.OpenSearch.Connection.Clusters;

namespace Reshelve.Tests.OpenSearch.Connection;

public sealed class CredentialsTests
{
    private const string Password = "s3cret:ÿ";

    [Fact]
    public async Task A_user_and_a_password_from_a_file_are_sent_with_every_request()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["password"], Password + "\n");
        await using var server = new ScriptedServer(_ => Reply.Ok("{}"));
        await using var client = Client(Settings(server) with { User = "ann", Password = new SecretPlace(null, "password") }, folder: folder.Path);

        await client.SendAsync(Get("/x"), default);

        server.Requests[0].Header("Authorization").ShouldBe(Basic(Password));
    }

    [Fact]
    public async Task An_API_key_comes_from_the_environment()
    {
        var variable = $"RESHELVE_TEST_KEY_{Guid.NewGuid():N}";
        Environment.SetEnvironmentVariable(variable, "a2V5OnNlY3JldA==");
        await using var server = new ScriptedServer(_ => Reply.Ok("{}"));
        await using var client = Client(Settings(server) with { ApiKey = new SecretPlace(variable, null) });

        await client.SendAsync(Get("/x"), default);

        server.Requests[0].Header("Authorization").ShouldBe("ApiKey a2V5OnNlY3JldA==");
    }

    [Fact]
    public async Task A_secret_that_was_exchanged_meanwhile_is_read_again()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["password"], "old");
        var valid = "old";
        await using var server = new ScriptedServer(request => Reply.Of(request.Header("Authorization") == Basic(valid) ? 200 : 401, "{}"));
        await using var client = Client(Settings(server) with { User = "ann", Password = new SecretPlace(null, "password") }, folder: folder.Path);
        await client.CallAsync("look", Get("/x"), default);

        valid = "new";
        File.WriteAllText(folder["password"], "new");

        (await client.CallAsync("look", Get("/x"), default)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Who_is_not_let_in_is_told_who_and_from_where_but_no_secret()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["password"], Password);
        await using var server = new ScriptedServer(_ => Reply.Of(401, "{}"));
        await using var client = Client(Settings(server) with { User = "ann", Password = new SecretPlace(null, "password") }, folder: folder.Path);

        var error = await Should.ThrowAsync<ReshelveException>(client.CallAsync("look", Get("/x"), default));

        error.Message.ShouldContain("'ann'");
        error.Message.ShouldContain(folder["password"]);
        error.ToString().ShouldNotContain("s3cret");
        server.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("RESHELVE_TEST_NOT_SET", null)]
    [InlineData(null, "not-there")]
    public async Task A_secret_that_is_missing_is_an_error_that_names_its_place(string? variable, string? file)
    {
        await using var server = new ScriptedServer(_ => Reply.Ok("{}"));
        await using var client = Client(Settings(server) with { ApiKey = new SecretPlace(variable, file) });

        (await Should.ThrowAsync<ReshelveException>(client.CallAsync("look", Get("/x"), default))).Message.ShouldContain(variable ?? file!);
    }

    [Fact]
    public async Task A_password_in_an_address_is_in_no_message()
    {
        await using var server = new ScriptedServer(_ => Reply.Of(400, "{}"));
        var address = new UriBuilder(server.Address) { UserName = "ann", Password = "s3cret" }.Uri;
        await using var client = Client(Settings(server) with { Urls = [address] });

        (await Should.ThrowAsync<ReshelveException>(client.CallAsync("look", Get("/x"), default))).ToString().ShouldNotContain("s3cret");
    }

    [Fact]
    public async Task What_is_no_API_key_is_not_shown_in_the_error_that_says_so()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["key"], "id:s3cret\r\nHost: evil");
        await using var server = new ScriptedServer(_ => Reply.Ok("{}"));
        await using var client = Client(Settings(server) with { ApiKey = new SecretPlace(null, "key") }, folder: folder.Path);

        var error = await Should.ThrowAsync<ReshelveException>(client.CallAsync("look", Get("/x"), default));

        error.Message.ShouldContain(folder["key"]);
        error.ToString().ShouldNotContain("s3cret");
    }

    [Fact]
    public async Task A_missing_privilege_is_named_as_the_server_names_it()
    {
        await using var server = new ScriptedServer(_ => Reply.Of(
            403, """{"error":{"type":"security_exception","reason":"action [indices:admin/create] is unauthorized for user [ann], this action is granted by the index privileges [create_index,manage,all]"},"status":403}"""));
        await using var client = Client(Settings(server));

        (await Should.ThrowAsync<ReshelveException>(client.CallAsync("make the index x", Get("/x"), default))).Message.ShouldContain("[create_index,manage,all]");
    }

    private static string Basic(string password) => $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"ann:{password}"))}";
}
