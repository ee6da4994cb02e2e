using Reshelve.Catalogs;
using Reshelve.Feeds;
using Reshelve.Planning;
using Reshelve.Running;
using Reshelve.Tests.Planning;

namespace Reshelve.Tests.Syncing.Modelled;

/// <summary>The operations that read a feed.</summary>
internal sealed partial class ModelSequence
{
    private ModelFeed NextFeed(Random random)
    {
        var last = _last?.Items ?? [];
        var (items, words) = random.Next(20) switch
        {
            0 => ([], "an empty feed"),
            1 => (FeedMutation.Renewed(last, random), "renewed ids"),
            2 => ([.. last.Select(item => item with { Broken = true, Gone = false })], "only rejected records"),
            3 => ([.. last.Shuffle()], "the last feed in another spelling and order"),
            4 => ([.. last.Take(last.Count / 2)], "half of the last feed"),
            < 8 => (FeedMutation.Next(last, random, isClean: true), "a clean feed"),
            _ => (FeedMutation.Next(last, random, isClean: false), "a feed"),
        };
        return Written(items, random, words, isBroken: items.Count > 0 && random.Next(12) == 0);
    }

    private ModelFeed Written(List<FeedItem> items, Random random, string words, bool isBroken)
    {
        var kind = _definition.Format.Kind;
        var bytes = FeedSpelling.Write(items, kind, random);
        if (isBroken)
            bytes = ModelFeed.CutOff(bytes, kind, random);
        var isOld = random.Next(3) > 0;
        var feed = new ModelFeed(items, _definition, _bench.Write(bytes, isOld), isOld, isBroken) { Words = isBroken ? $"{words}, cut off" : words };
        if (!isBroken)
            _last = feed;
        return feed;
    }

    /// <summary>The same file once more, if its format is still the one that is expected.</summary>
    private ModelFeed Again(Random random) => _last is { } last && last.Format == _definition.Format.Kind
        ? last.ReadAs(_definition)
        : NextFeed(random);

    private async Task SyncAsync(Random random, ModelFeed feed, SyncOptions options)
    {
        using var interruption = Interruption(random);
        HashSet<string> refused = random.Next(12) == 0 ? [.. feed.Ids.Where(_ => random.Next(4) == 0)] : [];
        var during = new List<ModelEvent>();
        var former = await LiveAsync();
        var wasUnfinished = IsUnfinished;
        var since = _model.Number;
        _bench.Arm(interruption);
        _bench.Index.Refuses = change => refused.Contains(change.Id);
        var meanwhile = random.Next(6) == 0 ? Meanwhile(random, during) : "";
        var words = options.PlanOnly ? "plan" : options.StaysAside ? "rebuild, staying aside," : options.Purpose;
        _log.Add($"{words} of {feed.Words} ({Describe(feed)}){interruption}{(refused.Count > 0 ? $", refusing {string.Join(' ', refused)}" : "")}{meanwhile}");

        var report = await TriedAsync(
            () => _bench.Sync.RunAsync(_definition, options with { FeedPath = feed.Path }, _bench.Progress, interruption.Token), interruption);
        // What is put while an interrupted run is finished is older than the feed.
        if (wasUnfinished)
            during = [.. during.Select(written => written with { IsCertain = false })];
        var live = await LiveAsync();
        Expect(report, feed, options, interruption.HasFired, mayBeImpossible: options.PlanOnly && wasUnfinished || IsRefusedByMost(report, refused) ||
            _definition.Feed == FeedKind.Incremental && (options.Rebuild || wasUnfinished || former is not null && !Fits(former)));
        var run = new FeedRun(feed, options.Rebuild, EndingOf(report, feed, interruption.HasFired), RemovalsOf(report, feed), refused.Contains, since, during);
        if (report is not null)
            _plans[report.Run] = (run, options.StaysAside);
        if (run.Ending == Ending.Done && options.Rebuild)
            ExpectNothingLost(feed, refused, _model.Filled(run).After);
        if (options.StaysAside && run.Ending == Ending.Done)
        {
            // What had been interrupted was finished first, which may have moved searches.
            if (wasUnfinished)
                _model.Feed(run with { Ending = Ending.Nothing, During = [] }, live?.Name);
            await StandAsideAsync(run);
        }
        else
            Feed(run, live?.Name, former?.Name);
    }

    private void Feed(FeedRun run, string? live, string? former)
    {
        if (run is { Rebuild: true, Ending: Ending.Done } && live == former)
            throw new ContradictionException("the rebuild is reported as done, and searches did not move");
        _model.Feed(run, live);
    }

