using Reshelve.Indexing;
using Reshelve.OpenSearch.Connection;
using Reshelve.Planning;

namespace Reshelve.OpenSearch.Writing;

/// <summary>Writes batches by bulk requests. One per process and cluster, since all writing shares one pace; it may be used by several threads.</summary>
internal sealed class BulkWriter : IAsyncDisposable
{
    private readonly BulkChannel _channel;

    public BulkWriter(ClusterClient client, TimeProvider time)
    {
        var settings = client.Settings;
        _channel = new BulkChannel(
            client,
            new BulkPace(settings.Limits, time, client.Jitter),
            new SearchGovernor(client, time),
            new WriteCounters(),
            new BulkBuffers(settings.Limits),
            time);
    }

    /// <summary>What writing came to so far.</summary>
    public WriteFigures Figures => _channel.Counters.Figures;

    /// <summary>Why searches are not watched though they should be; null when they are.</summary>
    public string? Note => _channel.Governor.Note;

    /// <summary>Writes a batch; see <see cref="IIndexEngine.WriteAsync"/>.</summary>
    /// <param name="target">The alias that an index is written through, as the server knows it.</param>
    /// <param name="batch">The changes; no id twice.</param>
    /// <param name="sequence">The version of every write.</param>
    /// <param name="cancellationToken">Honoured before the batch is begun, and while the cluster takes nothing.</param>
    /// <exception cref="Feeds.ReshelveException">The index is gone or blocked, or patience ran out.</exception>
    public async Task<IReadOnlyList<ItemResult>> WriteAsync(string target, IReadOnlyList<Change> batch, long sequence, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return await new BatchWriting(_channel, target, batch, sequence).RunAsync(cancellationToken);
    }

    /// <summary>From now on the governor watches this index too (a concrete index or alias of readers, as the server knows it).</summary>
    public void Watch(string index) => _channel.Governor.Watch(index);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _channel.Governor.DisposeAsync();
}
