namespace Reshelve.Searching;

/// <summary>Whether a document must hold every word of the query.</summary>
public enum TermMatch
{
    /// <summary>Every word.</summary>
    All,

    /// <summary>At least one; more are better.</summary>
    Any,
}

/// <summary>A condition that documents must meet; it does not rank.</summary>
/// <param name="Field">A declared field that is not of type text or object.</param>
public abstract record SearchFilter(string Field);

/// <summary>
/// The field holds one of these values (one value: equals). Numbers and dates are compared as such, keywords exactly.
/// </summary>
public sealed record ValuesFilter(string Field, IReadOnlyList<string> Values) : SearchFilter(Field);

/// <summary>The field holds a value between these bounds, both included; null: unbounded.</summary>
public sealed record RangeFilter(string Field, string? From, string? To) : SearchFilter(Field);

/// <summary>One key of the order.</summary>
/// <param name="Field">A declared single-valued field that is not text or object, or <c>_score</c>, or <c>_id</c>.</param>
/// <param name="Descending">Largest first. Documents without a value come last either way.</param>
public sealed record SortKey(string Field, bool Descending);

/// <summary>What to search for.</summary>
public sealed record SearchRequest
{
    /// <summary>
    /// What a person typed: words; <c>"a phrase"</c>; <c>-word</c> excludes; <c>wor*</c> and the last word match as prefixes.
    /// Empty: all
    /// documents. Nothing that can be typed is an error.
    /// </summary>
    public string Query { get; init; } = "";

    /// <summary>Whether a document must hold every word.</summary>
    public TermMatch Match { get; init; } = TermMatch.All;

    /// <summary>Whether the last word also matches longer words, as while typing.</summary>
    public bool PrefixLast { get; init; } = true;

    /// <summary>Conditions, all of which must be met.</summary>
    public IReadOnlyList<SearchFilter> Filters { get; init; } = [];

    /// <summary>The fields whose values are counted, over all matches.</summary>
    public IReadOnlyList<string> Facets { get; init; } = [];

    /// <summary>The most frequent values given per facet.</summary>
    public int FacetSize { get; init; } = 10;

    /// <summary>The order; best score first, then id, when empty.</summary>
    public IReadOnlyList<SortKey> Sort { get; init; } = [];

    /// <summary>How many hits to pass over; with <see cref="Limit"/> at most 10,000.</summary>
    public int Offset { get; init; }

    /// <summary>How many hits to give.</summary>
    public int Limit { get; init; } = 10;

    /// <summary>Whether to mark the matching words in text fields.</summary>
    public bool Highlight { get; init; }

    /// <summary>How much each text field weighs; 1 for those not named.</summary>
    public IReadOnlyDictionary<string, double> Boosts { get; init; } = new Dictionary<string, double>();
}

/// <summary>One found document.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Score">Its rank, larger is better; 0 when nothing was ranked.</param>
/// <param name="Document">The whole document as UTF-8 JSON.</param>
/// <param name="Highlights">
/// By text field: an excerpt with matches between <c>&lt;em&gt;</c> and <c>&lt;/em&gt;</c>, the text itself HTML-escaped.
/// </param>
public sealed record SearchHit(string Id, double Score, ReadOnlyMemory<byte> Document, IReadOnlyDictionary<string, string> Highlights);

/// <summary>One counted value.</summary>
public readonly record struct FacetValue(string Value, long Count);

/// <summary>What was found.</summary>
/// <param name="Total">How many documents match.</param>
/// <param name="Hits">The page asked for.</param>
/// <param name="Facets">Per facet the most frequent values, most frequent first, then by value.</param>
public sealed record SearchResult(
    long Total, IReadOnlyList<SearchHit> Hits, IReadOnlyDictionary<string, IReadOnlyList<FacetValue>> Facets);
