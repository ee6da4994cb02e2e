using System.Globalization;
using System.Text.Json;
using Reshelve.Feeds;
using Reshelve.OpenSearch.Connection;

namespace Reshelve.OpenSearch.Indexing;

/// <summary>
/// Makes an index that was filled without refreshes and replicas fit to be searched. It is done when its filling ends and not when it is promoted, so that promoting is a moment and a lease is not held
/// while copies are made.
/// </summary>
internal sealed class IndexSettling(ClusterClient client, TimeProvider time)
{
    private static readonly TimeSpan HealthWait = TimeSpan.FromSeconds(30);

    // Merging a large index takes hours, and the server answers when it is done.
    private static readonly TimeSpan LongestMerge = TimeSpan.FromHours(6);

    /// <summary>Ends the loading of an index.</summary>
    /// <param name="index">The server's name of it.</param>
    /// <param name="cancellationToken">Honoured at any time.</param>
    public async Task RunAsync(string index, CancellationToken cancellationToken)
    {
        var path = "/" + ServerNames.Escape(index);
        if (client.Settings.Merge)
        {
            var merge = new ClusterRequest(HttpMethod.Post, path + "/_forcemerge?max_num_segments=1") { Timeout = LongestMerge };
            ShardResults.Check($"merge the index '{index}'", await client.CallAsync($"merge the index '{index}'", merge, cancellationToken));
        }

        // The copies are made of what was merged. That the index is loaded is known by the refresh interval, so it is set with the rest.
        var settings = new ClusterRequest(HttpMethod.Put, path + "/_settings") { Body = SearchedSettings() };
        await client.CallAsync($"end the loading of the index '{index}'", settings, cancellationToken);
        await AwaitShardsAsync(index, cancellationToken);
    }

    private byte[] SearchedSettings()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("index");
            json.WriteString("refresh_interval", Milliseconds(client.Settings.Refresh));
            if (client.Settings.Replicas is { } replicas)
            {
                json.WriteString("auto_expand_replicas", "false");
                json.WriteNumber("number_of_replicas", replicas);
            }
            else
            {
                // One, as soon as there is a second node.
                json.WriteString("auto_expand_replicas", "0-1");
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    /// <summary>
    /// Waits until the copies are there that can be placed, so that searches do not meet them half copied. Copying may take longer than anyone's patience: then
    /// only the primaries must be there.
    /// </summary>
    public async Task AwaitShardsAsync(string index, CancellationToken cancellationToken)
    {
        var until = time.GetUtcNow() + client.Settings.Patience;
        var path = $"/_cluster/health/{ServerNames.Escape(index)}?wait_for_status=yellow&wait_for_no_initializing_shards=true&wait_for_events=languid&timeout=";
        while (true)
        {
            // Some versions answer 408 when the wait was in vain, others 200; the body is the same.
            var wait = TimeSpan.FromTicks(Math.Clamp((until - time.GetUtcNow()).Ticks, TimeSpan.TicksPerSecond, HealthWait.Ticks));
            var request = new ClusterRequest(HttpMethod.Get, path + Milliseconds(wait)) { Timeout = wait + HealthWait };
            var health = await AskAsync(index, request, cancellationToken);
            if (health.IsDone)
                return;
            if (time.GetUtcNow() < until)
            {
                if (!health.IsKnown)
                    await Task.Delay(TimeSpan.FromSeconds(1), time, cancellationToken);
                continue;
            }

            if (health.Status is "yellow" or "green")
                return;
            throw new ReshelveException(
                $"the index '{index}' cannot be searched: after {client.Settings.Patience.TotalSeconds:0} s its health is {health.Status}, so some of its documents would not be found; "
                + "see to the cluster, then repeat");
        }
    }

    /// <summary>A node that does not answer now may in a second: what was waited for so far is not given up for that.</summary>
    private async Task<(string Status, bool IsKnown, bool IsDone)> AskAsync(string index, ClusterRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await client.SendAsync(request, cancellationToken);
            if (!answer.IsSuccess && answer.Status != 408)
                return answer.IsOverloaded ? ("unknown", false, false) : throw Refusal.Of($"tell the health of the index '{index}'", answer);
            using var json = answer.Parse();
            var status = AnswerJson.Text(json.RootElement, "status") ?? "unknown";
            return (status, true, !AnswerJson.IsTrue(json.RootElement, "timed_out") && status is "yellow" or "green");
        }
        catch (ClusterUnreachableException)
        {
            return ("unknown", false, false);
        }
    }

    private static string Milliseconds(TimeSpan time) => time.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture) + "ms";
}
