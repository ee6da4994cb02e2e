using System.Buffers.Binary;
using Reshelve.Catalogs;
using Reshelve.Files;
using Reshelve.Hashing;

namespace Reshelve.Ledgers;

/// <summary>Since when a record is missing.</summary>
/// <param name="Feed">The number of the first feed that lacked it.</param>
/// <param name="Time">When that was planned.</param>
internal readonly record struct MissingSince(long Feed, DateTimeOffset Time)
{
    /// <summary>Longer than any delay.</summary>
    public static MissingSince Ever { get; } = new(long.MinValue / 2, DateTimeOffset.UnixEpoch);
}

/// <summary>
/// The companion of a ledger whose catalog has a removal delay: since when the records of which entries are missing in the feed. A file of
/// 16 bytes of header (magic, version, number of records), 32 per missing record (the hash of its id under the ledger's seed, the feed, the
/// time in ticks), and a checksum of 8; little-endian. Ids are found by their hash alone: should two collide, a delay is judged by
/// the other's.
/// </summary>
internal sealed class MissingRecords
{
    private const uint Version = 1;
    private const int HeaderBytes = 16;
    private const int RecordBytes = 32;
    private const int ChecksumBytes = 8;

    private readonly Dictionary<Hash128, MissingSince> _since;

    private MissingRecords(Dictionary<Hash128, MissingSince> since) => _since = since;

    /// <summary>Nothing is missing.</summary>
    public static MissingRecords None => new([]);

    /// <summary>How many records are missing.</summary>
    public int Count => _since.Count;

    private static ReadOnlySpan<byte> Magic => "RSHLVMSR"u8;

    /// <summary>What ids are hashed with.</summary>
    public static KeyedHash IdHash(ReadOnlySpan<byte> seed) => KeyedHash.Derive(seed, "missing");

    /// <summary>Reads a file; where there is none, nothing is missing.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isDamaged">
    /// The file is not what was written. Nothing is then known to be missing, so that the delays begin anew: nothing is removed early.
    /// </param>
    public static MissingRecords Read(string path, out bool isDamaged)
    {
        isDamaged = false;
        if (!File.Exists(path))
            return None;
        var bytes = File.ReadAllBytes(path);
        isDamaged = !IsWhole(bytes);
        if (isDamaged)
            return None;
        var since = new Dictionary<Hash128, MissingSince>();
        for (var at = HeaderBytes; at < bytes.Length - ChecksumBytes; at += RecordBytes)
        {
            var record = bytes.AsSpan(at, RecordBytes);
            var id = new Hash128(BinaryPrimitives.ReadUInt64LittleEndian(record), BinaryPrimitives.ReadUInt64LittleEndian(record[8..]));
            var ticks = Math.Clamp(BinaryPrimitives.ReadInt64LittleEndian(record[24..]), 0, DateTimeOffset.MaxValue.Ticks);
            since[id] = new MissingSince(BinaryPrimitives.ReadInt64LittleEndian(record[16..]), new DateTimeOffset(ticks, TimeSpan.Zero));
        }

        return new MissingRecords(since);
    }

    /// <summary>Since when a record is missing; null when it was not until now.</summary>
    public MissingSince? Find(Hash128 id) => _since.TryGetValue(id, out var since) ? since : null;

    /// <summary>Notes a missing record.</summary>
    public void Add(Hash128 id, MissingSince since) => _since[id] = since;

    /// <summary>Notes that a record's document is gone.</summary>
    /// <returns>Whether it was missing.</returns>
    public bool Remove(Hash128 id) => _since.Remove(id);

    /// <summary>Whether any record has been missing for longer than the delay.</summary>
    public bool AnyIsDue(RemovalDelay delay, long feed, DateTimeOffset now) =>
        _since.Values.Any(since => delay.IsOver(feed - since.Feed, now - since.Time));

    /// <summary>Whether the same records are missing since the same feeds.</summary>
    public bool IsSameAs(MissingRecords other) =>
        Count == other.Count && (Count == 0 || _since.All(item => other._since.TryGetValue(item.Key, out var since) && since == item.Value));

    /// <summary>Writes the file, durably.</summary>
    public void Write(string path)
    {
        var bytes = new byte[HeaderBytes + ((long)_since.Count * RecordBytes) + ChecksumBytes];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), Version);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), _since.Count);
        var at = HeaderBytes;
        foreach (var (id, since) in _since)
        {
            var record = bytes.AsSpan(at, RecordBytes);
            BinaryPrimitives.WriteUInt64LittleEndian(record, id.Low);
            BinaryPrimitives.WriteUInt64LittleEndian(record[8..], id.High);
            BinaryPrimitives.WriteInt64LittleEndian(record[16..], since.Feed);
            BinaryPrimitives.WriteInt64LittleEndian(record[24..], since.Time.UtcTicks);
            at += RecordBytes;
        }

        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(at), LedgerFormat.Checksum.Low64(bytes.AsSpan(0, at)));
        DurableFile.Write(path, bytes);
    }

    private static bool IsWhole(byte[] bytes)
    {
        if (bytes.Length < HeaderBytes + ChecksumBytes || !bytes.AsSpan().StartsWith(Magic) ||
            BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(8)) != Version)
        {
            return false;
        }

        var end = bytes.Length - ChecksumBytes;
        return end == HeaderBytes + ((long)BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(12)) * RecordBytes) &&
            LedgerFormat.Checksum.Low64(bytes.AsSpan(0, end)) == BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(end));
    }
}
