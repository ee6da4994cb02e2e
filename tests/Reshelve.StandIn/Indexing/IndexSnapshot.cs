namespace Reshelve.StandIn.Indexing;

/// <summary>What searches of an index see until the next refresh; it does not change.</summary>
/// <param name="Index">The index.</param>
/// <param name="Documents">Its documents, in the order in which they were written.</param>
internal sealed record IndexSnapshot(StandInIndex Index, IReadOnlyList<StoredDocument> Documents)
{
    private readonly Dictionary<string, FieldStatistics> _statistics = new(StringComparer.Ordinal);

    public FieldStatistics Statistics(string field)
    {
        if (!_statistics.TryGetValue(field, out var found))
            _statistics[field] = found = FieldStatistics.Of(Documents, field);
        return found;
    }
}
