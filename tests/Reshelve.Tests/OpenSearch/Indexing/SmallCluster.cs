using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Reshelve.Catalogs;
using Reshelve.OpenSearch;

namespace Reshelve.Tests.OpenSearch.Indexing;

/// <summary>
/// Answers what an Elasticsearch answers about indexes and aliases, and searches as the test says; it can do what was asked and lose the answer.
/// </summary>
internal sealed class SmallCluster : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _serving;
    private readonly JsonObject _indexes = [];
    private readonly ConcurrentQueue<string> _lost = new();
    private readonly Lock _lock = new();

    public SmallCluster()
    {
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Address = new Uri($"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/");
        }

        _listener.Prefixes.Add(Address.ToString());
        _listener.Start();
        _serving = ServeAsync();
    }

    public Uri Address { get; }

    public string Version { get; init; } = "7.17.6";

    /// <summary>What a search of this name answers; the second argument is the body.</summary>
    public Func<string, JsonNode, (int Status, string Body)> Search { get; set; } = (_, _) => (404, """{"error":{"type":"index_not_found_exception","reason":"no such index"}}""");

    /// <summary>What anything else is answered, by method, path and body.</summary>
    public Func<string, string, string, (int Status, string Body)> Other { get; set; } =
        (_, _, _) => (400, """{"error":{"type":"illegal_argument_exception","reason":"unexpected"}}""");

    /// <summary>What the health of an index is, one after the other; the last one stays.</summary>
    public ConcurrentQueue<(int Status, string Body)> Health { get; } = new([(200, """{"status":"green","timed_out":false}""")]);

    /// <summary>All requests as <c>METHOD /path</c>, without query.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>The bodies sent to <c>POST /_aliases</c>.</summary>
    public ConcurrentQueue<string> AliasBodies { get; } = new();

    public OpenSearchIndexEngine Open(string owner = "we", TimeProvider? time = null, ClusterSettings? settings = null) =>
        new((settings ?? new ClusterSettings()) with { Urls = [Address], Prefix = "p-" }, owner, ".", time ?? TimeProvider.System);

    /// <summary>Does the next request of this kind, and breaks the connection instead of answering.</summary>
    public void LoseAnswerOf(string request) => _lost.Enqueue(request);

    /// <summary>Makes an index as someone else would.</summary>
    public void Make(string name, params string[] aliases)
    {
        lock (_lock)
            _indexes[name] = new JsonObject { ["aliases"] = new JsonObject(aliases.Select(a => KeyValuePair.Create(a, (JsonNode?)new JsonObject()))), ["mappings"] = new JsonObject() };
    }

    /// <summary>What an alias points at.</summary>
    public string[] TargetsOf(string alias)
    {
        lock (_lock)
            return [.. _indexes.Where(i => i.Value!["aliases"]![alias] is not null).Select(i => i.Key).Order(StringComparer.Ordinal)];
    }

    /// <summary>The names of all indexes.</summary>
    public string[] Indexes
    {
        get
        {
            lock (_lock)
                return [.. _indexes.Select(i => i.Key).Order(StringComparer.Ordinal)];
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
        _listener.Close();
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                Answer(await _listener.GetContextAsync());
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private void Answer(HttpListenerContext context)
    {
        using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
        var body = reader.ReadToEnd();
        var path = Uri.UnescapeDataString(context.Request.Url!.AbsolutePath);
        var request = $"{context.Request.HttpMethod} {path}";
        Requests.Enqueue(request);
        var (status, answer) = Answer(context.Request.HttpMethod, path, body);
        if (_lost.TryPeek(out var lost) && request == lost)
        {
            _lost.TryDequeue(out _);
            context.Response.Abort();
            return;
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.Headers["X-elastic-product"] = "Elasticsearch";
        context.Response.Close(Encoding.UTF8.GetBytes(answer), willBlock: true);
    }

    private (int Status, string Body) Answer(string method, string path, string body)
    {
        if (path == "/")
            return (200, $$"""{"version":{"number":"{{Version}}"},"tagline":"You Know, for Search"}""");
        if (path == "/_aliases")
            return Move(body);
        if (path.StartsWith("/_cluster/health/", StringComparison.Ordinal))
            return Health.Count > 1 && Health.TryDequeue(out var passing) ? passing : Health.First();
        var parts = path[1..].Split('/');
        return (method, parts) switch
        {
            ("POST", [var name, "_search"]) => Search(name, JsonNode.Parse(body)!),
            (_, [_, "_refresh"]) => (200, """{"_shards":{"total":1,"successful":1,"failed":0}}"""),
            (_, [_, "_settings"]) => (200, """{"acknowledged":true}"""),
            ("GET", [_, "_stats", ..]) => (200, "{}"),
            ("GET", [var names]) => Find(names),
            ("PUT", [var name]) => Make(name, body),
            ("DELETE", [var name]) => Delete(name),
            _ => Other(method, path, body),
        };
    }

    private (int Status, string Body) Find(string names)
    {
        lock (_lock)
        {
            var found = new JsonObject();
            foreach (var (name, index) in _indexes)
            {
                var known = index!["aliases"]!.AsObject().Select(a => a.Key).Append(name);
                if (names.Split(',').Any(wanted => known.Any(k => wanted.EndsWith('*') ? k.StartsWith(wanted[..^1], StringComparison.Ordinal) : k == wanted)))
                    found[name] = index.DeepClone();
            }

            return (200, found.ToJsonString());
        }
    }

    private (int Status, string Body) Make(string name, string body)
    {
        lock (_lock)
        {
            if (_indexes.ContainsKey(name))
                return (400, """{"error":{"type":"resource_already_exists_exception","reason":"it exists"},"status":400}""");
            _indexes[name] = JsonNode.Parse(body);
            return (200, """{"acknowledged":true}""");
        }
    }

    private (int Status, string Body) Delete(string name)
    {
        lock (_lock)
        {
            return _indexes.Remove(name)
                ? (200, """{"acknowledged":true}""")
                : (404, """{"error":{"type":"index_not_found_exception","reason":"no such index"},"status":404}""");
        }
    }

    private (int Status, string Body) Move(string body)
    {
        AliasBodies.Enqueue(body);
        lock (_lock)
        {
            var actions = JsonNode.Parse(body)!["actions"]!.AsArray().Select(action => action!.AsObject().Single()).ToList();
            foreach (var (kind, action) in actions.Where(a => a.Key == "remove"))
            {
                if (_indexes[action!["index"]!.GetValue<string>()]?["aliases"]?[action["alias"]!.GetValue<string>()] is null)
                    return (404, """{"error":{"type":"aliases_not_found_exception","reason":"aliases missing"},"status":404}""");
            }

            foreach (var (kind, action) in actions)
            {
                var aliases = _indexes[action!["index"]!.GetValue<string>()]!["aliases"]!.AsObject();
                if (kind == "remove")
                    aliases.Remove(action["alias"]!.GetValue<string>());
                else
                    aliases[action["alias"]!.GetValue<string>()] = new JsonObject();
            }

            return (200, """{"acknowledged":true}""");
        }
    }
}
