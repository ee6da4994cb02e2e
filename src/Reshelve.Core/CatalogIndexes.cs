using Reshelve.Catalogs;
using Reshelve.Feeds;
using Reshelve.Indexing;
using Reshelve.Planning;
using Reshelve.Running;

namespace Reshelve;

/// <summary>A backing index as people see it.</summary>
/// <param name="Index">As the engine lists it; null when the engine no longer has it.</param>
/// <param name="Registered">As the registry knows it; null when it is not ours.</param>
/// <param name="Owner">The run that fills it, or was interrupted while it did; null when none.</param>
public sealed record ListedIndex(BackingIndex? Index, RegisteredIndex? Registered, long? Owner)
{
    /// <summary>Its name.</summary>
    public string Name => Registered?.Name ?? Index!.Name;
}

/// <summary>What an operator does with the backing indexes of a catalog: list, promote, roll back, sweep.</summary>
public sealed class CatalogIndexes(IIndexEngine index, IRunStore runs, string dataFolder, string workspaceFolder, TimeProvider time)
{
    private readonly RunServices _services = new(index, runs, dataFolder, workspaceFolder, time, 1);

    /// <summary>The indexes of a catalog, oldest first; also those that are not ours.</summary>
    public async Task<IReadOnlyList<ListedIndex>> ListAsync(string catalog, CancellationToken cancellationToken)
    {
        var folder = new CatalogFolder(dataFolder, catalog);
        var inventory = await new BackingIndexes(_services, folder, catalog).ReadAsync(cancellationToken);
        var gone = inventory.Registered.Where(registered => !inventory.Lists(registered.Name)).Select(registered => new ListedIndex(null, registered, Owner(registered)));
        var there = inventory.Listed.Select(listed => new ListedIndex(listed, inventory.Find(listed.Name), Owner(inventory.Find(listed.Name))));
        return [.. there.Concat(gone)];
    }

    /// <summary>Moves searches to an index that is ready or retained.</summary>
    /// <exception cref="CatalogBusyException">A run has the catalog.</exception>
    /// <exception cref="ReshelveException">It cannot be promoted; the message says why.</exception>
    public Task<RunReport> PromoteAsync(string catalog, string name, CancellationToken cancellationToken) => MoveAsync(
        catalog, "promote", (inventory, _) => inventory.Find(name) ?? throw NotOurs(catalog, name, inventory), cancellationToken);

    /// <summary>Moves searches back to a retained index: the newest that was filled before the live one, unless one is named.</summary>
    /// <exception cref="CatalogBusyException">A run has the catalog.</exception>
    /// <exception cref="ReshelveException">There is none, or it cannot be promoted; the message says why.</exception>
    public Task<RunReport> RollBackAsync(string catalog, string? to, CancellationToken cancellationToken) => MoveAsync(
        catalog,
        "rollback",
        (inventory, live) => to is null
            ? Former(inventory, live) ?? throw NothingRetained(catalog, inventory)
            : inventory.Find(to) ?? throw NotOurs(catalog, to, inventory),
        cancellationToken);

    /// <summary>Deletes what nothing needs any more, or tells what that would be.</summary>
    /// <exception cref="CatalogBusyException">A run has the catalog.</exception>
    public async Task<IReadOnlyList<SweptItem>> SweepAsync(CatalogDefinition definition, bool dryRun, CancellationToken cancellationToken)
    {
        using var lease = runs.Acquire(definition.Name, "sweep");
        var sweep = new CatalogSweep(_services, new CatalogFolder(dataFolder, definition.Name, lease), definition.Name, SweepPolicy.Of(definition));
        return dryRun ? await sweep.FindAsync(cancellationToken) : await sweep.RunAsync(cancellationToken);
    }

    /// <summary>Data of catalogs that have no definition any more: their names, and what they take beside their indexes.</summary>
    /// <param name="defined">The catalogs that have one.</param>
    public IReadOnlyList<(string Catalog, string Folder, long Bytes)> FindAbandoned(IReadOnlyCollection<string> defined)
    {
        var root = Path.Combine(dataFolder, "catalogs");
        if (!Directory.Exists(root))
            return [];
        return
        [
            .. Directory.EnumerateDirectories(root).Where(path => !defined.Contains(Path.GetFileName(path), StringComparer.Ordinal))
                .Order(StringComparer.Ordinal).Select(path => (Path.GetFileName(path), path, CatalogFolder.BytesOf(path))),
        ];
    }

    private static long? Owner(RegisteredIndex? registered) => registered is { State: IndexState.Building } ? registered.Run : null;