    private async Task StandAsideAsync(FeedRun run)
    {
        var ready = (await _bench.ListAsync()).Where(index => index.Registered?.State == Reshelve.Indexing.IndexState.Ready && !_model.Indexes.ContainsKey(index.Name)).ToList();
        // One that an interrupted run had filled may be there as well.
        if (ready.MaxBy(index => index.Registered!.Run) is not { } made)
            throw new ContradictionException("the index is reported as ready, and none is");
        _model.Indexes[made.Name] = _model.Filled(run);
        foreach (var written in run.During)
            _model.Take(written);
    }

    private static Ending EndingOf(RunReport? report, ModelFeed feed, bool isInterrupted) => report?.State switch
    {
        RunState.Done when !(feed.IsBroken) => Ending.Done,
        RunState.Held or RunState.Planned => Ending.Nothing,
        RunState.Failed when !isInterrupted => Ending.Nothing,
        _ => Ending.Interrupted,
    };

    private Removals RemovalsOf(RunReport? report, ModelFeed feed)
    {
        var least = _definition is { Feed: FeedKind.Full, Removals: RemovalPolicy.WhenClean } && feed.HasUnreadableIds ? Removals.MissingStay : Removals.Go;
        if (report is null || report.State is RunState.Failed or RunState.Stopped)
            return _definition.Checks == Defaults ? least : Removals.Uncertain;
        var held = report.Verdicts.Where(verdict => verdict.IsHeld).Select(verdict => verdict.Part).ToList();
        return held.Contains(HeldPart.Removals) ? Removals.Stay : held.Contains(HeldPart.Missing) ? Removals.MissingStay : least;
    }

    /// <summary>A new index that refuses much of a feed is dropped, and the one before stays.</summary>
    private bool IsRefusedByMost(RunReport? report, HashSet<string> refused) =>
        report?.Cause is Reshelve.Indexing.IndexVerificationException && refused.Count > (_definition.Checks.Rejected?.Floor ?? long.MaxValue);

    private static readonly CatalogChecks Defaults = new();

    /// <summary>Whether the run may end as it did.</summary>
    private void Expect(RunReport? report, ModelFeed feed, SyncOptions options, bool isInterrupted, bool mayBeImpossible)
    {
        if (report is null || isInterrupted)
            return;
        var isFailed = report.State == RunState.Failed;
        // An incremental feed is not even looked at while the plan of another one is held.
        if (feed.IsBroken && !isFailed && (report.State != RunState.Held || _definition.Feed == FeedKind.Full))
            throw new ContradictionException($"a feed that ends too early is {report.State}");
        if (!feed.IsBroken && isFailed && !mayBeImpossible)
            throw new ContradictionException($"it failed, and nothing went wrong: {report.Cause ?? (object?)report.Error}");
        if (options.PlanOnly && !isFailed && report.State != RunState.Planned && report.State != RunState.Held)
            throw new ContradictionException($"a plan is {report.State}");
        if (feed.Items.Count == 0 && _definition.Feed == FeedKind.Full && report.State == RunState.Done && _model.IsApplied(feed) == false)
            throw new ContradictionException("an empty feed is reported as done");
    }

    /// <summary>A new index may lack nothing that a sync would have left in the live one.</summary>
    private void ExpectNothingLost(ModelFeed feed, HashSet<string> refused, long carriedAfter)
    {
        if (_model.LiveIndex is not { } live || feed.IsBroken || IsUnfinished)
            return;
        var carried = live.Events.Where(written => written.Number > carriedAfter).Select(written => written.Id).ToHashSet();
        var lost = live.State.Ids.Where(live.State.CertainlyHolds).Where(id => !refused.Contains(id) && !carried.Contains(id) && feed.FateOf(id) switch
        {
            Fate.Rejected => true,
            Fate.Untold => true,
            Fate.Missing => RemovalsOf(null, feed) == Removals.MissingStay,
            _ => false,
        }).ToList();
        if (lost.Count > 0)
            throw new ContradictionException($"a rebuild was not held, and the new index lacks {string.Join(", ", lost)}, which a sync would have kept");
    }

    private void Tell(RunReport? report, bool isInterrupted)
    {
        var fired = isInterrupted ? "it came to that; " : "";
        var told = report is null ? "no report" : $"{report.State}{(report.Error is { } error ? $": {error}" : "")}" +
            string.Concat(report.HeldReasons.Select(reason => $"; held: {reason}")) + string.Concat(report.Notes.Select(note => $"; {note}"));
        _log.Add($"   {fired}{told}");
    }

    private static string Describe(ModelFeed feed) => string.Join(' ', feed.Items.Select(item =>
        $"{item.Id ?? "?"}{(item.Gone ? "-" : item.Broken ? "!" : "")}"));
}
