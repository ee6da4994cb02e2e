using Reshelve.Feeds;
using Reshelve.Indexing;
using Reshelve.Ledgers;
using Reshelve.Planning;

namespace Reshelve.Events;

/// <summary>Writes single documents to an index: noted before, acknowledged after.</summary>
internal static class EventWriter
{
    /// <summary>Notes in the journal what is about to be written. Under the events lock.</summary>
    public static void Note(LedgerStore store, EventEntry entry)
    {
        store.CreateFolder();
        using var journal = EventJournal.OpenToAppend(store.EventsPath);
        journal.AppendIntent(entry);
    }

    /// <summary>Writes what was noted.</summary>
    /// <returns>What the index refused, by id.</returns>
    public static async Task<Dictionary<string, string>> WriteAsync(
        IIndexEngine index, string name, EventEntry entry, CancellationToken cancellationToken)
    {
        var batch = entry.Items.Select(item => new Change(item.Kind, item.Id, item.Document)).ToList();
        var results = await index.WriteAsync(name, batch, entry.Sequence, cancellationToken);
        return results.Where(result => result.Error is not null).ToDictionary(result => result.Id, result => result.Error!, StringComparer.Ordinal);
    }

    /// <summary>Notes the index's answer. Under the events lock.</summary>
    public static void Acknowledge(LedgerStore store, long sequence, IReadOnlyCollection<string> refused)
    {
        // A sweep may have deleted the index, its ledger and its journal meanwhile.
        if (!File.Exists(store.EventsPath))
            return;
        using var journal = EventJournal.OpenToAppend(store.EventsPath);
        journal.AppendAcknowledgement(sequence, refused);
    }
}
