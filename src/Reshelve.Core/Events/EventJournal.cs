using System.Buffers.Binary;
using System.Text;
using Reshelve.Files;
using Reshelve.Ledgers;
using Reshelve.Mapping;
using Reshelve.Planning;

namespace Reshelve.Events;

/// <summary>
/// The single documents written to a backing index since the last feed: what was to be written, noted before it was, and what
/// the index made of it. One frame (<see cref="FrameFile"/>) each: a tag (1 byte), the sequence number (8), the number of items
/// (4), then per item of an intent (tag 1) kind (1), length of the id (2), id, fingerprint (40), length of the document (4),
/// document; per item of an acknowledgement (tag 2), which names what was refused, length of the id (2), id. Items that were carried over (tag
/// 3) are like those of an intent, with the number of their first write (8) at the end. Used only under the catalog's events lock.
/// </summary>
internal sealed class EventJournal : IDisposable
{
    private const byte IntentTag = 1;
    private const byte AcknowledgementTag = 2;
    private const byte CarriedTag = 3;
    private const int HeaderBytes = 13;

    private readonly FrameFile _file;
    private readonly List<(long Sequence, long Start, int Length)> _intents;
    private readonly Dictionary<long, HashSet<string>> _acknowledged;

    private EventJournal(
        FrameFile file, List<(long Sequence, long Start, int Length)> intents, Dictionary<long, HashSet<string>> acknowledged)
    {
        _file = file;
        _intents = intents;
        _acknowledged = acknowledged;
    }

    /// <summary>Whether nothing was written since the last feed.</summary>
    public bool IsEmpty => _intents.Count == 0;

    /// <summary>Opens the journal, creating it if there is none; a last entry that a crash cut off is removed.</summary>
    /// <exception cref="Feeds.ReshelveException">An entry before the last is damaged.</exception>
    public static EventJournal Open(string path)
    {
        var intents = new List<(long Sequence, long Start, int Length)>();
        var acknowledged = new Dictionary<long, HashSet<string>>();
        void Read(byte[] payload, long start)
        {
            if (payload.Length < HeaderBytes || payload[0] is not (IntentTag or AcknowledgementTag or CarriedTag))
                throw LedgerFormat.Damaged(path, $"the entry at byte {start} is none of ours");
            var sequence = BinaryPrimitives.ReadInt64LittleEndian(payload.AsSpan(1));
            if (payload[0] != AcknowledgementTag)
                intents.Add((sequence, start, payload.Length));
            else
                acknowledged[sequence] = [.. ReadIds(payload)];
        }

        return new EventJournal(Guard(path, () => FrameFile.Open(path, Read)), intents, acknowledged);
    }

    /// <summary>
    /// Opens the journal to add to it: it then knows nothing of what it held, and need not read it, however much was put since the last feed.
    /// </summary>
    /// <exception cref="Feeds.ReshelveException">It is plainly damaged.</exception>
    public static EventJournal OpenToAppend(string path) => new(Guard(path, () => FrameFile.OpenToAppend(path)), [], []);

    private static FrameFile Guard(string path, Func<FrameFile> open)
    {
        try
        {
            return open();
        }
        catch (LedgerDamagedException error)
        {
            throw new Feeds.ReshelveException(
                $"the journal of single documents {path} is damaged, so that nobody knows what was put and removed since the last feed. Move that " +
                "file away, run `reshelve verify --repair`, which asks the index itself, and sync the catalog.",
                error);
        }
    }

    /// <summary>Notes what is about to be written; on the disk when this returns.</summary>
    public void AppendIntent(EventEntry entry)
    {
        var isCarried = entry.Items.Any(item => item.Origin is not null);
        var payload = Begin(isCarried ? CarriedTag : IntentTag, entry.Sequence, entry.Items.Count);
        foreach (var item in entry.Items)
        {
            payload.Append((byte)item.Kind);
            AppendId(payload, item.Id);
            item.Fingerprint.WriteTo(payload.Room(Fingerprint.Size));
            payload.Commit(Fingerprint.Size);
            BinaryPrimitives.WriteInt32LittleEndian(payload.Room(4), item.Document.Length);
            payload.Commit(4);
            payload.Append(item.Document.Span);
            if (!isCarried)
                continue;
            BinaryPrimitives.WriteInt64LittleEndian(payload.Room(8), item.Origin ?? entry.Sequence);
            payload.Commit(8);
        }

        _file.Append(payload.Written);
    }

