using Reshelve.Embedded.Sqlite;
using Reshelve.Enriching;

namespace Reshelve.Embedded.Images;

/// <summary>The memory of what the documents of one backing index show of pictures, in one SQLite file.</summary>
/// <param name="path">The file; made, with its folder, by the first call that notes something.</param>
public sealed class SqliteImageLedger(string path) : IImageLedger
{
    private readonly MemoryFile _file = new(path, ImageLedgerLayout.Layout);

    /// <summary>Deletes a ledger's files, as far as there are any. Whoever has them open keeps what they held.</summary>
    public static void Delete(string path)
    {
        // The database first: without it, what is left of its log means nothing to anyone.
        foreach (var file in new[] { path, path + "-wal", path + "-shm" })
            File.Delete(file);
    }

    /// <inheritdoc/>
    public Task NoteAsync(IReadOnlyCollection<ImageUse> uses, long sequence, CancellationToken cancellationToken) =>
        WriteAsync(uses, (rows, use) => rows.Note(use, sequence), cancellationToken);

    /// <inheritdoc/>
    public Task SettleAsync(IReadOnlyCollection<WrittenImages> written, long sequence, CancellationToken cancellationToken) =>
        WriteAsync(written, (rows, one) => rows.Settle(one, sequence), cancellationToken);

    /// <inheritdoc/>
    public Task ForgetAsync(IReadOnlyCollection<string> ids, long sequence, CancellationToken cancellationToken) =>
        WriteAsync(ids, (rows, id) => rows.Forget(id, sequence), cancellationToken);

    /// <inheritdoc/>
    public Task MarkAsync(
        IReadOnlyCollection<(ImageReference Reference, long Changed)> references, long seen, CancellationToken cancellationToken) =>
        _file.WriteAsync(
            database =>
            {
                var rows = new ImageLedgerRows(database);
                foreach (var (reference, changed) in references)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    rows.Mark(reference, changed);
                }

                rows.See(seen);
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<long> SeenAsync(CancellationToken cancellationToken) =>
        _file.ReadAsync(database => new ImageLedgerRows(database).Seen, 0, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> FindDueAsync(string signature, string? after, int limit, CancellationToken cancellationToken) =>
        _file.ReadAsync<IReadOnlyList<string>>(
            database => limit > 0 ? DueRows.Find(database, signature, after, limit, cancellationToken) : [], [], cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyCollection<ImageReference>> FindUnusedAsync(
        IReadOnlyCollection<ImageReference> references, CancellationToken cancellationToken) =>
        _file.ReadAsync<IReadOnlyCollection<ImageReference>>(
            database =>
            {
                var rows = new UsedReferences(database);
                var unused = new HashSet<ImageReference>();
                foreach (var reference in references)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    if (rows.Find(reference) is null)
                        unused.Add(reference);
                }

                return unused;
            },
            references.ToHashSet(),
            cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<ImageReference, IReadOnlyList<string>>> FindUsersAsync(
        IReadOnlyCollection<ImageReference> references, int limit, CancellationToken cancellationToken) =>
        _file.ReadAsync<IReadOnlyDictionary<ImageReference, IReadOnlyList<string>>>(
            database =>
            {
                var rows = new UsedReferences(database);
                var users = new Dictionary<ImageReference, IReadOnlyList<string>>();
                foreach (var reference in references)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    if (limit > 0 && rows.Find(reference) is { } number)
                        users[reference] = rows.Users(number, limit);
                }

                return users;
            },
            new Dictionary<ImageReference, IReadOnlyList<string>>(),
            cancellationToken);

    /// <inheritdoc/>
    public Task<ImageTotals> CountAsync(string signature, CancellationToken cancellationToken) =>
        _file.ReadAsync(database => DueRows.Count(database, signature), new ImageTotals(0, 0, 0), cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private Task WriteAsync<T>(IReadOnlyCollection<T> items, Action<ImageLedgerRows, T> write, CancellationToken cancellationToken)
    {
        if (items.Count == 0)
            return Task.CompletedTask;
        return _file.WriteAsync(
            database =>
            {
                var rows = new ImageLedgerRows(database);
                foreach (var item in items)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    write(rows, item);
                }
            },
            cancellationToken);
    }
}
