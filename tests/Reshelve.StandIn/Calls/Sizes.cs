using Reshelve.StandIn.Indexing;

namespace Reshelve.StandIn.Calls;

/// <summary>What an index takes on disk: something that grows with its documents.</summary>
internal static class Sizes
{
    private const long EmptyShard = 226;

    public static long Primary(StandInIndex index) =>
        index.Shards * EmptyShard + index.Snapshot.Documents.Sum(document => (long)document.Source.Length);

    public static long Total(StandInIndex index, int nodes) => Primary(index) * (1 + Math.Min(index.Replicas, nodes - 1));
}
