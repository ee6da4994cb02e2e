using System.Buffers.Binary;
using System.Text;
using Reshelve.Feeds;
using Reshelve.Hashing;
using Reshelve.Mapping;
using Reshelve.Planning;

namespace Reshelve.Ledgers;

/// <summary>One acknowledged write.</summary>
/// <param name="Kind">What was done.</param>
/// <param name="Id">The document's id.</param>
/// <param name="Fingerprint">What the index now holds; empty for a removal.</param>
public readonly record struct JournalItem(ChangeKind Kind, string Id, Fingerprint Fingerprint);

/// <summary>The acknowledged writes of one change batch.</summary>
/// <param name="Run">The run that made the plan.</param>
/// <param name="Batch">The batch's number in the plan.</param>
/// <param name="Items">The writes; refused items are not among them.</param>
public sealed record JournalEntry(long Run, int Batch, IReadOnlyList<JournalItem> Items);

/// <summary>
/// The append-only list of acknowledged writes since its ledger was written. Ledger and journal together say what the index
/// holds, also
/// after a crash. One entry per acknowledged batch: length (4 bytes), checksum (8), then run (8), batch (4), number of items
/// (4), and per
/// item kind (1), length of the id (2), id, fingerprint (40). Each entry is flushed to the disk before <see cref="Append"/>
/// returns.
/// </summary>
internal sealed class Journal : IDisposable
{
    private const int FrameBytes = 12;
    private const int ItemBytes = 3 + Fingerprint.Size;
    private readonly FileStream _file;
    private readonly ByteBuffer _frame = new(1 << 16);

    private readonly IReadOnlyList<Place> _places;
    private readonly Dictionary<(long Run, int Batch), Place> _byBatch;

    private Journal(FileStream file, IReadOnlyList<Place> places)
    {
        _file = file;
        _places = places;
        _byBatch = new Dictionary<(long Run, int Batch), Place>(places.Count);
        foreach (var place in places)
            _byBatch[(place.Run, place.Batch)] = place;
    }

    /// <summary>
    /// What the journal held when it was opened, read entry by entry: all of it may be more than memory has room for.
    /// </summary>
    public IEnumerable<JournalEntry> Entries => _places.Select(Read);

