#pragma warning disable
using Reshelve.Catalogs; using Reshelve.Indexing; using Reshelve.Planning; using Reshelve.Running; using Reshelve.Searching;
namespace Reshelve.Embedded;
internal sealed class EmbeddedIndexEngine(string folder, TimeProvider time) : IIndexEngine
{
    public ValueTask DisposeAsync() => default;
    public Task<IReadOnlyList<BackingIndex>> ListAsync(string alias, CancellationToken c) => Task.FromResult<IReadOnlyList<BackingIndex>>([]);
    public Task CreateAsync(string index, string alias, IndexSchema schema, CancellationToken c) => throw new NotSupportedException();
    public Task<IReadOnlyList<ItemResult>> WriteAsync(string index, IReadOnlyList<Change> batch, long sequence, CancellationToken c) => throw new NotSupportedException();
    public Task RefreshAsync(string index, CancellationToken c) => throw new NotSupportedException();
    public Task PromoteAsync(string alias, string index, CancellationToken c) => throw new NotSupportedException();
    public Task DropAsync(string index, CancellationToken c) => throw new NotSupportedException();
    public Task<SearchResult> SearchAsync(string alias, SearchRequest request, CancellationToken c) => throw new NotSupportedException();
    public IAsyncEnumerable<(string Id, ReadOnlyMemory<byte> Document)> ReadAllAsync(string index, CancellationToken c) => throw new NotSupportedException();
}
internal sealed class FileRunStore(string folder, TimeProvider time) : IRunStore
{
    public ICatalogLease Acquire(string catalog, string purpose) => throw new NotSupportedException();
    public void Save(RunReport report) => throw new NotSupportedException();
    public IRejectedWriter OpenRejected(string catalog, long run) => throw new NotSupportedException();
    public IReadOnlyList<RunReport> List(string catalog, int limit) => [];
    public IEnumerable<RejectedRecord> ReadRejected(string catalog, long run) => [];
}
