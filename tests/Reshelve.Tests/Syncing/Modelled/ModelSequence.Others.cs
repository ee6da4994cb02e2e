using System.Text;
using Reshelve.Feeds;
using Reshelve.Indexing;
using Reshelve.Running;
using Reshelve.Tests.Planning;

namespace Reshelve.Tests.Syncing.Modelled;

/// <summary>The operations on single documents and on indexes.</summary>
internal sealed partial class ModelSequence
{
    /// <summary>Another program does not ask for the catalog.</summary>
    private const int Nothing = -1;

    private async Task EventsAsync(Random random)
    {
        using var interruption = Interruption(random);
        var items = Events(random);
        var isRemoval = random.Next(3) == 0;
        HashSet<string> refused = random.Next(12) == 0 ? [.. items.Select(item => item.Id).OfType<string>().Where(_ => random.Next(2) == 0)] : [];
        var live = await LiveAsync();
        _log.Add($"{(isRemoval ? "remove" : "put")} {string.Join(' ', items.Select(item => $"{item.Id ?? "?"}{(item.Gone ? "-" : item.Broken ? "!" : "")}"))}{interruption}");
        _bench.Arm(interruption);
        _bench.Index.Refuses = change => refused.Contains(change.Id);
        IReadOnlyList<EventResult>? results = null;
        try
        {
            results = await WriteAsync(_bench.Events, items, isRemoval);
        }
        catch (Exception error) when (interruption.HasFired || (error is ReshelveException && (live is null || (!isRemoval && !Fits(live)) || !Fits(live))))
        {
            _log.Add($"   {error.Message}");
        }

        var isCertain = !interruption.HasFired;
        await _bench.DisarmAsync();
        if (isCertain && results is null)
            return;
        foreach (var written in Written(items, isRemoval))
            _model.Take(written with { IsCertain = isCertain && !refused.Contains(written.Id) });
    }

    private List<FeedItem> Events(Random random)
    {
        var known = _last?.Items.Where(item => item.Id is not null).ToList() ?? [];
        var items = new List<FeedItem>();
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var item = FeedMutation.Some(random);
            if (known.Count > 0 && random.Next(2) == 0)
                item = item with { Id = known[random.Next(known.Count)].Id };
            items.Add(random.Next(10) switch { 0 => item with { Price = 1, Broken = true }, 1 => item with { Id = null }, 2 => item with { Gone = true }, _ => item });
        }

