using Reshelve.Catalogs;
using Reshelve.Feeds;
using Reshelve.Planning;
using Reshelve.Running;

namespace Reshelve.Indexing;

/// <summary>What a sweep deletes.</summary>
public enum SweptKind
{
    /// <summary>A backing index, with its ledgers.</summary>
    Index,

    /// <summary>The ledgers of an index that is gone.</summary>
    Ledger,

    /// <summary>A plan that is neither held nor being applied.</summary>
    Plan,

    /// <summary>A feed beyond those that the definition keeps.</summary>
    Feed,
}

/// <summary>Something that nothing needs any more.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">The index, the run of the plan, or the feed's folder.</param>
/// <param name="Bytes">What it takes on disk.</param>
/// <param name="Why">Why nothing needs it.</param>
public sealed record SweptItem(SweptKind Kind, string Name, long Bytes, string Why)
{
    /// <summary>Why it could not be deleted, and is still there; null when it was, or nobody tried.</summary>
    public string? Problem { get; init; }

    /// <summary><c>index shop_20261120120000</c>.</summary>
    public string Describe() => $"{Kind.ToString().ToLowerInvariant()} {Name}";
}

/// <summary>What a sweep leaves.</summary>
/// <param name="Retain">Former indexes.</param>
/// <param name="Feeds">Archived feeds.</param>
internal sealed record SweepPolicy(int Retain, int Feeds)
{
    /// <summary>What the definition says.</summary>
    public static SweepPolicy Of(CatalogDefinition definition) =>
        new(definition.Rebuilds.Retain, FeedSources.KeptFeeds(definition.Source));
}

/// <summary>
/// Deletes what no run will need again: indexes of ours that nobody searches, retains or fills, ledgers without an index, plans that are
/// neither held nor being applied, and feeds beyond those that are to be kept. Whether an index is ours says the registry alone.
/// Whoever runs it holds the catalog's lease, so nothing is being built meanwhile.
/// </summary>
internal sealed class CatalogSweep(RunServices services, CatalogFolder folder, string catalog, SweepPolicy policy)
{
    private readonly BackingIndexes _indexes = new(services, folder, catalog);

    /// <summary>What would be deleted.</summary>
    public async Task<IReadOnlyList<SweptItem>> FindAsync(CancellationToken cancellationToken)
    {
        var inventory = await _indexes.ReadAsync(cancellationToken);
        var applying = folder.ReadApplyingPlan();
        var indexes = FindIndexes(inventory, applying?.Fills).ToList();
        return
        [
            .. indexes,
            .. FindLedgers(inventory, applying?.Fills),
            .. FindPlans(applying),
            .. FindFeeds(),
        ];
    }

    /// <summary>Deletes it. What cannot be deleted stays, with the reason, and does not keep the others.</summary>
    public async Task<IReadOnlyList<SweptItem>> RunAsync(CancellationToken cancellationToken)
    {
        var items = new List<SweptItem>();
        foreach (var item in await FindAsync(cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                await DeleteAsync(item, cancellationToken);
                items.Add(item);
            }
            catch (Exception error) when (error is ReshelveException or IOException or UnauthorizedAccessException && error is not LeaseLostException)
            {
                items.Add(item with { Problem = error.Message });
            }
        }

        return items;
    }

    private async Task DeleteAsync(SweptItem item, CancellationToken cancellationToken)
    {
        using var held = folder.Hold();
        switch (item.Kind)
        {
            case SweptKind.Index:
                await _indexes.DropAsync(item.Name, cancellationToken);
                break;
            case SweptKind.Ledger:
                folder.LedgersOf(item.Name).Delete();
                break;
            case SweptKind.Plan:
                CatalogFolder.DeletePlan(folder.PlanOf(long.Parse(item.Name, System.Globalization.CultureInfo.InvariantCulture)));
                break;
            default:
                Directory.Delete(Path.Combine(folder.Spool, item.Name), recursive: true);
                break;
        }
    }

