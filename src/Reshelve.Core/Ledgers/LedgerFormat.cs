using System.Runtime.InteropServices;
using Reshelve.Feeds;
using Reshelve.Hashing;

namespace Reshelve.Ledgers;

/// <summary>
/// The ledger file, little-endian. A header of 512 bytes: magic, format version, counts, the seed, the name of the base file
/// (for a
/// delta), a table of the sections (offset, length, checksum), and a checksum over all of that. Then the sections, each
/// beginning at a
/// multiple of 64 bytes, arrays of one element per entry:
/// raw hashes (16), stable hashes (16), volatile hashes (8), id hashes (4); then id block offsets (8 per 16 entries), ids
/// (length as two
/// bytes, then the bytes), anchors (16 per anchor: low half of the raw hash, entry number), order (8 per run: first entry,
/// length).
/// A <em>full</em> file describes a whole index. A <em>delta</em> names a full file as its base: its entries are numbered on
/// from those of
/// the base, and its order runs through both (each run through one of them), so that what it takes is proportional to what
/// changed since the base was written.
/// Of a feed whose order was not taken over, a delta has a sample of that order (8 per pair of entries); files of a program that knew of
/// no sample have zeros where its section is described, and so no sample.
/// A section's checksum is the low half of XXH3-128 over the XXH3-128 values of its consecutive 64 KiB blocks.
/// </summary>
internal static class LedgerFormat
{
    /// <summary>
    /// Raised with every change to what a file holds, its checksums included: version 1 had them over blocks of 1 MiB.
    /// </summary>
    public const uint Version = 2;
    public const int HeaderBytes = 512;
    public const int Alignment = 64;
    public const int IdsPerBlock = 16;
    public const int ChecksumBlock = 1 << 16;
    public const int MaxBaseName = 64;

    /// <summary>An entry whose raw hash has these bits zero is an anchor: one in 64.</summary>
    public const ulong AnchorMask = 63;

    /// <summary>A ledger numbers its entries in 32 bits, less one value that means "none".</summary>
    public const uint MaxEntries = uint.MaxValue - 1;

    public static ReadOnlySpan<byte> Magic => "RSHLVLGR"u8;

    /// <summary>Checksums need no secret.</summary>
    public static KeyedHash Checksum { get; } = KeyedHash.Derive("reshelve"u8, "checksum");

    public static bool IsAnchor(Hash128 raw) => (raw.Low & AnchorMask) == 0;

    /// <summary>The hash of an id in the id hash section: 32 bits under the ledger's seed.</summary>
    public static KeyedHash IdHash(ReadOnlySpan<byte> seed) => KeyedHash.Derive(seed, "id");

    public static LedgerDamagedException Damaged(string path, string what) => new(
        $"the ledger {path} is damaged ({what}). The index itself is untouched; restore the ledger from it with `reshelve ledger rebuild <catalog>`, " +
        "or run the sync with --rebuild to fill a new index and ledger from the feed.");
}

/// <summary>A ledger, or a journal beside it, cannot be trusted.</summary>
internal sealed class LedgerDamagedException(string message) : ReshelveException(message);

/// <summary>The sections of a ledger file, in their order in it.</summary>
internal enum LedgerSection
{
    Raw,
    Stable,
    Volatile,
    IdHash,
    IdBlocks,
    Ids,
    Anchors,
    Order,
    OrderSample,
}

/// <summary>Two entries whose records followed one another in the feed.</summary>
/// <param name="First">One, in the base.</param>
/// <param name="Second">The one after it, in the base.</param>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct EntryPair(uint First, uint Second);

/// <summary>Where a section lies.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
internal readonly record struct SectionEntry(long Offset, long Length, ulong Checksum);

/// <summary>An anchor: an entry that a chunk of the feed can find its place by.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
internal readonly record struct LedgerAnchor(ulong RawLow, uint Entry, uint Reserved);
