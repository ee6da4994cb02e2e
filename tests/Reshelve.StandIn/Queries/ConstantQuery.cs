using Reshelve.StandIn.Indexing;

namespace Reshelve.StandIn.Queries;

/// <summary><c>constant_score</c>: another query's condition without its rank.</summary>
internal sealed class ConstantQuery(Query inner) : Query
{
    public override double? Score(StoredDocument document) => inner.Matches(document) ? Boost : null;

    public override void Mark(StoredDocument document, string field, ISet<int> marked) => inner.Mark(document, field, marked);
}
