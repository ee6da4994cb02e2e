namespace Reshelve.Tests.Syncing.Modelled;

/// <summary>What becomes of the removals of a plan.</summary>
internal enum Removals
{
    /// <summary>They are carried out.</summary>
    Go,

    /// <summary>Documents stay whose record is missing.</summary>
    MissingStay,

    /// <summary>All wait.</summary>
    Stay,

    /// <summary>One of these.</summary>
    Uncertain,
}

/// <summary>
/// What an index may hold: mostly exactly one thing per id; several as long as an interrupted run leaves it open. No document is the
/// empty text.
/// </summary>
internal sealed class ModelState
{
    private const string Absent = "";

    private readonly Dictionary<string, HashSet<string>> _possible = [];

    public IEnumerable<string> Ids => _possible.Keys;

    public void Set(string id, string? document) => _possible[id] = [document ?? Absent];

    /// <summary>It may hold that as well.</summary>
    public void Allow(string id, string? document) => _possible[id] = [.. Seen(id), document ?? Absent];

    /// <summary>Whether it certainly holds something under the id.</summary>
    public bool CertainlyHolds(string id) => _possible.TryGetValue(id, out var possible) && !possible.Contains(Absent);

    public ModelState Copy() => With(this);

    /// <summary>Either of two states, or something between them.</summary>
    public ModelState With(ModelState other)
    {
        var both = new ModelState();
        foreach (var id in _possible.Keys.Union(other._possible.Keys))
            both._possible[id] = [.. Seen(id), .. other.Seen(id)];
        return both;
    }

    /// <summary>What a sync makes of it.</summary>
    /// <param name="feed">The feed.</param>
    /// <param name="removals">What becomes of removals.</param>
    /// <param name="refuses">Ids that the index may refuse to write.</param>
    public ModelState Synced(ModelFeed feed, Removals removals, Func<string, bool> refuses)
    {
        var next = new ModelState();
        foreach (var id in _possible.Keys.Union(feed.Ids))
        {
            var before = Seen(id);
            HashSet<string> after = feed.FateOf(id) switch
            {
                Fate.Document => [feed.DocumentOf(id)],
                Fate.Untold or Fate.Rejected => before,
                Fate.Gone when removals is Removals.Go or Removals.MissingStay => [Absent],
                Fate.Missing when removals == Removals.Go => [Absent],
                _ when removals is Removals.MissingStay or Removals.Stay => before,
                _ => [.. before, Absent],
            };
            next._possible[id] = refuses(id) ? [.. before, .. after] : after;
        }

        return next;
    }

    /// <summary>What is wrong with an index that holds this; null: nothing.</summary>
    public string? Contradiction(IReadOnlyDictionary<string, string> actual)
    {
        foreach (var id in _possible.Keys.Union(actual.Keys).Order(StringComparer.Ordinal))
        {
            var found = actual.GetValueOrDefault(id, Absent);
            if (!Seen(id).Contains(found))
                return $"{id}: the index holds {Shown(found)}, and the model {string.Join(" or ", Seen(id).Select(Shown))}";
        }

        return null;
    }

    /// <summary>From here on what was found is what it holds.</summary>
    public static ModelState Of(IReadOnlyDictionary<string, string> actual)
    {
        var state = new ModelState();
        foreach (var (id, document) in actual)
            state.Set(id, document);
        return state;
    }

    private static string Shown(string document) => document.Length == 0 ? "nothing" : document;

    private HashSet<string> Seen(string id) => _possible.TryGetValue(id, out var possible) ? possible : [Absent];
}
