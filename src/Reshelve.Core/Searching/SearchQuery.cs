namespace Reshelve.Searching;

/// <summary>
/// One thing that documents must or must not hold. An engine splits its text into words as it splits documents; several are a
/// phrase.
/// </summary>
/// <param name="Text">
/// Literal text: nothing in it means anything but itself. Without any letter or digit it may match nothing.
/// </param>
/// <param name="Prefix">Whether its last word also matches longer words.</param>
public sealed record QueryTerm(string Text, bool Prefix);

/// <summary>What a typed query asks for.</summary>
/// <param name="Terms">What documents must hold: each, or at least one.</param>
/// <param name="Excluded">What documents must not hold, any of it.</param>
public sealed record SearchQuery(IReadOnlyList<QueryTerm> Terms, IReadOnlyList<QueryTerm> Excluded)
{
    /// <summary>Whether it asks for nothing in particular, and so for all documents.</summary>
    public bool IsEmpty => Terms.Count == 0 && Excluded.Count == 0;
}
