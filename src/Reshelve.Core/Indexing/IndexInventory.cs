namespace Reshelve.Indexing;

/// <summary>The backing indexes of a catalog: as the engine lists them, and as the registry knows those that are ours.</summary>
/// <param name="Listed">What the engine has under the alias, oldest first.</param>
/// <param name="Registered">What is ours, with the states that the alias gives them.</param>
internal sealed record IndexInventory(IReadOnlyList<BackingIndex> Listed, IReadOnlyList<RegisteredIndex> Registered)
{
    /// <summary>What searches saw when the registry was last written, while they see nothing now: it was deleted, or its alias was; null otherwise.</summary>
    public string? Missed { get; private init; }

    /// <summary>What searches see; null when there is none.</summary>
    public BackingIndex? Live => Listed.SingleOrDefault(index => index.Live);

    /// <summary>An index of ours.</summary>
    public RegisteredIndex? Find(string name) => Registered.FirstOrDefault(index => index.Name == name);

    /// <summary>Whether the engine has an index of this name.</summary>
    public bool Lists(string name) => Listed.Any(index => index.Name == name);

    /// <summary>
    /// Puts registered indexes in the states that the alias gives them: it is moved before the registry is written, so after a
    /// crash the two may differ, and then the alias is right.
    /// </summary>
    public static IndexInventory Of(IReadOnlyList<BackingIndex> listed, IReadOnlyList<RegisteredIndex> registered)
    {
        var live = listed.SingleOrDefault(index => index.Live)?.Name;
        var newest = registered.Count > 0 ? registered.Max(index => index.Since) : 0;
        return new IndexInventory(listed,
        [
            .. registered.Select(index =>
                index.Name == live ? index with { State = IndexState.Live }
                : index.State == IndexState.Live ? index with { State = IndexState.Retained, Since = newest }
                : index),
        ])
        {
            Missed = live is null ? registered.FirstOrDefault(index => index.State == IndexState.Live)?.Name : null,
        };
    }
}
