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

    /// <summary>The first record from which on another reader is next.</summary>
    public uint Limit { get; private set; }

    public bool MoveNext()
    {
        if (Current is not null)
        {
            if (!Current.MoveNext())
                _readers.Remove(Current);
            else if (Current.Current.Record < Limit)
                return true;
        }

        Current = null;
        Limit = uint.MaxValue;
        var first = uint.MaxValue;
        foreach (var reader in _readers)
        {
            var record = reader.Current.Record;
            if (record < first)
                (Current, first, Limit) = (reader, record, first);
            else
                Limit = Math.Min(Limit, record);
        }

        return Current is not null;
    }
}
