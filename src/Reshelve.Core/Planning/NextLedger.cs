using Reshelve.Ledgers;

namespace Reshelve.Planning;

/// <summary>
/// The ledger as it will be: a list of entries of the present one and of new ones, in feed order. Written as a delta while that
/// is small,
/// else as a full file.
/// </summary>
internal sealed class NextLedger(Ledger ledger, Hashing.KeyedHash idHash)
{
    /// <summary>
    /// A delta may have a quarter of its base's entries; beyond that a full file is written, so that costs stay proportional.
    /// </summary>
    private const int DeltaShare = 4;

    /// <summary>
    /// An order of more runs than an eighth of the entries is slow to follow: it is straightened by a full file.
    /// </summary>
    private const int OrderShare = 8;

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

    /// <summary>Writes the file.</summary>
    /// <param name="path">Where.</param>
    /// <param name="newEntries">The new entries, in the order in which they were added.</param>
    public void Write(string path, IEnumerable<(Fingerprint Fingerprint, ReadOnlyMemory<byte> Id)> newEntries)
    {
        var asDelta = TryMeasureDelta(out var entries, out var idBytes);
        if (!asDelta)
            (entries, idBytes) = MeasureFull();
        using var writer = new LedgerWriter(path, ledger.Seed, entries, idBytes, asDelta ? ledger : null);
        using var source = newEntries.GetEnumerator();
        foreach (var piece in _pieces)
        {
            if (piece.IsNew)
                AddNew(writer, source, piece.Length);
            else if (asDelta)
                KeepInDelta(writer, piece);
            else
                Copy(writer, piece.First, piece.Length);
        }

        writer.Finish();
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
            for (var entry = piece.First; entry < piece.First + piece.Length; entry++)
            {
                entries++;
                idBytes += ledger.Id(entry).Length;
            }
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
            for (uint i = 0; !piece.IsNew && i < piece.Length; i++)
                idBytes += ledger.Id(piece.First + i).Length;
        }

        return ((uint)Count, idBytes);
    }

    private void AddNew(LedgerWriter writer, IEnumerator<(Fingerprint Fingerprint, ReadOnlyMemory<byte> Id)> source, uint count)
    {
        for (; count > 0; count--)
        {
            if (!source.MoveNext())
                throw new InvalidOperationException("Fewer new entries came than were added.");
            var id = source.Current.Id.Span;
            writer.Append(new LedgerRun(writer.Add(id, (uint)idHash.Low64(id), source.Current.Fingerprint), 1));
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
        for (var entry = first; entry < first + length; entry++)
            writer.Append(new LedgerRun(writer.Add(ledger.Id(entry), ledger.IdHash(entry), ledger.Fingerprint(entry)), 1));
    }

    private readonly record struct Piece(uint First, uint Length, bool IsNew);
}
