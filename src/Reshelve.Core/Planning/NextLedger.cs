using Reshelve.Ledgers;

namespace Reshelve.Planning;

/// <summary>Gives the next new entries: at least one, and at most so many; valid until the next call.</summary>
internal delegate EntrySlice TakeEntries(uint atMost);

/// <summary>
/// The ledger as it will be: a list of entries of the present one and of new ones, in order. Written as a delta while that is small,
/// else as a full file.
/// </summary>
internal sealed class NextLedger(Ledger ledger)
{
    /// <summary>
    /// A delta may have a quarter of its base's entries; beyond that a full file is written, so that costs stay proportional.
    /// </summary>
    private const int DeltaShare = 4;

    /// <summary>
    /// An order of more runs than an eighth of the entries is slow to follow: it is straightened by a full file.
    /// </summary>
    private const int OrderShare = 8;

    private const uint CopyAtOnce = 1 << 14;

    private readonly List<Piece> _pieces = [];
    private uint _newEntries;
    private long _newIdBytes;

    /// <summary>Live entries, so far.</summary>
    public ulong Count { get; private set; }

    /// <summary>Puts present entries next.</summary>
    public void Keep(uint first, uint length)
    {
        if (first < ledger.BaseCount && first + length > ledger.BaseCount)
        {
            // A run lies in one file.
            Keep(first, ledger.BaseCount - first);
            Keep(ledger.BaseCount, first + length - ledger.BaseCount);
            return;
        }

        if (length == 0)
            return;
        Count += length;
        if (_pieces.Count > 0 && !_pieces[^1].IsNew && _pieces[^1].First + _pieces[^1].Length == first && first != ledger.BaseCount)
            _pieces[^1] = _pieces[^1] with { Length = _pieces[^1].Length + length };
        else
            _pieces.Add(new Piece(first, length, false));
    }

    /// <summary>Puts a new entry next; its details come when the file is written, in the same order.</summary>
    public void Add(int idLength)
    {
        Count++;
        _newEntries++;
        _newIdBytes += idLength;
        if (_pieces.Count > 0 && _pieces[^1].IsNew)
            _pieces[^1] = _pieces[^1] with { Length = _pieces[^1].Length + 1 };
        else
            _pieces.Add(new Piece(0, 1, true));
    }

    /// <summary>Whether it is the ledger as it is.</summary>
    public bool IsUnchanged()
    {
        if (_newEntries > 0 || _pieces.Count != ledger.Order.Length)
            return false;
        for (var i = 0; i < _pieces.Count; i++)
        {
            if (_pieces[i].First != ledger.Order[i].First || _pieces[i].Length != ledger.Order[i].Length)
                return false;
        }

        return true;
    }

    /// <summary>Whether it is small enough to be written as a delta.</summary>
    public bool IsDelta => TryMeasureDelta(out _, out _);

    /// <summary>Writes the file.</summary>
    /// <param name="path">Where.</param>
    /// <param name="newEntries">Gives the new entries, in the order in which they were added.</param>
    /// <param name="sample">A sample of the feed's order, if that is not the ledger's; by the numbers of a delta.</param>
    public void Write(string path, TakeEntries newEntries, params IReadOnlyList<EntryPair> sample)
    {
        var asDelta = TryMeasureDelta(out var entries, out var idBytes);
        if (!asDelta)
            (entries, idBytes) = MeasureFull();
        using var writer = new LedgerWriter(path, ledger.Seed, entries, idBytes, asDelta ? ledger : null);
        foreach (var piece in _pieces)
        {
            if (piece.IsNew)
                AddNew(writer, newEntries, piece.Length);
            else if (asDelta)
                KeepInDelta(writer, piece);
            else
                Copy(writer, piece.First, piece.Length);
        }

        writer.Finish(asDelta ? sample : []);
    }

    private bool TryMeasureDelta(out uint entries, out long idBytes)
    {
        entries = _newEntries;
        idBytes = _newIdBytes;
        if (ledger.BaseName is null || _pieces.Count > (ledger.BaseCount / OrderShare) + 64)
            return false;
        foreach (var piece in _pieces)
        {
            if (piece.IsNew || piece.First < ledger.BaseCount)
                continue;
            entries += piece.Length;
            idBytes += ledger.IdBytes(piece.First, piece.Length);
        }

        return entries <= ledger.BaseCount / DeltaShare && Count >= ledger.BaseCount / 2;
    }

    private (uint Entries, long IdBytes) MeasureFull()
    {
        if (Count > LedgerFormat.MaxEntries)
            throw new Feeds.FeedRefusedException($"the catalog would hold more than {LedgerFormat.MaxEntries:N0} documents, which is the most it can");
        var idBytes = _newIdBytes;
        foreach (var piece in _pieces)
        {
            if (!piece.IsNew)
                idBytes += ledger.IdBytes(piece.First, piece.Length);
        }

        return ((uint)Count, idBytes);
    }

    private static void AddNew(LedgerWriter writer, TakeEntries source, uint count)
    {
        while (count > 0)
        {
            var entries = source(count);
            writer.Append(new LedgerRun(writer.Add(entries), (uint)entries.Count));
            count -= (uint)entries.Count;
        }
    }

    private void KeepInDelta(LedgerWriter writer, Piece piece)
    {
        if (piece.First < ledger.BaseCount)
            writer.Append(new LedgerRun(piece.First, piece.Length));
        else
            Copy(writer, piece.First, piece.Length);
    }

    private void Copy(LedgerWriter writer, uint first, uint length)
    {
        for (var end = first + length; first < end;)
        {
            var count = Math.Min(CopyAtOnce, end - first);
            writer.Append(new LedgerRun(writer.Add(ledger.Slice(first, (int)count)), count));
            first += count;
        }
    }

    private readonly record struct Piece(uint First, uint Length, bool IsNew);
}
