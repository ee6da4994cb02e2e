using Reshelve.Catalogs;
using Reshelve.Drift;
using Reshelve.Events;
using Reshelve.Feeds;
using Reshelve.Indexing;
using Reshelve.Ledgers;
using Reshelve.Planning;
using Reshelve.Running;

namespace Reshelve;

/// <summary>Finds out whether an index holds what its ledger says, and mends the ledger.</summary>
public sealed class CatalogRepair(IIndexEngine index, IRunStore runs, string dataFolder)
{
    private const int MaxExamples = 100;

    /// <summary>
    /// Compares the live index with its ledger. Reads every document, so it takes a while; searches and single documents go on
    /// meanwhile,
    /// runs of the catalog do not.
    /// </summary>
    /// <param name="definition">The catalog.</param>
    /// <param name="mend">
    /// Whether to make the ledger say what the index holds. The index itself is mended by the next sync, which then sees what is to be
    /// written and removed, under the same safety checks as ever.
    /// </param>
    /// <param name="cancellationToken">Honoured between documents.</param>
    /// <exception cref="CatalogBusyException">A run has the catalog.</exception>
    /// <exception cref="ReshelveException">There is no live index or no ledger, or a run was interrupted while applying.</exception>
    public async Task<DriftReport> VerifyAsync(CatalogDefinition definition, bool mend, CancellationToken cancellationToken)
    {
        using var lease = runs.Acquire(definition.Name, "verify");
        var folder = new CatalogFolder(dataFolder, definition.Name, lease);
        if (folder.ReadApplying() is { } interrupted)
        {
            throw new ReshelveException(
                $"run {interrupted} of catalog '{definition.Name}' was interrupted while its plan was applied; sync the catalog first, which finishes it");
        }

        var live = await LiveAsync(definition.Name, cancellationToken);
        var store = folder.LedgersOf(live);
        if (store.Current is null)
            throw new ReshelveException($"the ledger of index {live} is missing: restore it with `reshelve ledger rebuild {definition.Name}`");
        // A plan that waits for approval is right for this ledger alone; what was put is left out of the comparison then.
        var isHeld = folder.ReadHeld() is { Part: HeldPart.Plan };
        if (mend && isHeld && definition.Feed == FeedKind.Incremental)
        {
            throw new ReshelveException(
                $"a plan of catalog '{definition.Name}' is held, could not be approved any more once the ledger is mended, and the next feed builds on it: " +
                "approve or discard it first");
        }

        if (mend || !isHeld)
        {
            using var turn = await runs.TakeEventTurnAsync(definition.Name, cancellationToken);
            EventFolding.Fold(store, lease.Run);
        }

        var check = new DriftCheck(index, live, store);
        var path = store.PathOf("mended.ledger");
        bool mended;
        using (var ledger = store.Open())
        {
            await check.RunAsync(ledger, cancellationToken);
            using (await runs.TakeEventTurnAsync(definition.Name, cancellationToken))
                check.LeaveOutEvents();
            if (mend)
                runs.NumberAbove(definition.Name, await NewestAsync(live, check, cancellationToken));
            mended = mend && check.Edits(ledger, IsVolatile(definition)).Write(ledger, path);
        }

        if (mended)
        {
            folder.CompareAppliedAgain(live);
            store.Commit(path, lease.Run);
        }

        return Report(definition.Name, live, check) with { Mended = mended };
    }

    /// <summary>
    /// Restores the live index's ledger from its documents. A plan that was being applied is not finished: the ledger says what
    /// came of it,
    /// and the next sync does the rest.
    /// </summary>
    /// <param name="definition">The catalog.</param>
    /// <param name="cancellationToken">Honoured between documents.</param>
    /// <exception cref="CatalogBusyException">A run has the catalog.</exception>
    /// <exception cref="ReshelveException">There is no live index.</exception>
    public async Task<LedgerRestored> RebuildLedgerAsync(CatalogDefinition definition, CancellationToken cancellationToken)
    {
        using var lease = runs.Acquire(definition.Name, "ledger rebuild");
        var folder = new CatalogFolder(dataFolder, definition.Name, lease);
        var live = await LiveAsync(definition.Name, cancellationToken);
        var store = folder.LedgersOf(live);
        HashSet<string> unsettled;
        using (await runs.TakeEventTurnAsync(definition.Name, cancellationToken))
            unsettled = Unsettled(store, lease.Run);
        folder.CompareAppliedAgain(live);
        var abandoned = folder.TryReadApplying();
        folder.GiveUpWith(new RestoredLedger(live, lease.Run));
        var documents = await new LedgerRestoration(index, live, store, IsVolatile(definition)).RunAsync(
            lease.Run, unsettled, newest => runs.NumberAbove(definition.Name, newest), cancellationToken);
        folder.DeleteApplying();
        return new LedgerRestored(definition.Name, live, documents, abandoned);
    }

    /// <summary>Documents whose numbers are higher than any run's would differ for ever: no run could write over them.</summary>
    private async Task<long> NewestAsync(string live, DriftCheck check, CancellationToken cancellationToken)
    {
        var numbers = new WrittenNumbers(index, live);
        foreach (var (_, id) in check.Differences)
            await numbers.AddAsync(id, cancellationToken);
        return await numbers.NewestAsync(cancellationToken);
    }

    private static Func<string, bool> IsVolatile(CatalogDefinition definition)
    {
        var names = definition.Fields.Where(field => field.Volatile).Select(field => field.Name).ToHashSet(StringComparer.Ordinal);
        return names.Contains;
    }

    /// <summary>Ids whose last write before the run was not answered: it may reach the index at any time.</summary>
    private static HashSet<string> Unsettled(LedgerStore store, long run)
    {
        if (!File.Exists(store.EventsPath))
            return [];
        using var journal = EventJournal.Open(store.EventsPath);
        return [.. journal.StatesBetween(0, run).Where(state => !state.Value.Acknowledged).Select(state => state.Key)];
    }

    private static DriftReport Report(string catalog, string live, DriftCheck check)
    {
        var counts = check.Differences.CountBy(difference => difference.Kind).ToDictionary();
        return new DriftReport
        {
            Catalog = catalog,
            Index = live,
            Documents = check.Documents,
            Missing = counts.GetValueOrDefault(DriftKind.Missing),
            Extra = counts.GetValueOrDefault(DriftKind.Extra),
            Stale = counts.GetValueOrDefault(DriftKind.Stale),
            Spoilt = counts.GetValueOrDefault(DriftKind.Spoilt),
            Examples = [.. check.Differences.Take(MaxExamples)],
        };
    }

    private async Task<string> LiveAsync(string catalog, CancellationToken cancellationToken) =>
        (await index.ListAsync(catalog, cancellationToken)).SingleOrDefault(candidate => candidate.Live)?.Name ??
        throw new ReshelveException($"catalog '{catalog}' has no index yet: sync it first");
}
