using System.Collections.Concurrent;
using Reshelve.Embedded.Columns;
using Reshelve.Embedded.Indexing;
using Reshelve.Embedded.Sqlite;
using Reshelve.Feeds;

namespace Reshelve.Embedded.Searching;

/// <summary>
/// Connections for the searches of one alias. Each search asks anew what the alias points at, since any process may promote;
/// connections
/// to what it no longer points at are closed.
/// </summary>
internal sealed class ReaderPool(string alias, IndexFolder folder) : IDisposable
{
    // Promoted and dropped again and again while a search begins: more than this is no race but a damaged folder.
    private const int MaxAttempts = 20;
    private const int MaxIdle = 16;

    private readonly ConcurrentBag<(string Index, IndexReader Reader)> _idle = [];
    private readonly Lock _gate = new();
    private (string Index, ColumnCache Columns)? _columns;
    private volatile bool _disposed;

    /// <summary>Runs a search on what the alias points at now.</summary>
    public T Search<T>(Func<IndexReader, IndexState, ColumnCache, T> search)
    {
        for (var attempt = 1; ; attempt++)
        {
            var index = folder.Resolve(alias) ?? (folder.Exists(alias) ? alias : null)
                ?? throw new ReshelveException($"nothing is indexed under '{alias}' yet: sync the catalog first");
            try
            {
                if (TrySearch(index, search, out var result))
                    return result;
            }
            catch (SqliteException) when (attempt < MaxAttempts && (!folder.Exists(index) || folder.Resolve(alias) != index))
            {
                // The alias was moved and the index dropped between the two lines above.
            }
            catch (SqliteException failure)
            {
                throw StorageFailure.Explain(failure, index, folder.PathOf(index));
            }

            if (attempt >= MaxAttempts)
                throw new ReshelveException($"the alias '{alias}' points at '{index}', which was deleted: sync the catalog again");
        }
    }

    /// <summary>Waits until the columns that are being loaded are there.</summary>
    public Task LoadedAsync()
    {
        lock (_gate)
            return _columns?.Columns.LoadedAsync() ?? Task.CompletedTask;
    }

    /// <summary>Closes the connections that no search uses.</summary>
    public void CloseIdle()
    {
        while (_idle.TryTake(out var idle))
            idle.Reader.Dispose();
        lock (_gate)
        {
            _columns?.Columns.Dispose();
            _columns = null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        CloseIdle();
    }

    private bool TrySearch<T>(string index, Func<IndexReader, IndexState, ColumnCache, T> search, out T result)
    {
        var reader = Take(index);
        var sound = false;
        try
        {
            var there = reader.Begin(out var state);
            result = there ? search(reader, state, ColumnsOf(index)) : default!;
            reader.End();
            sound = there;
            return there;
        }
        catch (Exception exception) when (exception is ReshelveException or OperationCanceledException)
        {
            reader.End();
            sound = true;
            throw;
        }
        finally
        {
            if (sound && !_disposed && _idle.Count < MaxIdle)
                _idle.Add((index, reader));
            else
                reader.Dispose();
        }
    }

    private ColumnCache ColumnsOf(string index)
    {
        lock (_gate)
        {
            if (_columns is { } known && known.Index == index)
                return known.Columns;
            _columns?.Columns.Dispose();
            var columns = new ColumnCache(folder.PathOf(index));
            _columns = (index, columns);
            return columns;
        }
    }

    private IndexReader Take(string index)
    {
        while (_idle.TryTake(out var idle))
        {
            if (idle.Index == index)
                return idle.Reader;
            idle.Reader.Dispose();
        }

        return IndexReader.Open(folder.PathOf(index));
    }
}
