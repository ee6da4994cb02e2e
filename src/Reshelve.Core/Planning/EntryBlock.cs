using System.Runtime.InteropServices;
using Reshelve.Hashing;
using Reshelve.Ledgers;
using Reshelve.Mapping;

namespace Reshelve.Planning;

/// <summary>
/// Some entries for the next ledger, as arrays: so they are kept, and so they are copied to the ledger, many at a time.
/// </summary>
internal sealed class EntryBlock
{
    /// <summary>Entries of a full block.</summary>
    public const int Capacity = 1024;

    private readonly Hash128[] _raw = new Hash128[Capacity];
    private readonly Hash128[] _stable = new Hash128[Capacity];
    private readonly ulong[] _volatile = new ulong[Capacity];
    private readonly uint[] _idHashes = new uint[Capacity];
    private readonly int[] _idEnds = new int[Capacity];
    private readonly ByteBuffer _ids = new();

    public int Count { get; private set; }

    public bool IsFull => Count == Capacity;

    public void Add(in Fingerprint fingerprint, uint idHash, ReadOnlySpan<byte> id)
    {
        _raw[Count] = fingerprint.Raw;
        _stable[Count] = fingerprint.Stable;
        _volatile[Count] = fingerprint.Volatile;
        _idHashes[Count] = idHash;
        MemoryMarshal.Write(_ids.Room(2), (ushort)id.Length);
        _ids.Commit(2);
        _ids.Append(id);
        _idEnds[Count++] = _ids.Length;
    }

    public ReadOnlySpan<byte> Id(int index) => _ids.Slice(IdStart(index) + 2, _idEnds[index] - IdStart(index) - 2);

    public EntrySlice Slice(int start, int count) => new()
    {
        Raw = _raw.AsSpan(start, count),
        Stable = _stable.AsSpan(start, count),
        Volatile = _volatile.AsSpan(start, count),
        IdHashes = _idHashes.AsSpan(start, count),
        Ids = _ids.Slice(IdStart(start), _idEnds[start + count - 1] - IdStart(start)),
    };

    public void Clear()
    {
        Count = 0;
        _ids.Clear();
    }

    /// <summary>Appends a full block to some bytes.</summary>
    public void Save(ByteBuffer bytes)
    {
        bytes.Append(MemoryMarshal.AsBytes(_raw.AsSpan()));
        bytes.Append(MemoryMarshal.AsBytes(_stable.AsSpan()));
        bytes.Append(MemoryMarshal.AsBytes(_volatile.AsSpan()));
        bytes.Append(MemoryMarshal.AsBytes(_idHashes.AsSpan()));
        bytes.Append(MemoryMarshal.AsBytes(_idEnds.AsSpan()));
        bytes.Append(_ids.Written);
    }

    /// <summary>Reads what <see cref="Save"/> appended.</summary>
    public void Load(ReadOnlySpan<byte> bytes)
    {
        Take(_raw.AsSpan(), ref bytes);
        Take(_stable.AsSpan(), ref bytes);
        Take(_volatile.AsSpan(), ref bytes);
        Take(_idHashes.AsSpan(), ref bytes);
        Take(_idEnds.AsSpan(), ref bytes);
        _ids.Clear();
        _ids.Append(bytes);
        Count = Capacity;
    }

    private static void Take<T>(Span<T> values, ref ReadOnlySpan<byte> bytes)
        where T : unmanaged
    {
        var target = MemoryMarshal.AsBytes(values);
        bytes[..target.Length].CopyTo(target);
        bytes = bytes[target.Length..];
    }

    private int IdStart(int index) => index == 0 ? 0 : _idEnds[index - 1];
}
