using System.Buffers.Binary;
using System.Text;
using Reshelve.Feeds;
using Reshelve.Mapping;
using Reshelve.Planning;
using Reshelve.Running;

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
/// after a crash. One frame (<see cref="FrameFile"/>) per acknowledged batch: run (8 bytes), batch (4), number of items (4), and
/// per item kind (1), length of the id (2), id, fingerprint (40).
/// </summary>
internal sealed class Journal : IDisposable
{
    private const int HeaderBytes = 16;
    private const int ItemBytes = 3 + Fingerprint.Size;
    private readonly FrameFile _file;
    private readonly ICatalogLease? _lease;
    private readonly ByteBuffer _payload = new(1 << 16);

    private readonly IReadOnlyList<Place> _places;
    private readonly Dictionary<(long Run, int Batch), Place> _byBatch;

    private Journal(FrameFile file, IReadOnlyList<Place> places, ICatalogLease? lease)
    {
        _file = file;
        _lease = lease;
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
    /// <param name="path">The file.</param>
    /// <param name="lease">The lease of whoever appends: one who lost it appends nothing, as another may be appending.</param>
    /// <exception cref="ReshelveException">An entry before the last is damaged.</exception>
    public static Journal Open(string path, ICatalogLease? lease = null)
    {
        var places = new List<Place>();
        var file = FrameFile.Open(path, (payload, start) =>
        {
            if (payload.Length < HeaderBytes)
                throw LedgerFormat.Damaged(path, $"the entry at byte {start} is too short");
            places.Add(new Place(
                BinaryPrimitives.ReadInt64LittleEndian(payload), BinaryPrimitives.ReadInt32LittleEndian(payload.AsSpan(8)), start, payload.Length));
        });
        return new Journal(file, places, lease);
    }

    /// <summary>What was acknowledged of a batch before the journal was opened; null when it was not written.</summary>
    public JournalEntry? Find(long run, int batch) => _byBatch.TryGetValue((run, batch), out var place) ? Read(place) : null;

    /// <summary>Makes sure that whoever appends still has the lease: what is written to the index without it should not be.</summary>
    /// <exception cref="LeaseLostException">Another run has taken the catalog over.</exception>
    public void EnsureHeld() => _lease?.EnsureHeld().Dispose();

    /// <summary>Adds the acknowledged writes of a batch; on the disk when this returns.</summary>
    public void Append(JournalEntry entry)
    {
        _payload.Clear();
        var header = _payload.Room(HeaderBytes);
        BinaryPrimitives.WriteInt64LittleEndian(header, entry.Run);
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], entry.Batch);
        BinaryPrimitives.WriteInt32LittleEndian(header[12..], entry.Items.Count);
        _payload.Commit(HeaderBytes);
        foreach (var item in entry.Items)
            AppendItem(item);
        using var held = _lease?.EnsureHeld();
        _file.Append(_payload.Written);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void AppendItem(JournalItem item)
    {
        var room = _payload.Room(ItemBytes + Encoding.UTF8.GetMaxByteCount(item.Id.Length));
        room[0] = (byte)item.Kind;
        var length = Encoding.UTF8.GetBytes(item.Id, room[3..]);
        BinaryPrimitives.WriteUInt16LittleEndian(room[1..], (ushort)length);
        item.Fingerprint.WriteTo(room[(3 + length)..]);
        _payload.Commit(ItemBytes + length);
    }

    private JournalEntry Read(Place place) => Parse(_file.Read(place.Start, place.Length));

    private static JournalEntry Parse(ReadOnlySpan<byte> payload)
    {
        var items = new JournalItem[BinaryPrimitives.ReadInt32LittleEndian(payload[12..])];
        var rest = payload[16..];
        for (var i = 0; i < items.Length; i++)
        {
            var length = BinaryPrimitives.ReadUInt16LittleEndian(rest[1..]);
            items[i] = new JournalItem((ChangeKind)rest[0], Encoding.UTF8.GetString(rest.Slice(3, length)), Fingerprint.ReadFrom(rest[(3 + length)..]));
            rest = rest[(ItemBytes + length)..];
        }

        return new JournalEntry(
            BinaryPrimitives.ReadInt64LittleEndian(payload), BinaryPrimitives.ReadInt32LittleEndian(payload[8..]), items);
    }

    /// <summary>Where an entry's payload lies.</summary>
    private readonly record struct Place(long Run, int Batch, long Start, int Length);
}
