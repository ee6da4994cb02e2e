using Reshelve.Embedded.Sqlite;
using Reshelve.Planning;

namespace Reshelve.Embedded.Indexing;

/// <summary>
/// Gives the documents of a batch their row numbers. New ones take over those of removed documents, since what is in memory by number has
/// room for all numbers up to the largest.
/// </summary>
internal sealed class RowNumbers(SqliteDatabase database)
{
    /// <summary>Instead of a number: the one behind all others. It sorts behind them, too.</summary>
    public const long BehindAll = long.MaxValue;

    private readonly byte[] _id = GC.AllocateUninitializedArray<byte>(IdKey.MaxBytes, pinned: true);
    private readonly HashSet<long> _unused = [];

    /// <summary>
    /// The changes by ascending number. FTS5 collects what is written in memory only as long as row numbers grow: in any other order it
    /// writes a segment per document, which made a batch of random replacements more than ten times slower.
    /// </summary>
    public (long Number, int Item, bool IsNew)[] Order(IReadOnlyList<Change> batch, bool takeFree)
    {
        var order = new (long Number, int Item, bool IsNew)[batch.Count];
        var find = database.Prepare("SELECT num FROM docs WHERE id = ?");
        for (var i = 0; i < order.Length; i++)
        {
            var length = IdKey.Encode(batch[i].Id, _id, out _);
            order[i] = (BehindAll, i, true);
            if (length < 0)
                continue;
            find.BindPinnedBlob(1, _id.AsSpan(0, length));
            if (find.Step())
                order[i] = (find.Int64(0), i, false);
            find.Reset();
        }

        _unused.Clear();
        if (takeFree)
            TakeFree(batch, order);
        Array.Sort(order);
        return order;
    }

    /// <summary>A document has this number now.</summary>
    public void Use(long number) => _unused.Remove(number);

    /// <summary>No document has this number any more.</summary>
    public void Free(long number) => _unused.Add(number);

    /// <summary>
    /// Keeps the numbers that are free when the batch is written. Not before: a document behind all others may get the number that the
    /// last one had.
    /// </summary>
    public void KeepFree()
    {
        foreach (var number in _unused)
            database.Prepare("INSERT INTO free(num) VALUES(?)").Bind(1, number).Run();
    }

    private void TakeFree(IReadOnlyList<Change> batch, (long Number, int Item, bool IsNew)[] order)
    {
        var needed = order.Count(place => place.IsNew && batch[place.Item].Kind != ChangeKind.Remove);
        var free = database.Prepare("SELECT num FROM free ORDER BY num LIMIT ?").Bind(1, needed);
        foreach (ref var place in order.AsSpan())
        {
            if (!place.IsNew || batch[place.Item].Kind == ChangeKind.Remove)
                continue;
            if (!free.Step())
                break;
            place.Number = free.Int64(0);
            _unused.Add(place.Number);
        }

        free.Reset();
        foreach (var number in _unused)
            database.Prepare("DELETE FROM free WHERE num = ?").Bind(1, number).Run();
    }
}
