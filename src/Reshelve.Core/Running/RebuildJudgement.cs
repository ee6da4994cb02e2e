using Reshelve.Catalogs;
using Reshelve.Feeds;
using Reshelve.Ledgers;
using Reshelve.Planning;

namespace Reshelve.Running;

/// <summary>
/// What the safety checks say of a rebuild. A plan against the empty ledger of a new index adds everything and removes nothing, so the
/// feed is compared with what the live index holds; what would hold that plan, or its removals, holds the rebuild.
/// </summary>
internal sealed class RebuildJudgement(RunServices services, CatalogDefinition definition)
{
    /// <summary>Compares the feed with the live index's ledger.</summary>
    /// <param name="feed">The feed.</param>
    /// <param name="live">The ledger.</param>
    /// <param name="scratch">An empty folder for what the comparison writes.</param>
    /// <param name="progress">Told the bytes and records read.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public (PlanCounts Counts, IReadOnlyList<HeldReason> Held) Judge(
        ReceivedFeed feed, Ledger live, string scratch, Func<IFeedReader, Action<long, long>> progress, CancellationToken cancellationToken)
    {
        using var reader = FeedReaders.Open(feed.Files, definition.Format, definition.Limits);
        // The plan of the rebuild keeps the rejected records; here they would be kept twice.
        using var rejected = new NobodysRejected();
        var input = new PlanInput(definition, live, reader, scratch, rejected);
        var content = new Planner(input, services.Threads).Run(progress(reader), cancellationToken);
        return (content.Counts, [.. content.Held.Select(reason => reason with { Part = HeldPart.Plan })]);
    }

    private sealed class NobodysRejected : IRejectedWriter
    {
        public void Write(RejectedRecord record)
        {
        }

        public void Dispose()
        {
        }
    }
}