    private async Task<RunReport> MoveAsync(
        string catalog, string purpose, Func<IndexInventory, RegisteredIndex?, RegisteredIndex> choose, CancellationToken cancellationToken)
    {
        using var lease = runs.Acquire(catalog, purpose);
        var report = new RunReport { Catalog = catalog, Run = lease.Run, State = RunState.Done, Started = time.GetUtcNow() };
        var folder = new CatalogFolder(dataFolder, catalog, lease);
        var indexes = new BackingIndexes(_services, folder, catalog);
        var inventory = await indexes.ReadAsync(cancellationToken);
        var target = choose(inventory, inventory.Live is { } live ? inventory.Find(live.Name) : null);
        EnsureUsable(target, inventory, folder);
        if (inventory.Live?.Name == target.Name)
            return report with { Notes = [$"index {target.Name} is the one that is searched already"] };

        var notes = await SetAsideUnfinishedAsync(indexes, inventory, folder, cancellationToken);
        // The next sync compares its feed with what this index holds, whatever was applied to the other one.
        folder.CompareAppliedAgain(target.Name);
        var eventsAfter = target.State == IndexState.Ready ? target.EventsAfter : folder.LedgersOf(target.Name).Sequence;
        await indexes.PromoteAsync(target.Name, lease.Run, eventsAfter, cancellationToken);
        folder.DeleteApplying();
        report = report with
        {
            Notes =
            [
                .. notes,
                $"searches moved from {inventory.Live?.Name ?? "no index"} to {target.Name}; the next sync brings it in step with the current feed",
            ],
        };
        runs.Save(report);
        return report;
    }

    private static void EnsureUsable(RegisteredIndex target, IndexInventory inventory, CatalogFolder folder)
    {
        var listed = inventory.Listed.FirstOrDefault(listed => listed.Name == target.Name);
        var problem = target switch
        {
            _ when listed is null => "the engine no longer has it",
            { State: IndexState.Building } => $"run {target.Run} has not finished filling it; sync the catalog, which finishes it",
            { Disagreement: { } disagreement } => $"its ledger does not say what it holds: {disagreement}. Rebuild the catalog instead",
            _ when folder.LedgersOf(target.Name).Current is null && listed.Documents > 0 =>
                "its ledger is missing, so nobody knows what it holds. Rebuild the catalog instead",
            _ => null,
        };
        if (problem is not null)
            throw new ReshelveException($"searches cannot move to the index {target.Name}: {problem}.");
    }

    /// <summary>
    /// A plan that was interrupted is not finished any more: a new index that was being filled is dropped, and the live one, if it was
    /// being changed, is marked, as its ledger no longer says what it holds.
    /// </summary>
    private static async Task<IReadOnlyList<string>> SetAsideUnfinishedAsync(
        BackingIndexes indexes, IndexInventory inventory, CatalogFolder folder, CancellationToken cancellationToken)
    {
        if (!folder.HasApplying)
            return [];
        var notes = new List<string>();
        ApplyingPlan applying;
        try
        {
            applying = folder.ReadApplyingPlan()!;
        }
        catch (ReshelveException)
        {
            applying = new ApplyingPlan(0);
        }

        if (applying.Fills is { } filling)
        {
            folder.EndFilling(applying.Run);
            if (inventory.Find(filling) is { State: IndexState.Building })
                await indexes.DropAsync(filling, cancellationToken);
            notes.Add($"run {applying.Run} was interrupted while it filled the index {filling}, which was dropped");
        }

        var interrupted = applying.Fills is null ? applying.Run : applying.Interrupted;
        if (interrupted is { } run && inventory.Live is { } live)
        {
            await indexes.SetDisagreementAsync(live.Name, IndexBuild.UnfinishedBy(run), cancellationToken);
            notes.Add($"the index {live.Name} cannot be promoted again: {IndexBuild.UnfinishedBy(run)}");
        }

        return notes;
    }

    private static RegisteredIndex? Former(IndexInventory inventory, RegisteredIndex? live) => inventory.Registered
        .Where(candidate => candidate.State == IndexState.Retained && (live is null || candidate.Run < live.Run))
        .OrderByDescending(candidate => candidate.Run).FirstOrDefault();

    private static ReshelveException NothingRetained(string catalog, IndexInventory inventory)
    {
        var newer = inventory.Registered.Where(index => index.State is IndexState.Retained or IndexState.Ready).Select(index => index.Name).ToList();
        return new ReshelveException(
            $"no index of catalog '{catalog}' from before the live one is retained, so there is nothing to go back to" +
            (newer.Count > 0 ? $". There is {string.Join(", ", newer)}, which 'reshelve promote' moves searches to" : "") +
            ". `rebuilds.retain` says how many are kept.");
    }

    private static ReshelveException NotOurs(string catalog, string name, IndexInventory inventory)
    {
        var known = inventory.Registered.Where(index => index.State is IndexState.Ready or IndexState.Retained).Select(index => index.Name).ToList();
        return new ReshelveException(
            (inventory.Lists(name)
                ? $"the index {name} was not made by this program (or its ledger is gone), so it has no ledger that says what it holds"
                : $"catalog '{catalog}' has no index {name}") +
            (known.Count > 0 ? $". Searches can move to {string.Join(", ", known)}." : ". There is no other that searches could move to."));
    }
}
