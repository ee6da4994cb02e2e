using Reshelve.Feeds;

namespace Reshelve.OpenSearch.Indexing;

/// <summary>All that exists on the server for one alias: our indexes, and whatever the alias points at.</summary>
internal sealed class AliasState
{
    private readonly string _alias;
    private readonly string _serverAlias;
    private readonly string _owner;

    /// <param name="alias">Our name of the alias.</param>
    /// <param name="serverAlias">The server's name of it.</param>
    /// <param name="owner">Who we are.</param>
    /// <param name="found">What the server has under this name, and under names that begin with it.</param>
    public AliasState(string alias, string serverAlias, string owner, IReadOnlyList<ServerIndex> found)
    {
        _alias = alias;
        _serverAlias = serverAlias;
        _owner = owner;
        Ours = [.. found.Where(IsOurs)];
        Targets = [.. found.Where(index => index.Aliases.Contains(serverAlias))];
        NameIsTaken = found.Any(index => index.Name == serverAlias);
    }

    /// <summary>The indexes that we made for this alias.</summary>
    public IReadOnlyList<ServerIndex> Ours { get; }

    /// <summary>What the alias points at, whoever made it.</summary>
    public IReadOnlyList<ServerIndex> Targets { get; }

    /// <summary>Whether an index has the alias's own name, so that no alias can.</summary>
    public bool NameIsTaken { get; }

    /// <summary>Makes sure that the alias is ours, or nobody's, or may be taken over.</summary>
    /// <param name="mayTakeOver">Whether it may be moved away from an index that is not ours.</param>
    /// <exception cref="ReshelveException">It is not; the message says what to do.</exception>
    public void Check(bool mayTakeOver)
    {
        if (NameIsTaken && !mayTakeOver)
        {
            throw new ReshelveException(
                $"'{_serverAlias}' is an index, and searches need an alias of that name: rename the catalog, set another 'prefix' under 'index' in reshelve.yaml, "
                + $"or name '{_alias}' under 'take over' there to put ours in its place");
        }

        if (Targets.Count > 1)
        {
            throw new ReshelveException(
                $"the alias '{_serverAlias}' points at {Targets.Count} indexes ({string.Join(", ", Targets.Select(t => t.Name).Order(StringComparer.Ordinal))}), "
                + "and searches would mix them: remove it from all but one, by POST _aliases");
        }

        if (Targets is [var target] && !IsOurs(target) && !mayTakeOver)
        {
            throw new ReshelveException(
                $"the alias '{_serverAlias}' points at '{target.Name}', which is not ours: {WhoseIs(target)}. {WayOut(target)}");
        }
    }

    /// <summary>Whether the alias points at this index, and at no other.</summary>
    /// <param name="serverName">The server's name of it.</param>
    public bool PointsAt(string serverName) => Targets is [var target] && target.Name == serverName;

    /// <summary>Who made an index, as far as it says.</summary>
    public static string WhoseIs(ServerIndex index) => index.Meta switch
    {
        null => "it does not say that this program made it",
        { } meta => $"it says that it belongs to '{meta.Owner}', for the catalog '{meta.Catalog}'",
    };

    private string WayOut(ServerIndex target) =>
        (target.Meta is { } meta && meta.Catalog == _alias
            ? $"If this workspace made it and its data folder was lost, set 'owner: {meta.Owner}' under 'index' in reshelve.yaml; otherwise "
            : "To have ours searched in its place, ")
        + $"name '{_alias}' under 'index: take over' in reshelve.yaml: the alias is then moved with the next promotion, and the index stays";

    private bool IsOurs(ServerIndex index) => index.Meta is { } meta && meta.Owner == _owner && meta.Catalog == _alias;
}