    /// <summary>Sweeps after a new index took the live one's place; a failure of that is no failure of the run, but noted.</summary>
    public async Task AfterRebuildAsync(List<string> notes, CancellationToken cancellationToken)
    {
        try
        {
            var items = await RunAsync(cancellationToken);
            var swept = items.Where(item => item.Problem is null).Select(item => item.Describe()).ToList();
            if (swept.Count > 0)
                notes.Add($"swept away: {string.Join(", ", swept)}");
            notes.AddRange(items.Where(item => item.Problem is not null).Select(item => $"{item.Describe()}, which is no longer needed, could not be swept away: {item.Problem}"));
        }
        catch (Exception error) when (error is ReshelveException or IOException or UnauthorizedAccessException)
        {
            notes.Add($"what is no longer needed could not be swept away: {error.Message}");
        }
    }

    private IEnumerable<SweptItem> FindIndexes(IndexInventory inventory, string? filling)
    {
        var retained = inventory.Registered.Where(index => index.State == IndexState.Retained && inventory.Lists(index.Name))
            .OrderByDescending(index => index.Since).ThenByDescending(index => index.Run).ToList();
        var live = inventory.Live is { } searched ? inventory.Find(searched.Name) : null;
        foreach (var index in inventory.Registered.Where(index => index.Name != filling && index.State != IndexState.Live))
        {
            var why = index.State switch
            {
                IndexState.Building => "its run ended before it was filled",
                // While nothing is searched, something is wrong with the alias or the whole engine: whatever there is may be needed.
                _ when inventory.Live is null => null,
                _ when !inventory.Lists(index.Name) => "the engine no longer has it",
                IndexState.Ready when live is not null && index.Run < live.Run => "a newer index was promoted",
                IndexState.Retained when retained.IndexOf(index) >= policy.Retain => $"{policy.Retain} newer ones are retained",
                _ => null,
            };
            if (why is not null)
                yield return new SweptItem(SweptKind.Index, index.Name, BytesOf(inventory, index.Name), why);
        }
    }

    private long BytesOf(IndexInventory inventory, string index) =>
        (inventory.Listed.FirstOrDefault(listed => listed.Name == index)?.Bytes ?? 0) + folder.LedgersOf(index).Bytes;

    private IEnumerable<SweptItem> FindLedgers(IndexInventory inventory, string? filling)
    {
        // An engine whose disk is not mounted lists nothing, and the ledgers must be there when it is.
        if (inventory.Live is null)
            return [];
        return folder.IndexesWithLedgers()
            .Where(name => name != filling && !inventory.Lists(name) && inventory.Find(name) is null)
            .Order(StringComparer.Ordinal)
            .Select(name => new SweptItem(SweptKind.Ledger, name, folder.LedgersOf(name).Bytes, "its index is gone"));
    }

    private IEnumerable<SweptItem> FindPlans(ApplyingPlan? applying)
    {
        foreach (var run in folder.RunsWithPlans().Where(run => run != applying?.Run && run != applying?.Interrupted))
        {
            var path = folder.PlanOf(run);
            if (IsNeeded(path))
                continue;
            var name = run.ToString(System.Globalization.CultureInfo.InvariantCulture);
            yield return new SweptItem(SweptKind.Plan, name, CatalogFolder.BytesOf(path), "it is neither held nor being applied");
        }
    }

    /// <summary>A held plan waits for approval; of an applied one only the manifest is left, until the next plan.</summary>
    private static bool IsNeeded(string planFolder)
    {
        try
        {
            return PlanManifest.Load(planFolder).Held.Count > 0 || Directory.EnumerateFiles(planFolder).Count() == 1;
        }
        catch (ReshelveException)
        {
            // A run that ended before its plan was whole.
            return false;
        }
    }

    private IEnumerable<SweptItem> FindFeeds()
    {
        var spool = new FeedSpool(folder.Spool, services.Time);
        var applied = folder.ReadApplied() is { } feed ? spool.Find(feed.Identity) : null;
        foreach (var path in spool.Beyond(policy.Feeds))
        {
            // What a rebuild would begin with stays, however many feeds came since and were held.
            if (policy.Feeds > 0 && applied is not null && applied.Files[0].StartsWith(path + Path.DirectorySeparatorChar, StringComparison.Ordinal))
                continue;
            yield return new SweptItem(SweptKind.Feed, Path.GetFileName(path), CatalogFolder.BytesOf(path), $"{policy.Feeds} newer ones are kept");
        }
    }
}
