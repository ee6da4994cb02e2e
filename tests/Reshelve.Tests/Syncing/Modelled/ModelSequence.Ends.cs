using Reshelve.Catalogs;
using Reshelve.Indexing;
using Reshelve.Running;
using Reshelve.Tests.Planning;
using Reshelve.Feeds;

namespace Reshelve.Tests.Syncing.Modelled;

/// <summary>Programs at the same time, and the end of a sequence.</summary>
internal sealed partial class ModelSequence
{
    /// <summary>A sync, single documents and a sweep at the same time, each by a program of its own: whichever comes first.</summary>
    private async Task RaceAsync(Random random)
    {
        var feed = NextFeed(random);
        var options = new SyncOptions { Rebuild = random.Next(3) == 0 };
        var items = Events(random);
        var former = await LiveAsync();
        var wasUnfinished = IsUnfinished;
        var since = _model.Number;
        _log.Add($"at the same time {options.Purpose} of {feed.Words} ({Describe(feed)}), a sweep, and puts of {string.Join(' ', items.Select(item => item.Id ?? "?"))}");
        var other = _bench.Other();
        var third = _bench.Other();
        await using var engine = other.Engine;
        await using var thirdEngine = third.Engine;
        var syncing = Task.Run(() => TryAsync(() => _bench.Sync.RunAsync(_definition, options with { FeedPath = feed.Path }, null, CancellationToken.None)));
        var putting = Task.Run(() => TryAsync(() => WriteAsync(other.Events, items, isRemoval: false)));
        var sweeping = Task.Run(() => TryAsync(() => third.Indexes.SweepAsync(_definition, dryRun: false, CancellationToken.None)));
        await Task.WhenAll(syncing, putting, sweeping);
        var (report, error) = await syncing;
        if (report is null && error is not CatalogBusyException)
            throw new ContradictionException($"the sync ended in {error}");
        var (results, refusal) = await putting;
        _log.Add($"   sync: {report?.State.ToString() ?? error!.Message} {report?.Error}; put: {refusal?.Message ?? "done"}; sweep: {(await sweeping).Error?.Message ?? "done"}");
        Expect(report, feed, options, isInterrupted: false, mayBeImpossible:
            _definition.Feed == FeedKind.Incremental && (options.Rebuild || wasUnfinished || (former is not null && !Fits(former))));
        var during = results is null ? [] : Written(items, isRemoval: false).Select(written => written with { IsCertain = false }).ToList();
        var ending = report is null ? Ending.Nothing : EndingOf(report, feed, isInterrupted: false);
        var run = new FeedRun(feed, options.Rebuild, ending, RemovalsOf(report, feed), _ => false, since, during);
        if (report is not null)
            _plans[report.Run] = (run, false);
        _model.Feed(run, (await LiveAsync())?.Name);
    }

    private static async Task<(T? Result, ReshelveException? Error)> TryAsync<T>(Func<Task<T>> work)
        where T : class
    {
        try
        {
            return (await work(), null);
        }
        catch (ReshelveException error)
        {
            return (null, error);
        }
    }

    /// <summary>Whatever came before, a clean feed ends with exactly what a fresh index of it holds, and nothing is left over.</summary>
    private async Task FinishAsync(Random random)
    {
        _definition = _definition with { Feed = FeedKind.Full, Removals = RemovalPolicy.Always, Rebuilds = new RebuildPolicy { Retain = 0 }, RemovalDelay = RemovalDelay.None, Checks = CatalogChecks.None };
        List<FeedItem> items = [.. FeedMutation.Next(_last?.Items ?? [], random, isClean: true), new FeedItem("last", "the last", 1)];
        var feed = Written(items, random, "a clean feed", isBroken: false);
        _log.Add($"at the end a sync of {Describe(feed)}");
        var report = await _bench.Sync.RunAsync(_definition, new SyncOptions { FeedPath = feed.Path }, null, CancellationToken.None);
        Tell(report, isInterrupted: false);
        report.State.ShouldBe(RunState.Done, report.Error);
        var live = (await LiveAsync())!.Name;
        var fresh = items.ToDictionary(item => item.Id!, item => ModelFeed.DocumentOf(item, _definition));
        if (ModelState.Of(fresh).Contradiction(await _bench.ReadAsync(live)) is { } contradiction)
            throw new ContradictionException($"the live index is not as a fresh one: {contradiction}");
        var drift = await _bench.Repair.VerifyAsync(_definition, mend: false, CancellationToken.None);
        drift.InStep.ShouldBeTrue(string.Join(", ", drift.Examples));
        await ExpectNothingLeftAsync(feed);

        var again = await _bench.Sync.RunAsync(
            _definition, new SyncOptions { FeedPath = Written(items, random, "", isBroken: false).Path }, null, CancellationToken.None);
        (again.State, again.Unchanged, again.Added, again.Replaced, again.Patched, again.Removed).ShouldBe((RunState.Done, items.Count, 0, 0, 0, 0));
    }

    private async Task ExpectNothingLeftAsync(ModelFeed feed)
    {
        // What was filled and never promoted is needed until something newer is promoted.
        if ((await _bench.ListAsync()).Any(index => index.Registered?.State == IndexState.Ready))
        {
            var rebuilt = await _bench.Sync.RunAsync(_definition, new SyncOptions { FeedPath = feed.Path, Rebuild = true }, null, CancellationToken.None);
            Tell(rebuilt, isInterrupted: false);
            rebuilt.State.ShouldBe(RunState.Done, rebuilt.Error);
        }

        var live = (await LiveAsync())!.Name;
        var swept = await _bench.Indexes.SweepAsync(_definition, dryRun: false, CancellationToken.None);
        _log.Add($"swept: {string.Join("; ", swept.Select(item => $"{item.Describe()}: {item.Why}"))}");
        var left = await _bench.ListAsync();
        left.Select(index => (index.Name, index.Registered?.State)).ShouldBe([(live, IndexState.Live)], "after the last sweep");
        _bench.Catalog.IndexesWithLedgers().ShouldBe([live], "ledgers after the last sweep");
        (await _bench.Indexes.SweepAsync(_definition, dryRun: true, CancellationToken.None)).ShouldBeEmpty("after the last sweep");
    }
}
