using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Reshelve.StandIn;

namespace Reshelve.Tests.OpenSearch.StandIn;

/// <summary>A stand-in and plain calls to it.</summary>
internal sealed class StandInClient : IAsyncDisposable
{
    private readonly HttpClient _client = new();

    private StandInClient(StandInServer server) => Server = server;

    public StandInServer Server { get; }

    public static Task<StandInClient> StartAsync() => StartAsync(new());

    public static async Task<StandInClient> StartAsync(StandInOptions options) => new(await StandInServer.StartAsync(options));

    /// <summary>Status and body; <c>{}</c> where no JSON is answered.</summary>
    public async Task<(int Status, JsonNode Body)> SendAsync(string method, string path, string? body = null, int node = 0)
    {
        using var request = new HttpRequestMessage(new(method), new Uri(Server.Urls[node], path));
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        using var response = await _client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, text.StartsWith('{') || text.StartsWith('[') ? JsonNode.Parse(text)! : new JsonObject());
    }

    /// <summary>Writes one document under a version, as this project does.</summary>
    public Task<(int Status, JsonNode Body)> WriteAsync(string index, string id, long version, string document = "{}") =>
        SendAsync("POST", $"/{index}/_bulk", Index(id, version, document));

    public Task<(int Status, JsonNode Body)> RemoveAsync(string index, string id, long version) =>
        SendAsync("POST", $"/{index}/_bulk", $$$"""{"delete":{"_id":"{{{id}}}","version":{{{version}}},"version_type":"external_gte"}}""" + "\n");

    public static string Index(string id, long version, string document) =>
        $$$"""{"index":{"_id":"{{{id}}}","version":{{{version}}},"version_type":"external_gte"}}""" + "\n" + document + "\n";

    public async Task<long> CountAsync(string index) => (await SendAsync("GET", $"/{index}/_count")).Body["count"]!.GetValue<long>();

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await Server.DisposeAsync();
    }
}
