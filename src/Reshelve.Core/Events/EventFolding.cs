using Reshelve.Ledgers;
using Reshelve.Planning;

namespace Reshelve.Events;

/// <summary>Brings a ledger in step with the single documents that were written to its index.</summary>
internal static class EventFolding
{
    private const string FoldedName = "folded.ledger";

    /// <summary>
    /// Folds the journal's entries that the ledger does not know yet into it, under the number of the last one. An entry that was not
    /// acknowledged may be in the index or not: its id gets an unknown fingerprint, so that the next plan settles it. Repeatable after a
    /// crash; to be called under the events lock, and only while no plan is being applied to the index.
    /// </summary>
    /// <param name="store">The ledgers of the index.</param>
    /// <param name="before">The run that is about to plan: what came after it began is newer than its feed, and left to the next.</param>
    public static void Fold(LedgerStore store, long before)
    {
        // Where the ledger is lost, one of these few documents alone would pass for it.
        if (!File.Exists(store.EventsPath) || store.Current is null)
            return;
        using var journal = EventJournal.Open(store.EventsPath);
        var states = journal.StatesBetween(store.Sequence, before);
        if (states.Count == 0)
            return;
        var path = store.PathOf(FoldedName);
        bool written;
        using (var ledger = store.Open())
            written = EditsOf(states, ledger).Write(ledger, path);
        if (written)
            store.Commit(path, states.Values.Max(state => state.Sequence));
    }

    private static LedgerEdits EditsOf(Dictionary<string, EventState> states, Ledger ledger)
    {
        var edits = new LedgerEdits();
        foreach (var (id, state) in states)
        {
            if (!state.Acknowledged)
                edits.SetUnknown(id, ledger);
            else if (state.Item.Kind == ChangeKind.Remove)
                edits.Remove(id);
            else
                edits.Set(id, state.Item.Fingerprint);
        }

        return edits;
    }
}
