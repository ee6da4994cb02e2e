using System.Text;
using System.Text.Json;
using Reshelve.Tests.OpenSearch.Connection;

namespace Reshelve.Tests.OpenSearch.Writing;

/// <summary>A document as a <see cref="BulkServer"/> keeps it; removed ones keep their version.</summary>
internal sealed record StoredDocument(long Version, string? Body);

/// <summary>Carries out bulk requests as a server does, versions included, and lets a test have the last word on each item.</summary>
internal sealed class BulkServer : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly ScriptedServer _http;
    private readonly Dictionary<string, StoredDocument> _documents = new(StringComparer.Ordinal);

    /// <param name="others">Answers what is no bulk request.</param>
    public BulkServer(Func<ReceivedRequest, Reply>? others = null) =>
        _http = new ScriptedServer(request => request.Path.Contains("/_bulk", StringComparison.Ordinal) ? BulkAsync(request) : Task.FromResult(others?.Invoke(request) ?? Reply.Of(404, "{}")));

    public ScriptedServer Http => _http;

    /// <summary>Answers a bulk request in place of carrying it out; null: it is carried out.</summary>
    public Func<ReceivedRequest, Reply?> Before { get; set; } = _ => null;

    /// <summary>Answers for an item in place of carrying it out, such as <c>{"status":429}</c>; null: it is carried out.</summary>
    public Func<string, string?> Item { get; set; } = _ => null;

    /// <summary>Whether a document is refused.</summary>
    public Func<string, bool> IsRefused { get; set; } = _ => false;

    /// <summary>What is answered once a bulk request was carried out.</summary>
    public Func<Reply, Reply> After { get; set; } = reply => reply;

    /// <summary>Each bulk request waits for this.</summary>
    public Func<Task> Gate { get; set; } = () => Task.CompletedTask;

    public IReadOnlyList<ReceivedRequest> Bulks => [.. _http.Requests.Where(request => request.Path.Contains("/_bulk", StringComparison.Ordinal))];

    /// <summary>What is searched: ids and documents.</summary>
    public IReadOnlyDictionary<string, string> Documents
    {
        get
        {
            lock (_lock)
                return _documents.Where(one => one.Value.Body is not null).ToDictionary(one => one.Key, one => one.Value.Body!, StringComparer.Ordinal);
        }
    }

    public ValueTask DisposeAsync() => _http.DisposeAsync();

    /// <summary>Carries out a bulk request that came another way.</summary>
    public Reply Answer(ReceivedRequest request)
    {
        lock (_lock)
            return Before(request) ?? After(CarryOut(request.Text));
    }

    private async Task<Reply> BulkAsync(ReceivedRequest request)
    {
        await Gate();
        return Answer(request);
    }

    private Reply CarryOut(string body)
    {
        body.ShouldEndWith("\n");
        var lines = body[..^1].Split('\n');
        var items = new List<string>();
        for (var i = 0; i < lines.Length; i++)
        {
            using var action = JsonDocument.Parse(lines[i]);
            var verb = action.RootElement.EnumerateObject().Single();
            var document = verb.Name == "delete" ? null : lines[++i];
            items.Add($"{{\"{verb.Name}\":{Item(verb.Value.GetProperty("_id").GetString()!) ?? CarryOut(verb, document)}}}");
        }

        var hasErrors = items.Exists(item => item.Contains("\"error\"", StringComparison.Ordinal));
        return Reply.Ok($"{{\"errors\":{(hasErrors ? "true" : "false")},\"items\":[{string.Join(',', items)}]}}");
    }

    private string CarryOut(JsonProperty verb, string? document)
    {
        if (verb.Name == "update")
            return Error(404, "document_missing_exception", "document missing");
        var id = verb.Value.GetProperty("_id").GetString()!;
        if (document is not null && IsRefused(id))
            return Error(400, "mapper_parsing_exception", "failed to parse");
        var version = verb.Value.GetProperty("version").GetInt64();
        verb.Value.GetProperty("version_type").GetString().ShouldBe("external_gte");
        var before = _documents.GetValueOrDefault(id);
        if (before?.Version > version)
            return Error(409, "version_conflict_engine_exception", "version conflict");
        _documents[id] = new StoredDocument(version, document);
        return document is null && before?.Body is null ? "{\"status\":404}" : "{\"status\":200}";
    }

    /// <summary>What an item answers that failed.</summary>
    public static string Error(int status, string type, string reason, string? cause = null) =>
        JsonSerializer.Serialize(new { status, error = new { type, reason, caused_by = cause is null ? null : new { type = "illegal_argument_exception", reason = cause } } });

    /// <summary>How many actions a bulk request has.</summary>
    public static int Count(ReceivedRequest request) => Encoding.UTF8.GetString(request.Body).Split('\n').Count(line => line.Contains("\"_id\"", StringComparison.Ordinal) && line.Contains("version_type", StringComparison.Ordinal));
}
