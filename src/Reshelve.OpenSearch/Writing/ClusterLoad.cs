using System.Text.Json;
using Reshelve.OpenSearch.Connection;

namespace Reshelve.OpenSearch.Writing;

/// <summary>
/// Whether searches of some indexes, or the nodes' write queues, suffer. Compares the cluster's counters with those of the last look. Looked at by one at a time; <see cref="Add"/> may be called meanwhile.
/// </summary>
internal sealed class ClusterLoad(ClusterClient client)
{
    private const string Queues = "/_nodes/stats/thread_pool?filter_path=nodes.*.thread_pool.write";
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, SearchLatency> _indexes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _rejected = new(StringComparer.Ordinal);

    /// <summary>Looks at an index too.</summary>
    public void Add(string index)
    {
        lock (_lock)
            _indexes.TryAdd(index, new SearchLatency(client.Settings.Readers.SearchLatency));
    }

    /// <summary>The next look compares with nothing.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            _rejected.Clear();
            foreach (var latency in _indexes.Values)
                latency.Forget();
        }
    }

    /// <summary>Looks.</summary>
    /// <returns>Whether something suffers; null when the cluster cannot say at the moment: what it then has too much of is the writers' own affair, which they notice by themselves.</returns>
    /// <exception cref="Feeds.ReshelveException">We may not look.</exception>
    public async Task<bool?> LookAsync(CancellationToken cancellationToken)
    {
        List<KeyValuePair<string, SearchLatency>> indexes;
        lock (_lock)
            indexes = [.. _indexes];
        // Of three values: true wins over unknown, and unknown over false.
        bool? isSuffering = await IsQueueLongAsync(cancellationToken);
        foreach (var (index, latency) in indexes)
            isSuffering |= await IsSlowAsync(index, latency, cancellationToken);
        return isSuffering;
    }

    private async Task<bool?> IsSlowAsync(string index, SearchLatency latency, CancellationToken cancellationToken)
    {
        // Searches run on replicas as on primaries.
        var answer = await AskAsync($"/{Uri.EscapeDataString(index)}/_stats/search?filter_path=_all.total.search", cancellationToken);
        if (answer is null)
            return null;
        if (answer.Status == 404)
        {
            // An alias that a first index is yet to be promoted to; it is asked for again, as searches will go there.
            latency.Forget();
            return false;
        }

        using var document = Checked(answer, $"look at how long searches of {index} take").Parse();
        if (!TryGet(document.RootElement, out var search, "_all", "total", "search"))
            return false;
        return latency.IsSlow(
            Number(search, "query_total"), TimeSpan.FromMilliseconds(Number(search, "query_time_in_millis") + Number(search, "fetch_time_in_millis")));
    }

    private async Task<bool?> IsQueueLongAsync(CancellationToken cancellationToken)
    {
        var answer = await AskAsync(Queues, cancellationToken);
        if (answer is null)
            return null;
        using var document = Checked(answer, "look at the nodes' write queues").Parse();
        if (!TryGet(document.RootElement, out var nodes, "nodes"))
            return false;
        var isLong = false;
        foreach (var node in nodes.EnumerateObject())
        {
            if (!TryGet(node.Value, out var pool, "thread_pool", "write"))
                continue;
            var rejected = Number(pool, "rejected");
            isLong |= Number(pool, "queue") >= client.Settings.Readers.WriteQueue;
            isLong |= _rejected.TryGetValue(node.Name, out var before) && rejected > before;
            _rejected[node.Name] = rejected;
        }

        return isLong;
    }

    /// <returns>Null when the cluster is overloaded.</returns>
    private async Task<ServerAnswer?> AskAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await client.SendAsync(new ClusterRequest(HttpMethod.Get, path) { Timeout = Timeout }, cancellationToken);
            return answer.IsOverloaded ? null : answer;
        }
        catch (ClusterUnreachableException)
        {
            return null;
        }
    }

    private static ServerAnswer Checked(ServerAnswer answer, string what) => answer.IsSuccess ? answer : throw Refusal.Of(what, answer);

    private static bool TryGet(JsonElement parent, out JsonElement value, params ReadOnlySpan<string> path)
    {
        value = parent;
        foreach (var name in path)
        {
            if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(name, out value))
                return false;
        }

        return value.ValueKind == JsonValueKind.Object;
    }

    private static long Number(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.TryGetInt64(out var number) ? number : 0;
}
