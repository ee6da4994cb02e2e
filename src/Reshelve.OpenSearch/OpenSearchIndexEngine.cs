using System.Collections.Concurrent;
using Reshelve.Catalogs;
using Reshelve.Indexing;
using Reshelve.OpenSearch.Connection;
using Reshelve.OpenSearch.Indexing;
using Reshelve.OpenSearch.Reading;
using Reshelve.OpenSearch.Searching;
using Reshelve.OpenSearch.Writing;
using Reshelve.Planning;
using Reshelve.Searching;

namespace Reshelve.OpenSearch;

/// <summary>The index engine for Elasticsearch (from 7.10) and OpenSearch. Nothing is connected before it is needed.</summary>
public sealed class OpenSearchIndexEngine : IIndexEngine
{
    private readonly ClusterSettings _settings;
    private readonly ServerNames _names;
    private readonly ClusterClient _client;
    private readonly BulkWriter _writer;
    private readonly WriteNotes _notes;
    private readonly IndexDirectory _directory;
    private readonly IndexMaking _making;
    private readonly Promotion _promotion;
    private readonly ClusterSearch _search;
    private readonly DocumentReading _reading;

    // Indexes that were seen to be ours. Should one be deleted and made anew by someone else, its write alias is gone, and writing fails.
    private readonly ConcurrentDictionary<string, IndexSchema> _written = new(StringComparer.Ordinal);

    /// <param name="settings">The cluster.</param>
    /// <param name="owner">Whom our indexes belong to: an id of the data folder, or what the settings say.</param>
    /// <param name="workspaceFolder">What relative paths in the settings are relative to.</param>
    /// <param name="time">The clock.</param>
    public OpenSearchIndexEngine(ClusterSettings settings, string owner, string workspaceFolder, TimeProvider time)
    {
        _settings = settings;
        _names = new ServerNames(settings.Prefix);
        _client = new ClusterClient(settings, workspaceFolder, time);
        _writer = new BulkWriter(_client, time);
        _notes = new WriteNotes(() => _writer.Figures, () => _writer.Note);
        _directory = new IndexDirectory(_client, _names, owner);
        _making = new IndexMaking(_client, _names, _directory, time);
        _promotion = new Promotion(_client, _names, _directory, _making);
        _search = new ClusterSearch(_client, _names, _directory, time);
        _reading = new DocumentReading(_client, _directory, _making);
    }

    /// <inheritdoc/>
    public int WritesAtOnce => 2;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<BackingIndex>> ListAsync(string alias, CancellationToken cancellationToken)
    {
        var state = await _directory.OfAliasAsync(alias, cancellationToken);
        state.Check(_settings.TakeOver.Contains(alias, StringComparer.Ordinal));
        if (state.Ours.Count == 0)
            return [];
        var sizes = await _directory.SizesOfAliasAsync(alias, cancellationToken);
        return
        [
            .. state.Ours.Select(index => Describe(index, alias, state.PointsAt(index.Name), sizes.GetValueOrDefault(index.Name)))
                .OrderBy(i => i.Created).ThenBy(i => i.Name, StringComparer.Ordinal),
        ];
    }

    /// <inheritdoc/>
    public Task CreateAsync(string index, string alias, IndexSchema schema, IndexOrigin origin, CancellationToken cancellationToken) =>
        _making.CreateAsync(index, alias, schema, origin, cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ItemResult>> WriteAsync(string index, IReadOnlyList<Change> batch, long sequence, CancellationToken cancellationToken)
    {
        var ids = new HashSet<string>(batch.Count, StringComparer.Ordinal);
        foreach (var change in batch)
        {
            if (!ids.Add(change.Id))
                throw new ArgumentException($"the id '{change.Id}' is in the batch twice", nameof(batch));
        }

        if (!_written.TryGetValue(index, out var schema))
        {
            var found = await _directory.NeedAsync(index, "to write", cancellationToken);
            await _making.EnsureWriteAliasAsync(found, cancellationToken);
            _writer.Watch(_names.Of(found.Meta!.Catalog));
            _written[index] = schema = found.Meta.Schema;
        }

        var target = ServerNames.WriteAliasOf(_names.Of(index));
        var version = WriteVersion.Of(sequence);
        var results = await _writer.WriteAsync(target, batch, version, cancellationToken);
        var again = UndeclaredMembers.FindRefused(batch, results, schema);
        if (again.Count == 0)
            return results;
        var others = await _writer.WriteAsync(target, [.. again.Select(one => one.Change)], version, cancellationToken);
        var all = results.ToArray();
        for (var i = 0; i < again.Count; i++)
            all[again[i].Place] = others[i];
        return all;
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> TakeNotes() => _notes.Take();

    /// <inheritdoc/>
    public Task RefreshAsync(string index, CancellationToken cancellationToken) => _making.RefreshAsync(index, cancellationToken);

    /// <inheritdoc/>
    public Task PromoteAsync(string alias, string index, CancellationToken cancellationToken) => _promotion.RunAsync(alias, index, cancellationToken);

    /// <inheritdoc/>
    public Task DropAsync(string index, CancellationToken cancellationToken)
    {
        _written.TryRemove(index, out _);
        return _making.DropAsync(index, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<SearchResult> SearchAsync(string alias, SearchRequest request, CancellationToken cancellationToken) =>
        _search.RunAsync(alias, request, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, IndexedDocument>> GetAsync(
        string index, IReadOnlyCollection<string> ids, CancellationToken cancellationToken) => _reading.GetAsync(index, ids, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<(string Id, ReadOnlyMemory<byte> Document)> ReadAllAsync(string index, CancellationToken cancellationToken) =>
        _reading.ReadAllAsync(index, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        await _client.DisposeAsync();
    }

    private BackingIndex Describe(ServerIndex index, string alias, bool live, IndexSize size)
    {
        var meta = index.Meta!;
        return new BackingIndex(_names.Ours(index.Name), alias, meta.Signature, live, size.Documents, size.Bytes, meta.Created)
        {
            Outdated = meta.Outdated is { } difference ? $"the index {index.Name} cannot be used: {difference}" : null,
        };
    }
}
