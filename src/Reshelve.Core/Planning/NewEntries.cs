using Reshelve.Ledgers;

namespace Reshelve.Planning;

/// <summary>The entries that a plan adds to the ledger, in feed order, as many at a time as lie together.</summary>
internal sealed class NewEntries
{
    private readonly OutcomeMerge _outcomes;
    private readonly Func<Outcome, bool> _isNext;

    /// <param name="logs">All outcomes.</param>
    /// <param name="losers">Records that do not count.</param>
    public NewEntries(IEnumerable<OutcomeLog> logs, IReadOnlySet<uint> losers)
    {
        _outcomes = new OutcomeMerge(logs);
        _isNext = outcome => outcome.Record < _outcomes.Limit && Has(outcome.Kind) && !(losers.Count > 0 && losers.Contains(outcome.Record));
    }

    /// <summary>Whether an outcome of a kind makes a new entry.</summary>
    public static bool Has(OutcomeKind kind) =>
        kind is OutcomeKind.Add or OutcomeKind.Replace or OutcomeKind.Patch or OutcomeKind.Respelled;

    /// <summary>The next entries, at least one; valid until the next call.</summary>
    public EntrySlice Next(uint atMost)
    {
        while (_outcomes.MoveNext())
        {
            if (_isNext(_outcomes.Current!.Current))
                return _outcomes.Current.Take(atMost, _isNext);
        }

        throw new InvalidOperationException("Fewer new entries came than were added.");
    }
}
