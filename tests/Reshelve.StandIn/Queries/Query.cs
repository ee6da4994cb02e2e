using Reshelve.StandIn.Indexing;

namespace Reshelve.StandIn.Queries;

/// <summary>A condition on documents of one index, which may also rank them.</summary>
internal abstract class Query
{
    /// <summary>What its rank is multiplied by.</summary>
    public double Boost { get; init; } = 1;

    /// <summary>The document's rank, or null where it does not match.</summary>
    public abstract double? Score(StoredDocument document);

    public bool Matches(StoredDocument document) => Score(document) is not null;

    /// <summary>Adds to <paramref name="marked"/> which of the document's words in a field it matched, by their place in the list of words.</summary>
    public virtual void Mark(StoredDocument document, string field, ISet<int> marked)
    {
    }
}
