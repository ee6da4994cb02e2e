using Reshelve.StandIn.Indexing;

namespace Reshelve.StandIn.Queries;

/// <summary>A plain condition: all documents that meet it rank alike.</summary>
internal sealed class ConditionQuery(Predicate<StoredDocument> isMet) : Query
{
    public static ConditionQuery Nothing { get; } = new(_ => false);

    public override double? Score(StoredDocument document) => isMet(document) ? Boost : null;
}
