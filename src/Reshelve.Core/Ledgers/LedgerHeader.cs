using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Reshelve.Feeds;
using Reshelve.Hashing;

namespace Reshelve.Ledgers;

/// <summary>The first 512 bytes of a ledger file.</summary>
internal sealed class LedgerHeader
{
    private const int SectionsAt = 160;
    private const int ChecksumAt = LedgerFormat.HeaderBytes - 8;
    private static readonly int SectionCount = Enum.GetValues<LedgerSection>().Length;

    /// <summary>Entries in this file.</summary>
    public required uint Entries { get; init; }

    /// <summary>Entries in the base; 0 for a full file.</summary>
    public uint BaseEntries { get; init; }

    /// <summary>Entries that the order runs through: the documents that the index is known to hold.</summary>
    public required uint Live { get; init; }

    /// <summary>The seed of all hashes; that of the base, in a delta.</summary>
    public required byte[] Seed { get; init; }

    /// <summary>The file name of the base, or null for a full file.</summary>
    public string? BaseName { get; init; }

    public required SectionEntry[] Sections { get; init; }

    public byte[] ToBytes()
    {
        var bytes = new byte[LedgerFormat.HeaderBytes];
        var span = bytes.AsSpan();
        LedgerFormat.Magic.CopyTo(span);
        BinaryPrimitives.WriteUInt32LittleEndian(span[8..], LedgerFormat.Version);
        BinaryPrimitives.WriteUInt32LittleEndian(span[12..], Entries);
        BinaryPrimitives.WriteUInt32LittleEndian(span[16..], BaseEntries);
        BinaryPrimitives.WriteUInt32LittleEndian(span[20..], Live);
        Seed.CopyTo(span[32..]);
        if (BaseName is not null && Encoding.ASCII.GetBytes(BaseName, span.Slice(64, LedgerFormat.MaxBaseName)) != BaseName.Length)
            throw new ArgumentException("the base's name is too long", nameof(bytes));
        MemoryMarshal.AsBytes(Sections.AsSpan()).CopyTo(span[SectionsAt..]);
        BinaryPrimitives.WriteUInt64LittleEndian(span[ChecksumAt..], LedgerFormat.Checksum.Low64(span[..ChecksumAt]));
        return bytes;
    }

    public static LedgerHeader Read(ReadOnlySpan<byte> bytes, string path)
    {
        if (bytes.Length < LedgerFormat.HeaderBytes || !bytes.StartsWith(LedgerFormat.Magic))
            throw LedgerFormat.Damaged(path, "it does not begin as a ledger does");
        var version = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        if (version != LedgerFormat.Version)
        {
            throw new ReshelveException(
                $"the ledger {path} has format version {version}, and this program knows version {LedgerFormat.Version}. " +
                $"Use {(version > LedgerFormat.Version ? "the newer" : "an older")} program, or run the sync " +
                "with --rebuild to fill a new index and ledger from the feed.");
        }

        if (BinaryPrimitives.ReadUInt64LittleEndian(bytes[ChecksumAt..]) != LedgerFormat.Checksum.Low64(bytes[..ChecksumAt]))
            throw LedgerFormat.Damaged(path, "the checksum of its header is wrong");
        var name = Encoding.ASCII.GetString(bytes.Slice(64, LedgerFormat.MaxBaseName)).TrimEnd('\0');
        return new LedgerHeader
        {
            Entries = BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]),
            BaseEntries = BinaryPrimitives.ReadUInt32LittleEndian(bytes[16..]),
            Live = BinaryPrimitives.ReadUInt32LittleEndian(bytes[20..]),
            Seed = bytes.Slice(32, KeyedHash.SeedBytes).ToArray(),
            BaseName = name.Length == 0 ? null : name,
            Sections = MemoryMarshal.Cast<byte, SectionEntry>(bytes[SectionsAt..])[..SectionCount].ToArray(),
        };
    }
}
