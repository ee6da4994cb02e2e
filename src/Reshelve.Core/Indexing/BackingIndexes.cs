using System.Globalization;
using Reshelve.Events;
using Reshelve.Planning;
using Reshelve.Running;

namespace Reshelve.Indexing;

/// <summary>
/// The backing indexes of one catalog and what becomes of them: registered, ready, live, retained, dropped. Every step can be
/// repeated after a crash within it. Whoever calls anything but <see cref="ReadAsync"/> holds the catalog's lease.
/// </summary>
internal sealed class BackingIndexes(RunServices services, CatalogFolder folder, string catalog)
{
    private const string Stamp = "yyyyMMddHHmmss";

    private readonly IndexRegistry _registry = new(folder.RegistryPath, catalog);

    /// <summary>What there is.</summary>
    public async Task<IndexInventory> ReadAsync(CancellationToken cancellationToken)
    {
        var listed = await services.Index.ListAsync(catalog, cancellationToken);
        return IndexInventory.Of(listed, _registry.Read() ?? Found(listed));
    }

    /// <summary>
    /// A name for a new index, by the time; later than those of our other ones, so that one that was just dropped does not lend its
    /// name, and its late writers, to the next.
    /// </summary>
    public string NewName(IndexInventory existing)
    {
        // A ledger that a lost index left behind must not be taken for the new one's.
        var taken = existing.Listed.Select(index => index.Name).Concat(existing.Registered.Select(index => index.Name))
            .Concat(folder.IndexesWithLedgers()).ToHashSet();
        var now = services.Time.GetUtcNow();
        var moment = now;
        foreach (var index in existing.Registered)
        {
            // What lies farther ahead is no run of names within seconds but a clock that was set back.
            if (MomentOf(index.Name) is { } other && other.AddSeconds(1) > moment && other < now.AddDays(1))
                moment = other.AddSeconds(1);
        }

        while (taken.Contains(NameAt(moment)))
            moment = moment.AddSeconds(1);
        return NameAt(moment);
    }

    private string NameAt(DateTimeOffset moment) => $"{catalog}_{moment.UtcDateTime.ToString(Stamp, CultureInfo.InvariantCulture)}";

    private DateTimeOffset? MomentOf(string name) =>
        name.Length == catalog.Length + 1 + Stamp.Length &&
        DateTimeOffset.TryParseExact(name.AsSpan(catalog.Length + 1), Stamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            ? moment
            : null;

    /// <summary>Registers the index that a plan makes, before it is made.</summary>
    public async Task RegisterAsync(PlanManifest plan, CancellationToken cancellationToken)
    {
        using var held = folder.Hold();
        var inventory = await ReadAsync(cancellationToken);
        if (inventory.Find(plan.Index) is not null)
            return;
        _registry.Write(
        [
            .. inventory.Registered,
            new RegisteredIndex
            {
                Name = plan.Index, State = IndexState.Building, Run = plan.Run, Since = plan.Run, EventsAfter = plan.EventsAfter,
                Created = services.Time.GetUtcNow(),
                Fields = plan.Fields, Definition = plan.Definition, Feed = plan.FeedIdentity,
            },
        ]);
    }

    /// <summary>Notes that an index is in another state since this run.</summary>
    public Task SetStateAsync(string name, IndexState state, long run, CancellationToken cancellationToken) => ChangeAsync(
        name, index => index with { State = state, Since = run }, cancellationToken);

    /// <summary>Notes why an index and its ledger disagree; null: they agree.</summary>
    public Task SetDisagreementAsync(string name, string? disagreement, CancellationToken cancellationToken) => ChangeAsync(
        name, index => index with { Disagreement = disagreement }, cancellationToken);

    /// <summary>
    /// Points the alias at an index of ours; the one that it pointed at is retained. Nobody can put a single document meanwhile, and
    /// what was put into the former index since goes along.
    /// </summary>
    /// <param name="name">The index.</param>
    /// <param name="run">The run that does it.</param>
    /// <param name="eventsAfter">The run that received the feed that the index holds: what was put after it began is newer.</param>
    /// <param name="cancellationToken">Honoured before anything is changed.</param>
    public async Task PromoteAsync(string name, long run, long eventsAfter, CancellationToken cancellationToken)
    {
        using var turn = await services.Runs.TakeEventTurnAsync(catalog, cancellationToken);
        folder.Hold()?.Dispose();
        var inventory = await ReadAsync(cancellationToken);
        if (inventory.Live?.Name != name)
        {
            if (inventory.Live is { } live)
            {
                await EventCarrying.RunAsync(
                    services.Index, folder.LedgersOf(live.Name), folder.LedgersOf(name), name, eventsAfter, turn, cancellationToken);
            }

            using var promoting = folder.Hold();
            await services.Index.PromoteAsync(catalog, name, cancellationToken);
        }

        using var held = folder.Hold();
        _registry.Write(
        [
            .. inventory.Registered.Select(index =>
                index.Name == name ? index with { State = IndexState.Live, Since = run }
                : index.State == IndexState.Live ? index with { State = IndexState.Retained, Since = run }
                : index),
        ]);
    }

    /// <summary>Drops an index of ours, with its ledgers; the engine refuses the live one.</summary>
    public async Task DropAsync(string name, CancellationToken cancellationToken)
    {
        using var held = folder.Hold();
        var inventory = await ReadAsync(cancellationToken);
        if (inventory.Find(name) is null)
            throw new InvalidOperationException($"the index '{name}' is not ours to drop");
        await services.Index.DropAsync(name, cancellationToken);
        folder.LedgersOf(name).Delete();
        _registry.Write([.. inventory.Registered.Where(index => index.Name != name)]);
    }

    private async Task ChangeAsync(string name, Func<RegisteredIndex, RegisteredIndex> change, CancellationToken cancellationToken)
    {
        using var held = folder.Hold();
        var inventory = await ReadAsync(cancellationToken);
        _registry.Write([.. inventory.Registered.Select(index => index.Name == name ? change(index) : index)]);
    }

    /// <summary>Where there is no registry yet: what has a ledger of ours was made by us.</summary>
    private List<RegisteredIndex> Found(IReadOnlyList<BackingIndex> listed)
    {
        var found = new List<RegisteredIndex>();
        foreach (var index in listed)
        {
            if (folder.LedgersOf(index.Name).Current is not { } ledger)
                continue;
            _ = long.TryParse(Path.GetFileNameWithoutExtension(ledger), NumberStyles.None, CultureInfo.InvariantCulture, out var run);
            var state = index.Live ? IndexState.Live : IndexState.Retained;
            found.Add(new RegisteredIndex { Name = index.Name, State = state, Run = run, Since = run, EventsAfter = run, Created = index.Created });
        }

        return found;
    }
}