    /// <summary>
    /// Opens a journal, creating it if there is none, and reads what it holds. A last entry that a crash cut off is removed.
    /// </summary>
    /// <exception cref="ReshelveException">An entry before the last is damaged.</exception>
    public static Journal Open(string path)
    {
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, 0);
        try
        {
            var places = new List<Place>();
            var end = ReadAll(file, path, places);
            if (end < file.Length)
                file.SetLength(end);
            file.Position = end;
            return new Journal(file, places);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>What was acknowledged of a batch before the journal was opened; null when it was not written.</summary>
    public JournalEntry? Find(long run, int batch) => _byBatch.TryGetValue((run, batch), out var place) ? Read(place) : null;

    /// <summary>Adds the acknowledged writes of a batch; on the disk when this returns.</summary>
    public void Append(JournalEntry entry)
    {
        _frame.Clear();
        _frame.Room(FrameBytes + 16)[..(FrameBytes + 16)].Clear();
        _frame.Commit(FrameBytes + 16);
        foreach (var item in entry.Items)
            AppendItem(item);
        var frame = _frame.Written.ToArray();
        var payload = frame.AsSpan(FrameBytes);
        BinaryPrimitives.WriteInt64LittleEndian(payload, entry.Run);
        BinaryPrimitives.WriteInt32LittleEndian(payload[8..], entry.Batch);
        BinaryPrimitives.WriteInt32LittleEndian(payload[12..], entry.Items.Count);
        BinaryPrimitives.WriteInt32LittleEndian(frame, payload.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(frame.AsSpan(4), LedgerFormat.Checksum.Low64(payload));
        _file.Write(frame);
        _file.Flush(flushToDisk: true);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void AppendItem(JournalItem item)
    {
        var room = _frame.Room(ItemBytes + Encoding.UTF8.GetMaxByteCount(item.Id.Length));
        room[0] = (byte)item.Kind;
        var length = Encoding.UTF8.GetBytes(item.Id, room[3..]);
        BinaryPrimitives.WriteUInt16LittleEndian(room[1..], (ushort)length);
        WriteFingerprint(room[(3 + length)..], item.Fingerprint);
        _frame.Commit(ItemBytes + length);
    }

    private static void WriteFingerprint(Span<byte> target, Fingerprint fingerprint)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(target, fingerprint.Raw.Low);
        BinaryPrimitives.WriteUInt64LittleEndian(target[8..], fingerprint.Raw.High);
        BinaryPrimitives.WriteUInt64LittleEndian(target[16..], fingerprint.Stable.Low);
        BinaryPrimitives.WriteUInt64LittleEndian(target[24..], fingerprint.Stable.High);
        BinaryPrimitives.WriteUInt64LittleEndian(target[32..], fingerprint.Volatile);
    }

    private static Fingerprint ReadFingerprint(ReadOnlySpan<byte> from) => new(
        new Hash128(BinaryPrimitives.ReadUInt64LittleEndian(from), BinaryPrimitives.ReadUInt64LittleEndian(from[8..])),
        new Hash128(BinaryPrimitives.ReadUInt64LittleEndian(from[16..]), BinaryPrimitives.ReadUInt64LittleEndian(from[24..])),
        BinaryPrimitives.ReadUInt64LittleEndian(from[32..]));

    /// <summary>Reads the entries; returns where the last whole one ends.</summary>
    private static long ReadAll(FileStream file, string path, List<Place> places)
    {
        Span<byte> frame = stackalloc byte[FrameBytes];
        long end = 0;
        while (file.Length - end >= FrameBytes)
        {
            file.Position = end;
            file.ReadExactly(frame);
            var length = BinaryPrimitives.ReadInt32LittleEndian(frame);
            if (length < 16 || length > file.Length - end - FrameBytes)
                break;
            var payload = new byte[length];
            file.ReadExactly(payload);
            var next = end + FrameBytes + length;
            if (LedgerFormat.Checksum.Low64(payload) != BinaryPrimitives.ReadUInt64LittleEndian(frame[4..]))
            {
                if (next == file.Length)
                    break;
                throw LedgerFormat.Damaged(path, $"the journal entry at byte {end} has a wrong checksum");
            }

            places.Add(new Place(
                BinaryPrimitives.ReadInt64LittleEndian(payload), BinaryPrimitives.ReadInt32LittleEndian(payload.AsSpan(8)), end + FrameBytes, length));
            end = next;
        }

        return end;
    }

    private JournalEntry Read(Place place)
    {
        var payload = new byte[place.Length];
        for (var filled = 0; filled < payload.Length;)
        {
            var read = RandomAccess.Read(_file.SafeFileHandle, payload.AsSpan(filled), place.Start + filled);
            if (read == 0)
                throw LedgerFormat.Damaged(_file.Name, "it was cut off while it was read");
            filled += read;
        }

        return Parse(payload);
    }

    private static JournalEntry Parse(ReadOnlySpan<byte> payload)
    {
        var items = new JournalItem[BinaryPrimitives.ReadInt32LittleEndian(payload[12..])];
        var rest = payload[16..];
        for (var i = 0; i < items.Length; i++)
        {
            var length = BinaryPrimitives.ReadUInt16LittleEndian(rest[1..]);
            items[i] = new JournalItem((ChangeKind)rest[0], Encoding.UTF8.GetString(rest.Slice(3, length)), ReadFingerprint(rest[(3 + length)..]));
            rest = rest[(ItemBytes + length)..];
        }

        return new JournalEntry(
            BinaryPrimitives.ReadInt64LittleEndian(payload), BinaryPrimitives.ReadInt32LittleEndian(payload[8..]), items);
    }

    /// <summary>Where an entry's payload lies.</summary>
    private readonly record struct Place(long Run, int Batch, long Start, int Length);
}
