using Reshelve.Catalogs;

namespace Reshelve.Tests.Syncing.Modelled;

/// <summary>How a run of a feed ended.</summary>
internal enum Ending
{
    /// <summary>It was applied.</summary>
    Done,

    /// <summary>Nothing of it was applied, and nothing will be: it was held, only planned, or incomplete.</summary>
    Nothing,

    /// <summary>Something of it may have been applied, and all of it may be yet.</summary>
    Interrupted,
}

/// <summary>A run of a feed, as far as the model needs to know of it.</summary>
/// <param name="Feed">The feed.</param>
/// <param name="Rebuild">Whether a new index was asked for.</param>
/// <param name="Ending">How it ended.</param>
/// <param name="Removals">What becomes of removals.</param>
/// <param name="Refuses">What the index refuses.</param>
/// <param name="Since">The number of the last event before it began.</param>
/// <param name="During">What was put and removed meanwhile.</param>
internal sealed record FeedRun(
    ModelFeed Feed, bool Rebuild, Ending Ending, Removals Removals, Func<string, bool> Refuses, long Since, IReadOnlyList<ModelEvent> During);

/// <summary>What must be in the indexes of a catalog, by the documentation.</summary>
internal sealed class ModelCatalog
{
    private const string None = "";

    /// <summary>The feeds that may be noted as the one that was applied last.</summary>
    private HashSet<string> _applied = [None];

    /// <summary>The indexes that are known.</summary>
    public Dictionary<string, ModelIndex> Indexes { get; } = [];

    /// <summary>The one that searches see.</summary>
    public string? Live { get; private set; }

    public ModelIndex? LiveIndex => Live is null ? null : Indexes[Live];

    /// <summary>The new index that an interrupted run may have been filling.</summary>
    public ModelIndex? Filling { get; private set; }

    /// <summary>The number of the last event.</summary>
    public long Number { get; set; }

    /// <summary>What the live index may hold if nothing more is to come: all or nothing. Empty: as its state says.</summary>
    public List<ModelState> Wholes { get; } = [];

    /// <summary>A run of a feed ended, and searches see this index now.</summary>
    public void Feed(FeedRun run, string? live)
    {
        Wholes.Clear();
        var former = LiveIndex;
        if (live == Live)
            Change(run);
        else if (live is not null && (!Indexes.ContainsKey(live) || Filling is not null))
            Replace(run, live);
        else
            throw new ContradictionException($"searches moved from {Live} to {live}");
        foreach (var written in run.During.Select(written => written with { IsCertain = written.IsCertain && !run.Refuses(written.Id) }))
        {
            Take(written);
            if (former is not null && former != LiveIndex)
                former.Take(written with { IsCertain = false });
        }

        NoteApplied(run);
    }

    /// <summary>A single document is written.</summary>
    public void Take(ModelEvent written)
    {
        LiveIndex?.Take(written);
        foreach (var whole in Wholes)
            Take(whole, written);
    }

    /// <summary>A new index that a feed fills.</summary>
    public ModelIndex Filled(FeedRun run)
    {
        // Filled anew from the feed that was applied last, it is no newer than what was put since.
        var isSame = IsApplied(run.Feed);
        return new ModelIndex
        {
            State = new ModelState().Synced(run.Feed, Removals.Go, run.Refuses),
            After = isSame == false ? run.Since : 0,
            AfterIsUncertain = isSame is null,
        };
    }

    /// <summary>Held removals were approved.</summary>
    /// <param name="held">The run whose removals were held.</param>
    /// <param name="ending">How the approval ended.</param>
    /// <param name="isComplete">Whether all of them were carried out.</param>
    public void Remove(FeedRun held, Ending ending, bool isComplete)
    {
        Wholes.Clear();
        if (LiveIndex is not { } live || ending == Ending.Nothing)
            return;
        foreach (var id in live.State.Ids.ToList())
        {
            var fate = held.Feed.FateOf(id);
            if (isComplete && ending == Ending.Done && fate == Fate.Missing && live.Events.TrueForAll(written => written.Id != id || written.Number <= held.Since))
                live.State.Set(id, null);
            // Held removals of incremental feeds are carried over from one to the next, so that an earlier one may name it.
            else if (fate is Fate.Missing or Fate.Delayed or Fate.Gone or Fate.Untold)
                live.State.Allow(id, null);
        }

        if (ending == Ending.Interrupted)
            _applied.Add(None);
    }

    /// <summary>Searches moved to an index that was there.</summary>
    public void Move(string to, bool isCertain)
    {
        if (LiveIndex is { } live)
            Indexes[to].Carry(live, _ => isCertain);
        Live = to;
        Wholes.Clear();
        _applied.Add(None);
    }

    /// <summary>Searches may have been about to move to an index.</summary>
    public void NearlyMove(string to)
    {
        if (LiveIndex is { } live)
            Indexes[to].Carry(live, _ => false);
        _applied.Add(None);
    }

