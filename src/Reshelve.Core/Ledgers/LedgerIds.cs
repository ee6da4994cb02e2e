using System.Text;

namespace Reshelve.Ledgers;

/// <summary>Finds a ledger's live entries by id: a table of 8 bytes per entry, sorted by the hash of the id.</summary>
internal sealed class LedgerIds
{
    private readonly Ledger _ledger;
    private readonly uint[] _hashes;
    private readonly uint[] _entries;

    public LedgerIds(Ledger ledger)
    {
        _ledger = ledger;
        _hashes = new uint[ledger.Count];
        _entries = new uint[ledger.Count];
        var count = 0;
        foreach (var run in ledger.Order)
        {
            for (var entry = run.First; entry < run.End; entry++, count++)
                (_hashes[count], _entries[count]) = (ledger.IdHash(entry), entry);
        }

        Array.Sort(_hashes, _entries);
    }

    /// <summary>Live entries.</summary>
    public int Count => _entries.Length;

    /// <summary>The entry at a place of the table.</summary>
    public uint this[int place] => _entries[place];

    /// <summary>The place of an id in the table; -1 when the ledger does not have it.</summary>
    public int Find(string id)
    {
        var bytes = Encoding.UTF8.GetBytes(id);
        var hash = _ledger.HashId(bytes);
        var place = Array.BinarySearch(_hashes, hash);
        if (place < 0)
            return -1;
        while (place > 0 && _hashes[place - 1] == hash)
            place--;
        for (; place < _hashes.Length && _hashes[place] == hash; place++)
        {
            if (_ledger.Id(_entries[place]).SequenceEqual(bytes))
                return place;
        }

        return -1;
    }
}
