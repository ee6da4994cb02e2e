using Reshelve.Catalogs;
using Reshelve.Feeds;
using Reshelve.Indexing;
using Reshelve.Ledgers;
using Reshelve.Mapping;
using Reshelve.Planning;

namespace Reshelve.Running;

/// <summary>What is known of the feeds that came before this run's: which one the index holds, and which run received it.</summary>
internal sealed class KnownFeeds(RunServices services, CatalogDefinition definition, SyncOptions options, RunContext context)
{
    private readonly CatalogFolder _folder = new(services.DataFolder, definition.Name, services.Lease);
    private long? _receivedBy;

    /// <summary>One text for everything in the definition that makes another plan of the same feed.</summary>
    public string Signature => string.Join(
        '\n',
        [MappingSignature.Of(definition), IndexSchema.Of(definition).Signature, $"{definition.Feed}", $"{definition.Format}", $"{definition.Limits}", $"{definition.Removals}"]);

    /// <summary>
    /// The run that received the feed: an earlier one, when that feed was applied last, is held, or was being applied. What was put since is newer,
    /// and none of the plan's business.
    /// </summary>
    public long ReceivedBy(ReceivedFeed feed) => _receivedBy ??= feed.Identity is { } identity ? FirstReceivedBy(identity) ?? context.Number : context.Number;

    private long? FirstReceivedBy(string feed)
    {
        try
        {
            if (_folder.ReadApplied() is { Run: > 0 } applied && applied.Identity == feed)
                return applied.Run;
            var applying = _folder.ReadApplyingPlan();
            long?[] unfinished = [_folder.ReadHeld()?.Run, applying?.Run, applying?.Interrupted];
            return unfinished.OfType<long>().Select(earlier => PlanManifest.TryLoad(_folder.PlanOf(earlier)))
                .FirstOrDefault(plan => plan is { Approves: null } && plan.FeedIdentity == feed)?.EventsAfter;
        }
        catch (ReshelveException)
        {
            // A rebuild is the way out of a damaged note.
            return null;
        }
    }

    /// <summary>Whether the index holds the feed already, by the same definition; it is read again if records of it were rejected.</summary>
    public bool IsRepeated(ReceivedFeed feed, RunTarget target) =>
        ReceivedBy(feed) != context.Number && _folder.ReadApplied() is { } applied && applied.Definition == Signature && applied.Index == target.Index;

    /// <summary>
    /// What tells the feed that the index holds: one with the same identity need not be read. Null when any feed must be compared.
    /// </summary>
    public async Task<string?> IdentityAsync(CancellationToken cancellationToken)
    {
        if (options.Rebuild || _folder.ReadApplied() is not { IsPartial: false } applied || applied.Definition != Signature)
            return null;
        var indexes = await services.Index.ListAsync(definition.Name, cancellationToken);
        if (!indexes.Any(index => index is { Live: true, Outdated: null } && index.Name == applied.Index))
            return null;
        // Also a feed that is the same lets removal delays end.
        var missing = _folder.LedgersOf(applied.Index).OpenMissing(out _);
        var isDue = definition.Feed == FeedKind.Full && definition.Removals != RemovalPolicy.ExplicitOnly &&
            missing.AnyIsDue(definition.RemovalDelay, _folder.ReadHistory().Feed + 1, services.Time.GetUtcNow());
        return isDue ? null : applied.Identity;
    }

    /// <summary>The counts of the feed that the index holds already.</summary>
    public PlanCounts CountsOfApplied()
    {
        var applied = _folder.ReadApplied()!;
        return new PlanCounts
        {
            Records = applied.Records, Bytes = applied.Bytes, Duplicates = applied.Duplicates, Unchanged = applied.Records - applied.Duplicates,
        };
    }

    /// <summary>
    /// Notes that the feed is the one that was applied last. A plan of another feed that waits no longer counts, and removal delays that
    /// count feeds go on.
    /// </summary>
    public async Task PassUnchangedAsync(CancellationToken cancellationToken)
    {
        context.Notes.Add("the feed is the one that was applied last");
        if (options.PlanOnly)
            return;
        if (definition.Feed == FeedKind.Full && _folder.ReadHeld() is { } held)
        {
            _folder.DeleteHeld();
            context.Notes.Add($"what was held of run {held.Run} was another feed's, and is dropped");
        }

        var history = _folder.ReadHistory();
        if (definition.Feed == FeedKind.Full && (await MissingAsync(cancellationToken)).Count > 0)
            _folder.WriteHistory(history with { Feed = history.Feed + 1 });
    }

    private async Task<MissingRecords> MissingAsync(CancellationToken cancellationToken)
    {
        var live = (await services.Index.ListAsync(definition.Name, cancellationToken)).SingleOrDefault(index => index.Live);
        return live is null ? MissingRecords.None : _folder.LedgersOf(live.Name).OpenMissing(out _);
    }
}
