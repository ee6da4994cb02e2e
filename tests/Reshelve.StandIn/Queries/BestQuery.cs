using Reshelve.StandIn.Indexing;

namespace Reshelve.StandIn.Queries;

/// <summary><c>dis_max</c>: one of several, ranked as the best of them and a share of the others.</summary>
internal sealed class BestQuery(IReadOnlyList<Query> queries, double share) : Query
{
    public override double? Score(StoredDocument document)
    {
        var scores = queries.Select(query => query.Score(document)).OfType<double>().ToList();
        if (scores.Count == 0)
            return null;
        var best = scores.Max();
        return Boost * (best + share * (scores.Sum() - best));
    }

    public override void Mark(StoredDocument document, string field, ISet<int> marked)
    {
        foreach (var query in queries)
            query.Mark(document, field, marked);
    }
}