    /// <summary>Notes that the index answered: it took all but the refused ones.</summary>
    public void AppendAcknowledgement(long sequence, IReadOnlyCollection<string> refused)
    {
        var payload = Begin(AcknowledgementTag, sequence, refused.Count);
        foreach (var id in refused)
            AppendId(payload, id);
        _file.Append(payload.Written);
    }

    /// <summary>What the journal held when it was opened, oldest first, read entry by entry.</summary>
    public IEnumerable<EventEntry> Entries() =>
        _intents.Select(intent => new EventEntry(intent.Sequence, ReadItems(_file.Read(intent.Start, intent.Length))));

    /// <summary>
    /// The last write to each id with a sequence number between the two (both not included). What the index refused does not count. The
    /// documents are left out.
    /// </summary>
    public Dictionary<string, EventState> StatesBetween(long after, long before)
    {
        var states = new Dictionary<string, EventState>(StringComparer.Ordinal);
        foreach (var entry in Entries().Where(entry => entry.Sequence > after && entry.Sequence < before))
        {
            var refused = _acknowledged.GetValueOrDefault(entry.Sequence);
            foreach (var item in entry.Items)
            {
                if (refused is null || !refused.Contains(item.Id))
                    states[item.Id] = new EventState(entry.Sequence, item with { Document = default }, refused is not null);
            }
        }

        return states;
    }

    /// <summary>The ids of what was put or removed after a sequence number. Under the events lock.</summary>
    public static IReadOnlySet<string> IdsSince(string path, long after)
    {
        if (!File.Exists(path))
            return new HashSet<string>();
        using var journal = Open(path);
        return journal.StatesBetween(after, long.MaxValue).Keys.ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Leaves out all entries with a sequence number below the given one.</summary>
    public static void Prune(string path, long below)
    {
        if (!File.Exists(path))
            return;
        var remaining = path + ".new";
        using (var journal = Open(path))
        {
            if (journal._intents.TrueForAll(intent => intent.Sequence >= below))
                return;
            File.Delete(remaining);
            using var kept = Open(remaining);
            foreach (var entry in journal.Entries().Where(entry => entry.Sequence >= below))
            {
                kept.AppendIntent(entry);
                if (journal._acknowledged.TryGetValue(entry.Sequence, out var refused))
                    kept.AppendAcknowledgement(entry.Sequence, refused);
            }
        }

        DurableFile.Move(remaining, path);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static ByteBuffer Begin(byte tag, long sequence, int count)
    {
        var payload = new ByteBuffer();
        var header = payload.Room(HeaderBytes);
        header[0] = tag;
        BinaryPrimitives.WriteInt64LittleEndian(header[1..], sequence);
        BinaryPrimitives.WriteInt32LittleEndian(header[9..], count);
        payload.Commit(HeaderBytes);
        return payload;
    }

    private static void AppendId(ByteBuffer payload, string id)
    {
        var room = payload.Room(2 + Encoding.UTF8.GetMaxByteCount(id.Length));
        var length = Encoding.UTF8.GetBytes(id, room[2..]);
        BinaryPrimitives.WriteUInt16LittleEndian(room, (ushort)length);
        payload.Commit(2 + length);
    }

    private static EventItem[] ReadItems(byte[] payload)
    {
        var items = new EventItem[BinaryPrimitives.ReadInt32LittleEndian(payload.AsSpan(9))];
        var isCarried = payload[0] == CarriedTag;
        var at = HeaderBytes;
        for (var i = 0; i < items.Length; i++)
        {
            var kind = (ChangeKind)payload[at++];
            var id = ReadId(payload, ref at);
            var fingerprint = Fingerprint.ReadFrom(payload.AsSpan(at));
            at += Fingerprint.Size;
            var length = BinaryPrimitives.ReadInt32LittleEndian(payload.AsSpan(at));
            var document = payload.AsMemory(at + 4, length);
            at += 4 + length;
            long? origin = isCarried ? BinaryPrimitives.ReadInt64LittleEndian(payload.AsSpan(at)) : null;
            items[i] = new EventItem(kind, id, fingerprint, document, origin);
            at += isCarried ? 8 : 0;
        }

        return items;
    }

    private static IEnumerable<string> ReadIds(byte[] payload)
    {
        var at = HeaderBytes;
        for (var rest = BinaryPrimitives.ReadInt32LittleEndian(payload.AsSpan(9)); rest > 0; rest--)
            yield return ReadId(payload, ref at);
    }

    private static string ReadId(byte[] payload, ref int at)
    {
        var length = BinaryPrimitives.ReadUInt16LittleEndian(payload.AsSpan(at));
        var id = Encoding.UTF8.GetString(payload, at + 2, length);
        at += 2 + length;
        return id;
    }
}
