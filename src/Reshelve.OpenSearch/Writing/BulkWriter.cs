using Reshelve.Indexing;
using Reshelve.OpenSearch.Connection;
using Reshelve.Planning;

namespace Reshelve.OpenSearch.Writing;

/// <summary>Writes batches by bulk requests. One per process and cluster, since all writing shares one pace; it may be used by several threads.</summary>
internal sealed class BulkWriter(ClusterClient client, TimeProvider time) : IAsyncDisposable
{
    /// <summary>Writes a batch; see <see cref="IIndexEngine.WriteAsync"/>.</summary>
    /// <param name="target">The alias that an index is written through, as the server knows it.</param>
    /// <param name="batch">The changes; no id twice.</param>
    /// <param name="sequence">The version of every write.</param>
    /// <param name="cancellationToken">Honoured before the batch is begun, and while the cluster takes nothing.</param>
    /// <exception cref="Feeds.ReshelveException">The index is gone or blocked, or patience ran out.</exception>
    public Task<IReadOnlyList<ItemResult>> WriteAsync(string target, IReadOnlyList<Change> batch, long sequence, CancellationToken cancellationToken) =>
        throw new NotSupportedException($"{client.Settings.Prefix} {time}");

    /// <summary>From now on the governor watches this index too (a concrete index or alias of readers, as the server knows it).</summary>
    public void Watch(string index) => throw new NotSupportedException(index);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
