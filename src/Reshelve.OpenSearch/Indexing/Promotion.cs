using System.Globalization;
using System.Text.Json;
using Reshelve.Feeds;
using Reshelve.OpenSearch.Connection;

namespace Reshelve.OpenSearch.Indexing;

/// <summary>Makes a loaded index fit to be searched, and points the alias at it; see <see cref="Reshelve.Indexing.IIndexEngine.PromoteAsync"/>.</summary>
internal sealed class Promotion(ClusterClient client, ServerNames names, IndexDirectory directory, IndexMaking making, TimeProvider time)
{
    private static readonly TimeSpan HealthWait = TimeSpan.FromSeconds(30);

    public async Task RunAsync(string alias, string index, CancellationToken cancellationToken)
    {
        var found = await directory.FindAsync(index, cancellationToken)
            ?? throw new ReshelveException($"there is no index '{names.Of(index)}' to point the alias '{names.Of(alias)}' at");
        if (found.Meta?.Owner != directory.Owner)
            throw new ReshelveException($"the index '{found.Name}' is not ours to promote: {AliasState.WhoseIs(found)}");
        if (found.Meta.Catalog != alias)
            throw new ReshelveException($"the index '{found.Name}' was made for the alias '{names.Of(found.Meta.Catalog)}', not for '{names.Of(alias)}'");
        var mayTakeOver = client.Settings.TakeOver.Contains(alias, StringComparer.Ordinal);
        var state = await directory.OfAliasAsync(alias, cancellationToken);
        state.Check(mayTakeOver);
        if (state.PointsAt(found.Name))
            return;
        await PrepareAsync(found, cancellationToken);

        // Preparing took its time; what the alias points at is read again.
        state = await directory.OfAliasAsync(alias, cancellationToken);
        state.Check(mayTakeOver);
        if (state.NameIsTaken)
            throw Refuse(names.Of(alias), found.Name);
        if (!state.PointsAt(found.Name))
            await MoveAsync(alias, found.Name, state.Targets, cancellationToken);
    }

    private async Task PrepareAsync(ServerIndex index, CancellationToken cancellationToken)
    {
        var settings = new ClusterRequest(HttpMethod.Put, $"/{ServerNames.Escape(index.Name)}/_settings") { Body = SearchedSettings() };
        await client.CallAsync($"end the loading of the index '{index.Name}'", settings, cancellationToken);
        await making.RefreshServerIndexAsync(index.Name, cancellationToken);
        await AwaitShardsAsync(index.Name, cancellationToken);
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
    private async Task AwaitShardsAsync(string index, CancellationToken cancellationToken)
    {
        var until = time.GetUtcNow() + client.Settings.Patience;
        var path = $"/_cluster/health/{ServerNames.Escape(index)}?wait_for_status=yellow&wait_for_no_initializing_shards=true&wait_for_events=languid&timeout=";
        while (true)
        {
            // Some versions answer 408 when the wait was in vain, others 200; the body is the same.
            var wait = TimeSpan.FromTicks(Math.Clamp((until - time.GetUtcNow()).Ticks, TimeSpan.TicksPerSecond, HealthWait.Ticks));
            var request = new ClusterRequest(HttpMethod.Get, path + Milliseconds(wait)) { Timeout = wait + HealthWait };
            var answer = await client.SendAsync(request, cancellationToken);
            var health = answer.IsSuccess || answer.Status == 408 ? Read(answer) : (Status: "unknown", IsDone: false);
            if (health.IsDone)
                return;
            if (time.GetUtcNow() < until)
            {
                if (!answer.IsSuccess && answer.Status != 408)
                    await Task.Delay(TimeSpan.FromSeconds(1), time, cancellationToken);
                continue;
            }

            if (health.Status is "yellow" or "green")
                return;
            throw new ReshelveException(
                $"the index '{index}' is not promoted: after {client.Settings.Patience.TotalSeconds:0} s its health is {health.Status}, so some of its documents cannot be searched; "
                + "see to the cluster, then repeat");
        }
    }

    private static (string Status, bool IsDone) Read(ServerAnswer answer)
    {
        using var json = answer.Parse();
        var status = AnswerJson.Text(json.RootElement, "status") ?? "unknown";
        return (status, !AnswerJson.IsTrue(json.RootElement, "timed_out") && status is "yellow" or "green");
    }

    /// <summary>One call, so that every search meets the former index or the new one. Whether it went through is asked afterwards: its answer may be lost.</summary>
    private async Task MoveAsync(string alias, string index, IReadOnlyList<ServerIndex> from, CancellationToken cancellationToken)
    {
        var product = await client.ProductAsync(cancellationToken);
        var body = AliasActions.Move(names.Of(alias), index, from.Select(f => f.Name), AliasActions.CanRequire(product));
        ServerRefusalException? refusal = null;
        try
        {
            await client.CallAsync(
                $"point the alias '{names.Of(alias)}' at '{index}'", new ClusterRequest(HttpMethod.Post, "/_aliases") { Body = body }, cancellationToken);
        }
        catch (ServerRefusalException refused)
        {
            refusal = refused;
        }

        var state = await directory.OfAliasAsync(alias, cancellationToken);
        if (state.PointsAt(index))
            return;
        if (refusal is not null)
            throw refusal;
        state.Check(mayTakeOver: true);
        throw new ReshelveException($"the alias '{names.Of(alias)}' was moved to '{index}', but someone else moved it on: look at GET _alias/{names.Of(alias)}, then repeat");
    }

    private static ReshelveException Refuse(string alias, string index) => new(
        $"'{alias}' is an index, and it is not ours to delete: an administrator can put '{index}' in its place, in one step, by sending POST _aliases "
        + System.Text.Encoding.UTF8.GetString(AliasActions.Replace(alias, index)));

    private static string Milliseconds(TimeSpan time) => time.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture) + "ms";
}
