namespace Reshelve.StandIn.Indexing;

/// <summary>What an index did since it was made, for its statistics.</summary>
internal sealed class IndexCounters
{
    public long Indexed { get; set; }

    public long Deleted { get; set; }

    public long Searches { get; set; }

    public long SearchMilliseconds { get; set; }
}
