using Reshelve.Embedded.Indexing;
using Reshelve.Embedded.Searching;
using Reshelve.Embedded.Sqlite;

namespace Reshelve.Embedded.Columns;

/// <summary>
/// The columns of one index, shared by the searches of this process. They are loaded in the background once searches come
/// repeatedly, and brought up to date by the first search that sees a later version. A search that cannot have them does without.
/// </summary>
internal sealed class ColumnCache(string path) : IDisposable
{
    // A program that searches once and ends does better without.
    private const int SearchesBefore = 2;

    // Loaded on the spot: it takes some milliseconds.
    private const long SmallDocuments = 10_000;

    // Beyond this, or when most numbers are no longer in use, searches go without.
    private const long MaxBytes = 512 << 20;
    private const int MaxNumbersPerDocument = 4;

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly HashSet<IndexField> _wanted = [];
    private IndexColumns? _columns;
    private Task _loading = Task.CompletedTask;
    private int _searches;
    private bool _tooLarge;

    /// <summary>The columns of these fields as of what the reader sees; null when they are not to be had now.</summary>
    public IndexColumns? Get(IndexReader reader, IndexState state, IReadOnlyCollection<IndexField> fields)
    {
        var columns = Volatile.Read(ref _columns);
        if (columns is not null && columns.Version == state.Version && columns.Has(fields))
            return columns;
        lock (_gate)
        {
            if (_columns is null || !_columns.Has(fields))
                return Load(reader, state, fields);
            if (_columns.Version == state.Version)
                return _columns;
            if (_columns.Version > state.Version)
                return null;
            if (ReadTouched(reader.Database, _columns.Version, state.Version) is not { } touched)
                return Load(reader, state, fields);
            return _columns = _columns.Refresh(reader, state.Version, touched);
        }
    }

    /// <summary>Waits until what is being loaded is there.</summary>
    public Task LoadedAsync()
    {
        lock (_gate)
            return _loading;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _closing.Cancel();
        LoadedAsync().GetAwaiter().GetResult();
        _closing.Dispose();
    }

    private IndexColumns? Load(IndexReader reader, IndexState state, IReadOnlyCollection<IndexField> fields)
    {
        if (state.IsLoading || _tooLarge || !_loading.IsCompleted || _closing.IsCancellationRequested)
            return null;
        _wanted.UnionWith(fields);
        var wanted = _wanted.ToList();
        var numbers = reader.Database.Prepare("SELECT max(num) FROM docs").Scalar() ?? 0;
        if (numbers * IndexColumns.WidthOf(wanted) > MaxBytes || numbers > SmallDocuments + (state.Documents * MaxNumbersPerDocument))
        {
            _tooLarge = true;
            return null;
        }

        if (numbers <= SmallDocuments)
            return _columns = IndexColumns.Load(reader, state.Version, wanted, CancellationToken.None);
        if (++_searches >= SearchesBefore)
            _loading = Task.Run(() => LoadApart(wanted), CancellationToken.None);
        return null;
    }

    private void LoadApart(IReadOnlyList<IndexField> wanted)
    {
        try
        {
            using var reader = IndexReader.Open(path);
            if (!reader.Begin(out var state) || state.IsLoading)
                return;
            var columns = IndexColumns.Load(reader, state.Version, wanted, _closing.Token);
            reader.End();
            lock (_gate)
                _columns = columns;
        }
        catch (Exception failure) when (failure is SqliteException or OperationCanceledException or Feeds.ReshelveException)
        {
            // Dropped or closed meanwhile; or damaged, which the searches themselves find out and tell.
        }
    }

    // The documents written from one version to another; null when that is no longer known.
    private static List<int>? ReadTouched(SqliteDatabase database, long after, long until)
    {
        var touched = new HashSet<int>();
        var versions = 0;
        var rows = database.Prepare("SELECT nums FROM touched WHERE version > ?").Bind(1, after);
        for (; rows.Step(); versions++)
            touched.UnionWith(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, int>(rows.Blob(0)).ToArray());
        rows.Reset();
        return versions == until - after ? [.. touched.Order()] : null;
    }
}
