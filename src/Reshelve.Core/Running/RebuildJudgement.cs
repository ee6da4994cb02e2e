using System.Collections.Concurrent;
using System.Text;
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
    public IReadOnlyList<HeldReason> Judge(
        ReceivedFeed feed, Ledger live, string scratch, Func<IFeedReader, Action<long, long>> progress, CancellationToken cancellationToken)
    {
        using var reader = FeedReaders.Open(feed.Files, definition.Format, definition.Limits);
        // The plan of the rebuild keeps the rejected records; here they would be kept twice.
        using var rejected = new RejectedIds();
        var input = new PlanInput(definition, live, reader, scratch, rejected);
        var content = new Planner(input, services.Threads).Run(progress(reader), cancellationToken);
        var held = content.Held.Select(reason => reason with { Part = HeldPart.Plan }).ToList();
        var lost = rejected.CountIn(live);
        if (lost > 0)
        {
            held.Add(new HeldReason(
                "last good documents",
                HeldPart.Plan,
                $"{lost:N0} rejected {(lost == 1 ? "record has its" : "records have their")} last good documents in the live index, and a new index would lack " +
                "them: nothing was changed. Mend the records or the definition, or approve the rebuild without them."));
        }

        return held;
    }

    /// <summary>The ids of rejected records.</summary>
    private sealed class RejectedIds : IRejectedWriter
    {
        private readonly ConcurrentDictionary<string, byte> _ids = new(StringComparer.Ordinal);

        public void Write(RejectedRecord record)
        {
            if (record.Id is { Length: > 0 } id)
                _ids[id] = 0;
        }

        /// <summary>How many of them the ledger has.</summary>
        public int CountIn(Ledger ledger)
        {
            if (_ids.IsEmpty)
                return 0;
            var count = 0;
            var hashes = _ids.Keys.Select(id => ledger.HashId(Encoding.UTF8.GetBytes(id))).ToHashSet();
            foreach (var run in ledger.Order)
            {
                for (var entry = run.First; entry < run.End; entry++)
                {
                    if (hashes.Contains(ledger.IdHash(entry)) && _ids.ContainsKey(Encoding.UTF8.GetString(ledger.Id(entry))))
                        count++;
                }
            }

            return count;
        }

        public void Dispose()
        {
        }
    }
}
