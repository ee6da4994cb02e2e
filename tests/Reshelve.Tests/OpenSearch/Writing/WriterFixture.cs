using Reshelve.Catalogs;
using Reshelve.Indexing;
using Reshelve.OpenSearch.Connection;
using Reshelve.OpenSearch.Writing;
using Reshelve.Planning;
using Reshelve.Tests.Images;
using Reshelve.Tests.OpenSearch.Connection;

namespace Reshelve.Tests.OpenSearch.Writing;

/// <summary>A writer and the server that it writes to, both made when they are first used. Waits are over at once.</summary>
internal sealed class WriterFixture : IAsyncDisposable
{
    private ClusterClient? _client;
    private BulkWriter? _writer;

    public WriterFixture() => Settings = Clusters.Settings(Server.Http);

    public BulkServer Server { get; } = new();

    public SteppedTime Time { get; } = Clusters.Clock();

    /// <summary>What the writer is made with.</summary>
    public ClusterSettings Settings { get; set; }

    public BulkWriter Writer => _writer ??= new BulkWriter(_client ??= Clusters.Client(Settings, Time), Time);

    public Task<IReadOnlyList<ItemResult>> WriteAsync(IReadOnlyList<Change> batch, long sequence = 1, CancellationToken cancellationToken = default) =>
        Writer.WriteAsync("shop_1.w", batch, sequence, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_writer is not null)
            await _writer.DisposeAsync();
        if (_client is not null)
            await _client.DisposeAsync();
        await Server.DisposeAsync();
    }
}
