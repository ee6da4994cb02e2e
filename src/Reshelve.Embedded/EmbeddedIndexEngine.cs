using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Reshelve.Embedded.Indexing;
using Reshelve.Embedded.Searching;
using Reshelve.Embedded.Sqlite;
using Reshelve.Feeds;
using Reshelve.Indexing;
using Reshelve.Planning;
using Reshelve.Searching;

namespace Reshelve.Embedded;

/// <summary>
/// The index engine for one machine: a folder with one SQLite database per backing index, full text by FTS5. Nothing is opened
/// before
/// it is needed. Several processes may use the same folder.
/// </summary>
/// <param name="folder">Where the indexes are; made when the first one is.</param>
/// <param name="time">The clock.</param>
public sealed class EmbeddedIndexEngine(string folder, TimeProvider time) : IIndexEngine
{
    private readonly IndexFolder _folder = new(folder, time);
    private readonly ConcurrentDictionary<string, IndexWriter> _writers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ReaderPool> _readers = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public Task<IReadOnlyList<BackingIndex>> ListAsync(string alias, CancellationToken cancellationToken) =>
        Task.Run<IReadOnlyList<BackingIndex>>(
            () =>
            {
                var live = _folder.Resolve(alias);
                return
                [
                    .. _folder.Candidates(alias).Select(name => Describe(name, alias, live)).OfType<BackingIndex>()
                        .OrderBy(i => i.Created).ThenBy(i => i.Name, StringComparer.Ordinal),
                ];
            },
            cancellationToken);

