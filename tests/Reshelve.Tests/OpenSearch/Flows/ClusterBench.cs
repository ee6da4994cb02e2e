using System.Net.Http.Json;
using Reshelve.Catalogs;
using Reshelve.OpenSearch;
using Reshelve.StandIn;
using Reshelve.Tests.Syncing;

namespace Reshelve.Tests.OpenSearch.Flows;

/// <summary>A workspace whose indexes are on a stand-in for a cluster.</summary>
internal sealed class ClusterBench : IAsyncDisposable
{
    public const string Prefix = "p-";

    private readonly HttpClient _client;
    private readonly ClusterSettings _settings;
    private readonly TimeProvider _time;

    private ClusterBench(StandInServer server, ClusterSettings settings, TimeProvider time)
    {
        Server = server;
        _settings = settings with { Urls = server.Urls, Prefix = Prefix };
        _time = time;
        _client = new HttpClient { BaseAddress = server.Url };
        Bench = Open("bench");
        Bench.Index.WritesAtOnce = 2;
    }

    public StandInServer Server { get; }

    public SyncBench Bench { get; }

    public static async Task<ClusterBench> StartAsync(StandInOptions? options = null, ClusterSettings? settings = null, TimeProvider? time = null) =>
        new(await StandInServer.StartAsync(options ?? new StandInOptions()), settings ?? new ClusterSettings(), time ?? TimeProvider.System);

    /// <summary>Another workspace over the same cluster.</summary>
    public SyncBench Open(string owner, string? data = null) => new(data, time: null, engine: () => new OpenSearchIndexEngine(_settings, owner, Path.GetTempPath(), _time));

    /// <summary>What somebody does to the cluster by hand.</summary>
    public async Task SendAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await _client.SendAsync(request);
        response.IsSuccessStatusCode.ShouldBeTrue(await response.Content.ReadAsStringAsync());
    }

    /// <summary>What somebody writes by hand.</summary>
    public async Task BulkAsync(string index, params object[] lines)
    {
        var body = string.Concat(lines.Select(line => System.Text.Json.JsonSerializer.Serialize(line) + "\n"));
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/x-ndjson");
        using var response = await _client.PostAsync($"/{index}/_bulk?refresh=true", content);
        var answer = await response.Content.ReadAsStringAsync();
        answer.ShouldContain("\"errors\":false");
    }

    public async ValueTask DisposeAsync()
    {
        await Bench.DisposeAsync();
        _client.Dispose();
        await Server.DisposeAsync();
    }
}
