using Reshelve.Catalogs;
using Reshelve.Feeds;
using Reshelve.Indexing;
using Reshelve.Running;

namespace Reshelve.Tests.Syncing.Modelled;

/// <summary>
/// One sequence of operations on a catalog, with the model beside it. Every operation is made from a seed of its own and what went before, so
/// a sequence can be replayed, also without some of its operations.
/// </summary>
internal sealed partial class ModelSequence : IAsyncDisposable
{
    private const int MostOperations = 14;

    private readonly ModelBench _bench = new();
    private readonly ModelCatalog _model = new();
    private readonly List<string> _log = [];
    private readonly Dictionary<long, (FeedRun Run, bool StaysAside)> _plans = [];
    private CatalogDefinition _definition;
    private ModelFeed? _last;

    private ModelSequence(int seed)
    {
        var random = new Random(seed);
        _definition = ModelDefinitions.First(random);
        _log.Add($"a catalog of {_definition.Format.Kind} feeds, retain {_definition.Rebuilds.Retain}, rebuilds from {_definition.Rebuilds.Least} documents, " +
            $"{(_definition.Checks == new CatalogChecks() ? "the usual" : "strict")} checks, delay {_definition.RemovalDelay.Feeds}");
    }

    /// <summary>The seeds of a sequence's operations.</summary>
    public static int[] OperationsOf(int seed)
    {
        var random = new Random(~seed);
        return [.. Enumerable.Range(0, random.Next(2, MostOperations)).Select(_ => random.Next())];
    }

    /// <summary>Carries out a sequence.</summary>
    /// <returns>What was done and what went wrong; null when nothing did.</returns>
    public static async Task<string?> RunAsync(int seed, IReadOnlyList<int> operations)
    {
        var sequence = new ModelSequence(seed);
        try
        {
            foreach (var operation in operations)
            {
                await sequence.OperateAsync(new Random(operation));
                await sequence.CheckAsync();
            }

            await sequence.FinishAsync(new Random(seed));
            return null;
        }
        catch (Exception error)
        {
            var what = error is ContradictionException or ShouldAssertException ? error.Message : error.ToString();
            return string.Join('\n', sequence._log.Select((line, number) => $"{number,3}. {line}").Append($"     and then: {what}"));
        }
        finally
        {
            await sequence.DisposeAsync();
        }
    }

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    private Task OperateAsync(Random random) => random.Next(100) switch
    {
        < 6 => ApproveAsync(random),
        < 30 => SyncAsync(random, NextFeed(random), new SyncOptions()),
        < 36 => SyncAsync(random, Again(random), new SyncOptions()),
        < 39 => SyncAsync(random, NextFeed(random), new SyncOptions { PlanOnly = true }),
        < 47 => SyncAsync(random, NextFeed(random), new SyncOptions { Rebuild = true }),
        < 54 => SyncAsync(random, Again(random), new SyncOptions { Rebuild = true }),
        < 59 => SyncAsync(random, random.Next(2) == 0 ? Again(random) : NextFeed(random), new SyncOptions { Rebuild = true, StaysAside = true }),
        < 70 => EventsAsync(random),
        < 76 => MoveAsync(random, isRollback: true),
        < 80 => MoveAsync(random, isRollback: false),
        < 85 => SweepAsync(random),
        < 90 => VerifyAsync(random),
        < 92 => DamageAsync(random),
        < 94 => RebuildLedgerAsync(random),
        < 97 => RedefineAsync(random),
        _ => RaceAsync(random),
    };

    private Interruption Interruption(Random random)
    {
        var kind = random.Next(100) switch
        {
            < 60 => InterruptionKind.None,
            < 80 => InterruptionKind.Kill,
            _ => (InterruptionKind)random.Next(1, 6),
        };
        var most = kind == InterruptionKind.Kill ? random.Next(4, 120) : random.Next(1, 10);
        return new Interruption(kind, random.Next(most));
    }

    private Task RedefineAsync(Random random)
    {
        (_definition, var change) = ModelDefinitions.Changed(_definition, random);
        _log.Add($"the definition changes: {change}");
        return Task.CompletedTask;
    }

    /// <summary>Compares the indexes with the model.</summary>
    private async Task CheckAsync()
    {
        var listed = await _bench.ListAsync();
        var live = listed.SingleOrDefault(index => index.Index is { Live: true });
        if (live?.Name != _model.Live)
            throw new ContradictionException($"searches see {live?.Name ?? "nothing"} and should see {_model.Live ?? "nothing"}");
        if (live is { Registered: null })
            throw new ContradictionException($"the registry does not know the live index {live.Name}");
        var filling = _bench.Catalog.ReadApplyingPlan()?.Fills;
        foreach (var index in listed.Where(index => index.Index is not null && index.Name != filling && index.Registered?.State is IndexState.Ready or IndexState.Retained))
        {
            var actual = await _bench.ReadAsync(index.Name);
            if (!_model.Indexes.TryGetValue(index.Name, out var known))
                _model.Appear(index.Name, actual);
            else if (known.State.Contradiction(actual) is { } contradiction)
                throw new ContradictionException($"the index {index.Name}, which is {index.Registered!.State}, is wrong in {contradiction}");
        }

        var documents = live is null ? null : await _bench.ReadAsync(live.Name);
        if (documents is not null && _model.LiveIndex!.State.Contradiction(documents) is { } wrong)
            throw new ContradictionException($"the live index {live!.Name} is wrong in {wrong}");
        Settle(documents);
    }

    /// <summary>What no interrupted run can change any more is all or nothing.</summary>
    private void Settle(Dictionary<string, string>? documents)
    {
        var applying = _bench.Catalog.ReadApplyingPlan();
        var changesLive = applying is not null && (applying.Fills is null || applying.Interrupted is not null);
        if (!changesLive && documents is not null && _model.Wholes.Count > 0 && _model.Wholes.TrueForAll(whole => whole.Contradiction(documents) is not null))
        {
            throw new ContradictionException(
                "no plan of the live index is to be finished, and it is neither as before nor as after: " +
                string.Join("; ", _model.Wholes.Select(whole => whole.Contradiction(documents))));
        }

        if (applying is null)
            _model.Settle(documents);
    }

    private bool IsUnfinished => _bench.Catalog.HasApplying;

    private async Task<ListedIndex?> LiveAsync() => (await _bench.ListAsync()).SingleOrDefault(index => index.Index is { Live: true });

    private bool Fits(ListedIndex index) => index.Index!.SchemaSignature == IndexSchema.Of(_definition).Signature;
}