    /// <inheritdoc/>
    public async Task CreateAsync(string index, string alias, IndexSchema schema, IndexOrigin origin, CancellationToken cancellationToken)
    {
        var path = _folder.PathOf(index);
        using var _ = await _folder.LockAsync(cancellationToken);
        if (_folder.Exists(index))
            throw new ReshelveException($"an index '{index}' exists already; drop it or choose another name");
        if (!index.StartsWith(alias + "_", StringComparison.Ordinal))
            throw new ReshelveException($"the index '{index}' is made for the alias '{alias}', so its name must begin with '{alias}_'");
        Guard(index, () => _folder.Create(index, new IndexAbout(alias, time.GetUtcNow(), schema)), path);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ItemResult>> WriteAsync(
        string index, IReadOnlyList<Change> batch, long sequence, CancellationToken cancellationToken)
    {
        var ids = new HashSet<string>(batch.Count, StringComparer.Ordinal);
        foreach (var change in batch)
        {
            if (!ids.Add(change.Id))
                throw new ArgumentException($"the id '{change.Id}' is in the batch twice", nameof(batch));
        }

        return await Writer(index).WriteAsync(batch, sequence, cancellationToken);
    }

    /// <inheritdoc/>
    public Task RefreshAsync(string index, CancellationToken cancellationToken) => Writer(index).RefreshAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task PromoteAsync(string alias, string index, CancellationToken cancellationToken)
    {
        using var _ = await _folder.LockAsync(cancellationToken);
        if (!_folder.Exists(index))
            throw new ReshelveException($"there is no index '{index}' to point the alias '{alias}' at");
        var state = Guard(index, () =>
        {
            using var reader = IndexReader.Open(_folder.PathOf(index));
            reader.Begin(out var state);
            return reader.About.Alias == alias
                ? state
                : throw new ReshelveException($"the index '{index}' was made for the alias '{reader.About.Alias}', not for '{alias}'");
        });

        // Until its first refresh an index has no full text.
        if (state.IsLoading)
            await Writer(index).RefreshAsync(cancellationToken);
        Guard(index, () => _folder.Point(alias, index));
    }

    /// <inheritdoc/>
    public async Task DropAsync(string index, CancellationToken cancellationToken)
    {
        var path = _folder.PathOf(index);
        using var _ = await _folder.LockAsync(cancellationToken);
        if (!_folder.Exists(index))
            return;
        if (_folder.AliasOf(index) is { } alias)
            throw new ReshelveException($"the index '{index}' is what '{alias}' is searched in: promote another one before dropping it");

        // This also finds out whether the file is an index of ours: no other is deleted.
        await Writer(index).DropAsync();
        _writers.TryRemove(index, out var _);
        foreach (var pool in _readers.Values)
            pool.CloseIdle();
        Guard(index, () => _folder.Delete(path), path);
    }

    /// <inheritdoc/>
    public Task<SearchResult> SearchAsync(string alias, SearchRequest request, CancellationToken cancellationToken) =>
        Task.Run(
            () => Search(alias, pool => pool.Search(
                (reader, state, columns) => new SearchExecution(reader, request, cancellationToken).Run(state, columns))),
            cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, IndexedDocument>> GetAsync(
        string index, IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        Task.Run(
            () =>
            {
                if (!_folder.Exists(index))
                    throw new ReshelveException($"there is no index '{index}' to read");
                return Guard(index, () => DocumentLookup.Read(index, _folder.PathOf(index), ids, cancellationToken));
            },
            cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<(string Id, ReadOnlyMemory<byte> Document)> ReadAllAsync(
        string index, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        if (!_folder.Exists(index))
            throw new ReshelveException($"there is no index '{index}' to read");
        using var documents = Guard(index, () => new DocumentStream(IndexReader.Open(_folder.PathOf(index))));
        while (Guard(index, documents.Next) is { } document)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return document;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var writer in _writers.Values)
            await writer.DisposeAsync();
        foreach (var pool in _readers.Values)
            pool.Dispose();
        _writers.Clear();
        _readers.Clear();
    }

    private T Search<T>(string name, Func<ReaderPool, T> search)
    {
        // An index that is yet to be promoted is searched a few times by its own name: nothing is kept open for that.
        if (!_readers.ContainsKey(name) && _folder.Resolve(name) is null && _folder.Exists(name))
        {
            using var alone = new ReaderPool(name, _folder);
            return search(alone);
        }

        return search(_readers.GetOrAdd(name, alias => new ReaderPool(alias, _folder)));
    }

    /// <summary>Waits until what searches of an alias have begun to load is there.</summary>
    internal Task ColumnsLoadedAsync(string alias) =>
        _readers.TryGetValue(alias, out var pool) ? pool.LoadedAsync() : Task.CompletedTask;

    private IndexWriter Writer(string index) =>
        _writers.GetOrAdd(index, static (name, engine) => new IndexWriter(name, engine._folder.PathOf(name), engine.Time), this);

    private TimeProvider Time => time;

    // Null for a file that is no index of this alias, or that was dropped while it was looked at.
    private BackingIndex? Describe(string name, string alias, string? live)
    {
        try
        {
            using var reader = IndexReader.Open(_folder.PathOf(name));
            if (reader.About.Alias != alias || !reader.Begin(out var state))
                return null;
            return new BackingIndex(
                name, alias, reader.About.Schema.Signature, name == live, state.Documents, _folder.BytesOf(name), reader.About.Created);
        }
        catch (NotAnIndexException)
        {
            return null;
        }
        catch (OtherFormatException other)
        {
            return other.Alias == alias
                ? new BackingIndex(name, alias, "", name == live, 0, _folder.BytesOf(name), other.Created) { Outdated = other.Difference }
                : null;
        }
        catch (SqliteException failure) when (!_folder.Exists(name) || (failure.Error == SqliteError.NotADatabase && name != live))
        {
            return null;
        }
        catch (SqliteException failure) when (failure.Error == SqliteError.Corrupt && name != live)
        {
            // A damaged one that nobody searches stands in nobody's way.
            return new BackingIndex(name, alias, "", Live: false, 0, _folder.BytesOf(name), time.GetUtcNow()) { Outdated = $"the index {name} is damaged" };
        }
        catch (SqliteException failure)
        {
            throw StorageFailure.Explain(failure, name, _folder.PathOf(name));
        }
    }

    private void Guard(string index, Action work, string? path = null) =>
        Guard(
            index,
            () =>
            {
                work();
                return true;
            },
            path);

    private T Guard<T>(string index, Func<T> work, string? path = null)
    {
        try
        {
            return work();
        }
        catch (SqliteException failure)
        {
            throw StorageFailure.Explain(failure, index, path ?? _folder.PathOf(index));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ReshelveException($"the index folder '{folder}' cannot be written: {exception.Message}", exception);
        }
    }
}
