using System.IO.MemoryMappedFiles;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Reshelve.Feeds;
using Reshelve.Hashing;

namespace Reshelve.Ledgers;

/// <summary>
/// One ledger file, mapped into memory: only the pages that are looked at take memory. A section is checked against its
/// checksum when
/// it is first used, so that an unchanged feed reads nothing but raw hashes. Big-endian processors are not supported.
/// </summary>
internal sealed unsafe partial class LedgerFile : IDisposable
{
    private const int DontNeed = 4;

    private readonly string _path;
    private readonly SafeFileHandle _file;
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private readonly bool[] _checked = new bool[Enum.GetValues<LedgerSection>().Length];
    private readonly Lock _lock = new();

    private LedgerFile(
        string path, SafeFileHandle file, MemoryMappedFile map, MemoryMappedViewAccessor view, LedgerHeader header, byte* start)
    {
        _path = path;
        _file = file;
        _map = map;
        _view = view;
        _start = start;
        Header = header;
    }

    public LedgerHeader Header { get; }

    public uint Count => Header.Entries;

    public static LedgerFile Open(string path)
    {
        if (!BitConverter.IsLittleEndian)
            throw new PlatformNotSupportedException("Ledgers need a little-endian processor.");
        // Sections are read from their beginning to their end when they are checked.
        var file = File.OpenHandle(path, options: FileOptions.SequentialScan);
        var length = RandomAccess.GetLength(file);
        if (length < LedgerFormat.HeaderBytes)
        {
            file.Dispose();
            throw LedgerFormat.Damaged(path, $"it is {length} bytes long");
        }

        var map = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        var view = map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        byte* start = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        try
        {
            var header = LedgerHeader.Read(new ReadOnlySpan<byte>(start, LedgerFormat.HeaderBytes), path);
            if (header.Sections.Any(s => s.Offset < 0 || s.Length < 0 || (s.Length > 0 && s.Offset > length - s.Length)))
                throw LedgerFormat.Damaged(path, "a section lies beyond its end: the file was cut off");
            return new LedgerFile(path, file, map, view, header, start);
        }
        catch (ReshelveException)
        {
            view.SafeMemoryMappedViewHandle.ReleasePointer();
            view.Dispose();
            map.Dispose();
            throw;
        }
    }

    public Hash128* Raw => (Hash128*)Section(LedgerSection.Raw);

    public Hash128* Stable => (Hash128*)Section(LedgerSection.Stable);

    public ulong* Volatile => (ulong*)Section(LedgerSection.Volatile);

    public uint* IdHash => (uint*)Section(LedgerSection.IdHash);

    public ReadOnlySpan<LedgerAnchor> Anchors =>
        new(Section(LedgerSection.Anchors), (int)(Header.Sections[(int)LedgerSection.Anchors].Length / sizeof(LedgerAnchor)));

    public ReadOnlySpan<LedgerRun> Order =>
        new(Section(LedgerSection.Order), (int)(Header.Sections[(int)LedgerSection.Order].Length / sizeof(LedgerRun)));

    /// <summary>The sample of another order; empty if there is none.</summary>
    public ReadOnlySpan<EntryPair> OrderSample => Header.Sections[(int)LedgerSection.OrderSample].Length is var length and > 0
        ? new(Section(LedgerSection.OrderSample), (int)(length / sizeof(EntryPair)))
        : [];

    /// <summary>The id of an entry, counted within this file.</summary>
    public ReadOnlySpan<byte> Id(uint entry)
    {
        var at = Section(LedgerSection.Ids) + IdOffset(entry);
        return new ReadOnlySpan<byte>(at + 2, Unsafe.ReadUnaligned<ushort>(at));
    }

    /// <summary>
    /// Gives the memory of the pages that were looked at back; they stay in the page cache, and are mapped again when they are looked at.
    /// </summary>
    public void ReleasePages()
    {
        // What it does to pages that others are reading just now differs elsewhere; here they are found again at once.
        if (OperatingSystem.IsLinux())
            _ = Advise(_start, _view.SafeMemoryMappedViewHandle.ByteLength, DontNeed);
    }

    /// <summary>The lengths of some consecutive ids together.</summary>
    public long IdBytes(uint first, uint length) => IdOffset(first + length) - IdOffset(first) - (2L * length);

    /// <summary>Some consecutive entries, counted within this file.</summary>
    public EntrySlice Slice(uint first, int length)
    {
        var start = IdOffset(first);
        return new EntrySlice
        {
            Raw = new(Raw + first, length),
            Stable = new(Stable + first, length),
            Volatile = new(Volatile + first, length),
            IdHashes = new(IdHash + first, length),
            Ids = new(Section(LedgerSection.Ids) + start, checked((int)(IdOffset(first + (uint)length) - start))),
        };
    }

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _map.Dispose();
    }

    /// <summary>Where the length of an entry's id lies among the ids; for the number after the last, their end.</summary>
    private long IdOffset(uint entry)
    {
        if (entry == Count)
            return Header.Sections[(int)LedgerSection.Ids].Length;
        var ids = Section(LedgerSection.Ids);
        var at = ((long*)Section(LedgerSection.IdBlocks))[entry / LedgerFormat.IdsPerBlock];
        for (var skip = entry % LedgerFormat.IdsPerBlock; skip > 0; skip--)
            at += 2 + Unsafe.ReadUnaligned<ushort>(ids + at);
        return at;
    }

    private byte* Section(LedgerSection section)
    {
        if (!ReadFlag(ref _checked[(int)section]))
            Check(section);
        return _start + Header.Sections[(int)section].Offset;
    }

    private static bool ReadFlag(ref bool value) => System.Threading.Volatile.Read(ref value);

    private void Check(LedgerSection section)
    {
        lock (_lock)
        {
            var entry = Header.Sections[(int)section];
            if (BlockChecksum.Of(_file, entry.Offset, entry.Length) != entry.Checksum)
                throw LedgerFormat.Damaged(_path, $"the checksum of its {section} section is wrong");
            System.Threading.Volatile.Write(ref _checked[(int)section], true);
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(byte* start, ulong length, int advice);
}
