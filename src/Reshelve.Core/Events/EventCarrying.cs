using System.Text;
using Reshelve.Hashing;
using Reshelve.Indexing;
using Reshelve.Ledgers;
using Reshelve.Planning;
using Reshelve.Running;

namespace Reshelve.Events;

/// <summary>
/// Carries single documents over to a rebuilt index before it is promoted: those that were put or removed after the feed that it was
/// filled from. Also writes them again to the same index, after an older feed was applied to it once more.
/// </summary>
internal static class EventCarrying
{
    private const int BatchItems = 500;

    /// <summary>
    /// Writes them under new sequence numbers, as they must win over what the rebuild wrote, and notes them in the new index's
    /// journal. Under the events lock, which must be held until the new index is promoted. Repeatable after a crash.
    /// </summary>
    /// <param name="index">The engine.</param>
    /// <param name="from">The live index's ledgers.</param>
    /// <param name="to">The new index's ledgers.</param>
    /// <param name="target">The new index.</param>
    /// <param name="after">The run that received the feed: what came after it is carried.</param>
    /// <param name="turn">The lock, which gives the numbers.</param>
    /// <param name="cancellationToken">Honoured between batches.</param>
    /// <returns>The ids of what was carried.</returns>
    public static async Task<IReadOnlySet<string>> RunAsync(
        IIndexEngine index, LedgerStore from, LedgerStore to, string target, long after, IEventTurn turn, CancellationToken cancellationToken)
    {
        if (!File.Exists(from.EventsPath))
            return new HashSet<string>();
        byte[] seed;
        using (var ledger = to.Open())
            seed = ledger.Seed;
        var carried = new HashSet<string>(StringComparer.Ordinal);
        foreach (var batch in Latest(from, after, isOther: from.EventsPath != to.EventsPath).Chunk(BatchItems))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var entry = new EventEntry(turn.NextSequence(), [.. batch.Select(item => WithUnknown(item, seed))]);
            EventWriter.Note(to, entry);
            var refused = await EventWriter.WriteAsync(index, target, entry, cancellationToken);
            // What an index with other fields cannot take was taken once: it goes along, unanswered, to one that can.
            if (refused.Count > 0)
                EventWriter.Note(to, new EventEntry(turn.NextSequence(), [.. entry.Items.Where(item => refused.ContainsKey(item.Id))]));
            EventWriter.Acknowledge(to, entry.Sequence, refused.Keys);
            carried.UnionWith(batch.Select(item => item.Id));
        }

        return carried;
    }

    /// <summary>The last write to each id, with its document; read before anything is noted, as the two journals may be one.</summary>
    /// <param name="from">The ledgers of the index that it was written to.</param>
    /// <param name="after">The run that received the feed.</param>
    /// <param name="isOther">
    /// Whether it goes to another index: then it is newer than that one's feed only if it was when it was first written, not since it was
    /// carried from index to index.
    /// </param>
    private static List<EventItem> Latest(LedgerStore from, long after, bool isOther)
    {
        using var source = EventJournal.Open(from.EventsPath);
        var latest = source.StatesBetween(after, long.MaxValue);
        var items = new List<EventItem>(latest.Count);
        foreach (var entry in source.Entries())
        {
            items.AddRange(entry.Items
                .Where(item => latest.TryGetValue(item.Id, out var state) && state.Sequence == entry.Sequence)
                .Select(item => item with { Origin = item.Origin ?? entry.Sequence })
                .Where(item => !isOther || item.Origin > after));
        }

        return items;
    }

    /// <summary>The new ledger's hashes have another seed, so the fingerprint says nothing there.</summary>
    private static EventItem WithUnknown(EventItem item, byte[] seed) => item.Kind == ChangeKind.Remove
        ? item
        : item with { Fingerprint = UnknownFingerprint.Of(Encoding.UTF8.GetBytes(item.Id), seed) };
}
