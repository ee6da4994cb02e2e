using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Reshelve.Ledgers;

/// <summary>
/// Writes a ledger file in one pass: entries in the order of their numbers, and the order of the live ones. How many entries
/// and id
/// bytes will come must be known, as the sections lie one behind the other.
/// </summary>
internal sealed class LedgerWriter : IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly SectionWriter[] _sections = new SectionWriter[Enum.GetValues<LedgerSection>().Length];
    private readonly byte[] _seed;
    private readonly string? _baseName;
    private readonly uint _baseEntries;
    private readonly List<LedgerAnchor> _anchors = [];
    private readonly List<LedgerRun> _order = [];
    private readonly uint _expected;
    private readonly long _expectedIdBytes;
    private readonly long _tail;
    private uint _entries;
    private ulong _live;

    /// <param name="path">The file; replaced if it exists.</param>
    /// <param name="seed">The seed of all hashes.</param>
    /// <param name="entries">Exactly how many entries will be added.</param>
    /// <param name="idBytes">Exactly the sum of their ids' lengths.</param>
    /// <param name="baseLedger">The ledger whose full file a delta builds on; null to write a full file.</param>
    public LedgerWriter(string path, byte[] seed, uint entries, long idBytes, Ledger? baseLedger)
    {
        _seed = seed;
        _baseName = baseLedger?.BaseName;
        _baseEntries = baseLedger?.BaseCount ?? 0;
        _expected = entries;
        _expectedIdBytes = idBytes;
        _file = File.OpenHandle(path, FileMode.Create, FileAccess.Write, FileShare.None);
        long offset = LedgerFormat.HeaderBytes;
        Place(LedgerSection.Raw, ref offset, 16L * entries);
        Place(LedgerSection.Stable, ref offset, 16L * entries);
        Place(LedgerSection.Volatile, ref offset, 8L * entries);
        Place(LedgerSection.IdHash, ref offset, 4L * entries);
        Place(LedgerSection.IdBlocks, ref offset, 8L * ((entries + LedgerFormat.IdsPerBlock - 1) / LedgerFormat.IdsPerBlock));
        Place(LedgerSection.Ids, ref offset, idBytes + (2L * entries));
        _tail = offset;
    }

    /// <summary>Adds an entry; its number is the one after the entry before (after the base's last, in a delta).</summary>
    public uint Add(ReadOnlySpan<byte> id, uint idHash, Fingerprint fingerprint)
    {
        if (LedgerFormat.IsAnchor(fingerprint.Raw))
            _anchors.Add(new LedgerAnchor(fingerprint.Raw.Low, _entries, 0));
        if (_entries % LedgerFormat.IdsPerBlock == 0)
            _sections[(int)LedgerSection.IdBlocks].Write(_sections[(int)LedgerSection.Ids].Length);
        _sections[(int)LedgerSection.Raw].Write(fingerprint.Raw);
        _sections[(int)LedgerSection.Stable].Write(fingerprint.Stable);
        _sections[(int)LedgerSection.Volatile].Write(fingerprint.Volatile);
        _sections[(int)LedgerSection.IdHash].Write(idHash);
        _sections[(int)LedgerSection.Ids].Write((ushort)id.Length);
        _sections[(int)LedgerSection.Ids].Write(id);
        return _baseEntries + _entries++;
    }

    /// <summary>Adds consecutive entries; gives the number of the first.</summary>
    public uint Add(EntrySlice entries)
    {
        var first = _baseEntries + _entries;
        for (var i = 0; i < entries.Count; i++)
        {
            if (LedgerFormat.IsAnchor(entries.Raw[i]))
                _anchors.Add(new LedgerAnchor(entries.Raw[i].Low, _entries + (uint)i, 0));
        }

        var ids = entries.Ids;
        for (var at = 0; at < ids.Length; _entries++)
        {
            if (_entries % LedgerFormat.IdsPerBlock == 0)
                _sections[(int)LedgerSection.IdBlocks].Write(_sections[(int)LedgerSection.Ids].Length + at);
            at += 2 + MemoryMarshal.Read<ushort>(ids[at..]);
        }

        _sections[(int)LedgerSection.Raw].Write(MemoryMarshal.AsBytes(entries.Raw));
        _sections[(int)LedgerSection.Stable].Write(MemoryMarshal.AsBytes(entries.Stable));
        _sections[(int)LedgerSection.Volatile].Write(MemoryMarshal.AsBytes(entries.Volatile));
        _sections[(int)LedgerSection.IdHash].Write(MemoryMarshal.AsBytes(entries.IdHashes));
        _sections[(int)LedgerSection.Ids].Write(ids);
        return first;
    }

    /// <summary>Puts entries next in feed order.</summary>
    public void Append(LedgerRun run)
    {
        if (run.Length == 0)
            return;
        _live += run.Length;
        // A run lies in one file: its entries' hashes are read as one array.
        if (_order.Count > 0 && _order[^1].End == run.First && run.First != _baseEntries)
            _order[^1] = new LedgerRun(_order[^1].First, _order[^1].Length + run.Length);
        else
            _order.Add(run);
    }

    /// <summary>Completes the file. It is flushed to the disk when it is committed.</summary>
    /// <param name="orderSample">A sample of an order that the file does not have.</param>
    public void Finish(params IReadOnlyList<EntryPair> orderSample)
    {
        if (_entries != _expected || _sections[(int)LedgerSection.Ids].Length != _expectedIdBytes + (2L * _expected))
            throw new InvalidOperationException($"{_entries} entries came where {_expected} were announced.");
        var offset = _tail;
        Place(LedgerSection.Anchors, ref offset, 16L * _anchors.Count);
        foreach (var anchor in _anchors)
            _sections[(int)LedgerSection.Anchors].Write(anchor);
        Place(LedgerSection.Order, ref offset, 8L * _order.Count);
        foreach (var run in _order)
            _sections[(int)LedgerSection.Order].Write(run);
        Place(LedgerSection.OrderSample, ref offset, 8L * orderSample.Count);
        foreach (var pair in orderSample)
            _sections[(int)LedgerSection.OrderSample].Write(pair);
        var header = new LedgerHeader
        {
            Entries = _entries,
            BaseEntries = _baseEntries,
            Live = (uint)_live,
            Seed = _seed,
            BaseName = _baseName,
            Sections = Array.ConvertAll(_sections, section => section.Finish()),
        };
        RandomAccess.Write(_file, header.ToBytes(), 0);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void Place(LedgerSection section, ref long offset, long length)
    {
        _sections[(int)section] = new SectionWriter(_file, offset);
        offset = (offset + length + LedgerFormat.Alignment - 1) / LedgerFormat.Alignment * LedgerFormat.Alignment;
    }
}
