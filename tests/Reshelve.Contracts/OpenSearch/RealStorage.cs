using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Reshelve.Catalogs;
using Reshelve.Indexing;

namespace Reshelve.Contracts.OpenSearch;

/// <summary>
/// The server that <c>RESHELVE_TEST_ELASTICSEARCH_URL</c> names, under a prefix that only this test has; <c>…_USER</c> and <c>…_PASSWORD</c>
/// where it asks for them. Without it the test is skipped.
/// </summary>
internal sealed class RealStorage
{
    private const string Variable = "RESHELVE_TEST_ELASTICSEARCH";

    private readonly string _prefix = $"reshelve-test-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}-";
    private readonly string? _url = Given("URL");

    public IIndexEngine Open()
    {
        Assert.SkipUnless(_url is not null, $"{Variable}_URL names no server to try this on.");
        return ServerEngines.Open(new()
        {
            Urls = [new(_url!)],
            Prefix = _prefix,
            User = Given("USER"),
            Password = Given("PASSWORD") is null ? null : new SecretPlace($"{Variable}_PASSWORD", null),
        });
    }

    /// <summary>Deletes what is under the prefix: by exact names, since a pattern that went wrong would take others' indexes along.</summary>
    public async ValueTask CleanAsync()
    {
        if (_url is null)
            return;
        using var client = new HttpClient { BaseAddress = new(_url) };
        if (Given("USER") is { } user)
            client.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{Given("PASSWORD")}")));
        client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        var listed = JsonNode.Parse(await client.GetStringAsync($"/_cat/indices/{_prefix}*?format=json&h=index"))!.AsArray();
        foreach (var index in listed.Select(row => row!["index"]!.ToString()))
        {
            index.ShouldStartWith(_prefix);
            using var deleted = await client.DeleteAsync($"/{Uri.EscapeDataString(index)}");
            deleted.EnsureSuccessStatusCode();
        }
    }

    private static string? Given(string name) => Environment.GetEnvironmentVariable($"{Variable}_{name}") is { Length: > 0 } value ? value : null;
}