        return items;
    }

    private async Task<IReadOnlyList<EventResult>> WriteAsync(CatalogEvents events, List<FeedItem> items, bool isRemoval) => isRemoval
        ? await events.RemoveAsync(_definition, [.. items.Select(item => item.Id ?? "none")], CancellationToken.None)
        : await events.PutAsync(
            _definition, [.. items.Select(item => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(ModelFeed.RecordOf(item)))], CancellationToken.None);

    /// <summary>What of it comes to the index.</summary>
    private IEnumerable<ModelEvent> Written(List<FeedItem> items, bool isRemoval)
    {
        var usable = items.Where(item => item.Id is not null && (isRemoval || item.Gone || !item.Broken));
        foreach (var last in usable.GroupBy(item => item.Id!).Select(same => same.Last()))
            yield return new ModelEvent(last.Id!, isRemoval || last.Gone ? null : ModelFeed.DocumentOf(last, _definition), ++_model.Number, IsCertain: true);
    }

    /// <summary>Another program does something while a run has the catalog.</summary>
    private string Meanwhile(Random random, List<ModelEvent> during)
    {
        var items = Events(random);
        var isRemoval = random.Next(3) == 0;
        var at = random.Next(3);
        var also = random.Next(6);
        var armed = _bench.Index.Before;
        _bench.Index.Before = (name, number) =>
        {
            armed(name, number);
            if (_bench.Runs.HasTurn || name is not ("create" or "write" or "refresh") || at-- != 0)
                return;
            Task.Run(() => MeanwhileAsync(items, isRemoval, _bench.Runs.IsHeld ? Nothing : also, during)).GetAwaiter().GetResult();
        };
        return $"; at its call {at} another program {(isRemoval ? "removes" : "puts")} {string.Join(' ', items.Select(item => item.Id ?? "?"))}";
    }

    private async Task MeanwhileAsync(List<FeedItem> items, bool isRemoval, int also, List<ModelEvent> during)
    {
        var other = _bench.Other();
        await using var engine = other.Engine;
        try
        {
            await WriteAsync(other.Events, items, isRemoval);
            during.AddRange(Written(items, isRemoval));
        }
        catch (ReshelveException error)
        {
            _log.Add($"   meanwhile: {error.Message}");
        }

        Func<Task>? busy = also switch
        {
            0 => () => other.Sync.RunAsync(_definition, new SyncOptions { FeedPath = _last!.Path }, null, CancellationToken.None),
            1 => () => other.Indexes.SweepAsync(_definition, dryRun: false, CancellationToken.None),
            2 => () => other.Indexes.RollBackAsync(_definition.Name, null, CancellationToken.None),
            _ => null,
        };
        if (busy is not null)
            await Should.ThrowAsync<CatalogBusyException>(busy);
    }

    private async Task MoveAsync(Random random, bool isRollback)
    {
        using var interruption = Interruption(random);
        var listed = await _bench.ListAsync();
        var former = listed.SingleOrDefault(index => index.Index is { Live: true });
        var others = listed.Where(index => index.Index is not null && index.Registered?.State is IndexState.Ready or IndexState.Retained).ToList();
        var target = !isRollback
            ? others.Count > 0 ? others[random.Next(others.Count)] : null
            : others.Where(index => index.Registered!.State == IndexState.Retained && (former is null || index.Registered.Run < former.Registered!.Run))
                .MaxBy(index => index.Registered!.Run);
        if (!isRollback && target is null)
            return;
        var wasUnfinished = IsUnfinished;
        if (target is not null && !_model.Indexes.ContainsKey(target.Name))
            _model.Appear(target.Name, await _bench.ReadAsync(target.Name));
        _log.Add($"{(isRollback ? "rollback" : "promote")} from {former?.Name ?? "nothing"} to {target?.Name ?? "nothing"}{interruption}");
        _bench.Arm(interruption);
        string? refusal = null;
        try
        {
            var report = await (isRollback
                ? _bench.Indexes.RollBackAsync(_definition.Name, null, CancellationToken.None)
                : _bench.Indexes.PromoteAsync(_definition.Name, target!.Name, CancellationToken.None));
            _log.Add($"   {report.State}; {string.Join("; ", report.Notes)}");
        }
        catch (Exception error) when (interruption.HasFired || error is ReshelveException)
        {
            refusal = error.Message;
            _log.Add($"   {error.Message}");
        }

        await _bench.DisarmAsync();
        Moved(former?.Name, target, refusal, interruption, wasUnfinished, (await LiveAsync())?.Name);
    }

    private void Moved(string? former, ListedIndex? target, string? refusal, Interruption interruption, bool wasUnfinished, string? live)
    {
        if (live != former)
        {
            if (live != target?.Name)
                throw new ContradictionException($"searches moved to {live} instead of {target?.Name}");
            _model.Move(live!, isCertain: !wasUnfinished);
        }
        else if (interruption.HasFired && target is not null)
        {
            _model.NearlyMove(target.Name);
        }
        else if (refusal is null)
        {
            throw new ContradictionException("searches are reported to have moved, and did not");
        }
        else if (target is { Registered.Disagreement: null })
        {
            throw new ContradictionException("an index that is whole was refused");
        }
    }

    private async Task SweepAsync(Random random)
    {
        using var interruption = Interruption(random);
        var isDry = random.Next(4) == 0;
        _log.Add($"sweep{(isDry ? " --dry-run" : "")}{interruption}");
        var before = await _bench.ListAsync();
        _bench.Arm(interruption);
        try
        {
            var swept = await _bench.Indexes.SweepAsync(_definition, isDry, interruption.Token);
            _log.Add($"   {string.Join("; ", swept.Select(item => $"{item.Describe()}: {item.Why}"))}");
        }
        catch (Exception) when (interruption.HasFired)
        {
        }

        await _bench.DisarmAsync();
        var after = await _bench.ListAsync();
        if (isDry && !after.Select(index => index.Name).SequenceEqual(before.Select(index => index.Name)))
            throw new ContradictionException("a dry run deleted indexes");
        var retained = after.Count(index => index.Registered?.State == IndexState.Retained);
        if (!isDry && !interruption.HasFired && _model.Live is not null && retained > _definition.Rebuilds.Retain)
            throw new ContradictionException($"{retained} indexes are retained after a sweep, and {_definition.Rebuilds.Retain} are to be");
    }

    private async Task VerifyAsync(Random random)
    {
        using var interruption = Interruption(random);
        var mend = random.Next(3) == 0;
        _log.Add($"verify{(mend ? " --repair" : "")}{interruption}");
        var isPossible = !IsUnfinished && _model.Live is not null && !(mend && IsMendingBlocked);
        _bench.Arm(interruption);
        try
        {
            var report = await _bench.Repair.VerifyAsync(_definition, mend, interruption.Token);
            if (!report.InStep)
                throw new ContradictionException($"the ledger does not say what the index holds: {string.Join(", ", report.Examples)}");
        }
        catch (Exception error) when (interruption.HasFired || (error is ReshelveException && !isPossible))
        {
            _log.Add($"   {error.Message}");
        }

        await _bench.DisarmAsync();
    }

    private async Task RebuildLedgerAsync(Random random)
    {
        using var interruption = Interruption(random);
        _log.Add($"ledger rebuild{interruption}");
        _bench.Arm(interruption);
        try
        {
            var restored = await _bench.Repair.RebuildLedgerAsync(_definition, interruption.Token);
            _log.Add($"   {restored}");
        }
        catch (Exception error) when (interruption.HasFired || (error is ReshelveException && _model.Live is null))
        {
            _log.Add($"   {error.Message}");
        }

        _model.GiveUp();
        await _bench.DisarmAsync();
    }
}
