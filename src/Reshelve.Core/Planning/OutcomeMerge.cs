namespace Reshelve.Planning;

/// <summary>Goes through the outcomes of all threads in feed order.</summary>
internal sealed class OutcomeMerge
{
    private readonly List<OutcomeLog.OutcomeReader> _readers = [];

    public OutcomeMerge(IEnumerable<OutcomeLog> logs)
    {
        foreach (var log in logs)
        {
            var reader = log.Read();
            if (reader.MoveNext())
                _readers.Add(reader);
        }
    }

    /// <summary>The reader that stands at the next outcome, or null at the end.</summary>
    public OutcomeLog.OutcomeReader? Current { get; private set; }

    public bool MoveNext()
    {
        if (Current is not null && !Current.MoveNext())
            _readers.Remove(Current);
        Current = null;
        foreach (var reader in _readers)
        {
            if (Current is null || reader.Current.Record < Current.Current.Record)
                Current = reader;
        }

        return Current is not null;
    }
}