    /// <summary>A plan that was interrupted is not finished any more.</summary>
    public void GiveUp()
    {
        Wholes.Clear();
        _applied.Add(None);
    }

    /// <summary>An index appeared beside the live one: what an interrupted run was filling, or what is found in it.</summary>
    public void Appear(string name, IReadOnlyDictionary<string, string> actual)
    {
        var index = Filling?.Copy() ?? new ModelIndex { AfterIsUncertain = true };
        if (Filling is null || index.State.Contradiction(actual) is not null)
            index.State = ModelState.Of(actual);
        index.AfterIsUncertain = true;
        Indexes[name] = index;
    }

    /// <summary>No run is to be finished: what is found is what there is.</summary>
    public void Settle(IReadOnlyDictionary<string, string>? actual)
    {
        Filling = null;
        Wholes.Clear();
        if (LiveIndex is { } live)
            live.State = ModelState.Of(actual!);
    }

    private void Change(FeedRun run)
    {
        if (run.Ending == Ending.Interrupted)
            Filling = Either(Filling, Filled(run));
        if (LiveIndex is not { } index || run.Rebuild || run.Ending == Ending.Nothing)
            return;
        var synced = Synced(index, run);
        if (run.Ending == Ending.Done)
        {
            Indexes[Live!] = synced;
            return;
        }

        Wholes.AddRange([index.State.Copy(), synced.State]);
        // What was put since a feed that is applied once more is written over, and then written again.
        var between = index.State.Synced(run.Feed, run.Removals, run.Refuses);
        index.State = index.State.With(synced.State).With(between);
        index.Doubt();
    }

    /// <summary>An index to which a feed was applied.</summary>
    private ModelIndex Synced(ModelIndex index, FeedRun run)
    {
        var synced = index.Copy();
        synced.State = index.State.Synced(run.Feed, run.Removals, run.Refuses);
        var isSame = IsApplied(run.Feed);
        if (isSame == false)
            synced.Forget(run.Since);

        // What was put since the feed was received is newer.
        if (isSame is null)
            synced.Doubt();
        foreach (var written in synced.Events)
            Take(synced.State, written);
        return synced;
    }

    /// <summary>Whether a feed is the one that was applied last; null when that is not certain.</summary>
    public bool? IsApplied(ModelFeed feed) => !_applied.Contains(feed.Path) ? false : _applied.Count == 1 ? true : null;

    private void Replace(FeedRun run, string live)
    {
        var candidates = new List<ModelIndex>();
        if (run.Ending != Ending.Nothing)
            candidates.Add(Carried(Filled(run), run));
        if (Filling is not null && !(run.Rebuild && run.Ending == Ending.Done))
        {
            var filling = Carried(Filling, run);
            if (run.Ending != Ending.Done)
                candidates.Add(filling);
            if (run.Ending != Ending.Nothing)
                candidates.Add(Synced(filling, run));
        }

        if (candidates.Count == 0)
            throw new ContradictionException($"searches moved to {live}, and nothing was to fill it");
        Filling = run.Ending == Ending.Interrupted ? Filled(run) : null;
        Indexes[live] = candidates.Aggregate((one, other) => Either(one, other));
        Live = live;
    }

    private ModelIndex Carried(ModelIndex filled, FeedRun run)
    {
        var carried = filled.Copy();
        foreach (var id in carried.State.Ids.Where(run.Refuses).ToList())
            carried.State.Allow(id, null);
        if (LiveIndex is { } live)
            carried.Carry(live, id => !run.Refuses(id));
        return carried;
    }

    private static ModelIndex Either(ModelIndex? one, ModelIndex other)
    {
        if (one is null)
            return other;
        var either = new ModelIndex { State = one.State.With(other.State), After = Math.Min(one.After, other.After), AfterIsUncertain = true };
        either.Events.AddRange(one.Events.Concat(other.Events).DistinctBy(written => written.Number).OrderBy(written => written.Number));
        either.Doubt();
        return either;
    }

    private static void Take(ModelState state, ModelEvent written)
    {
        if (written.IsCertain)
            state.Set(written.Id, written.Document);
        else
            state.Allow(written.Id, written.Document);
    }

    private void NoteApplied(FeedRun run)
    {
        if (run.Ending == Ending.Done && run.Feed.IsOld)
            _applied = [run.Feed.Path];
        else if (run.Ending != Ending.Nothing)
            _applied.UnionWith(run.Feed.IsOld ? [None, run.Feed.Path] : [None]);
        else if (run.Feed.IsOld)
            // It may be held: then it was received by that run.
            _applied.Add(run.Feed.Path);
    }
}

/// <summary>The program does not do what the model says.</summary>
internal sealed class ContradictionException(string message) : Exception(message);
