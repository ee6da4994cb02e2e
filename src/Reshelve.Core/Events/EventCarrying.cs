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
    /// <returns>How many were carried.</returns>
    public static async Task<int> RunAsync(
        IIndexEngine index, LedgerStore from, LedgerStore to, string target, long after, IEventTurn turn, CancellationToken cancellationToken)
    {
        if (!File.Exists(from.EventsPath))
            return 0;
        byte[] seed;
        using (var ledger = to.Open())
            seed = ledger.Seed;
        var carried = 0;
        foreach (var batch in Latest(from, after).Chunk(BatchItems))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var entry = new EventEntry(turn.NextSequence(), [.. batch.Select(item => WithUnknown(item, seed))]);
            EventWriter.Note(to, entry);
            var refused = await EventWriter.WriteAsync(index, target, entry, cancellationToken);
            EventWriter.Acknowledge(to, entry.Sequence, refused.Keys);
            carried += batch.Length - refused.Count;
        }

        return carried;
    }

    /// <summary>The last write to each id, with its document; read before anything is noted, as the two journals may be one.</summary>
    private static List<EventItem> Latest(LedgerStore from, long after)
    {
        using var source = EventJournal.Open(from.EventsPath);
        var latest = source.StatesBetween(after, long.MaxValue);
        var items = new List<EventItem>(latest.Count);
        foreach (var entry in source.Entries())
            items.AddRange(entry.Items.Where(item => latest.TryGetValue(item.Id, out var state) && state.Sequence == entry.Sequence));
        return items;
    }

    /// <summary>The new ledger's hashes have another seed, so the fingerprint says nothing there.</summary>
    private static EventItem WithUnknown(EventItem item, byte[] seed) => item.Kind == ChangeKind.Remove
        ? item
        : item with { Fingerprint = UnknownFingerprint.Of(Encoding.UTF8.GetBytes(item.Id), seed) };
}
