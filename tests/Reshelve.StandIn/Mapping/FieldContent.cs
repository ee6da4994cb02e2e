using Reshelve.StandIn.Analysis;

namespace Reshelve.StandIn.Mapping;

/// <summary>What one document holds in one field.</summary>
internal sealed class FieldContent
{
    private IReadOnlyList<object>? _sorted;

    /// <summary>The values to compare, in the document's order: <c>string</c>, <c>long</c>, <c>double</c> or <c>bool</c>.</summary>
    public List<object> Values { get; } = [];

    /// <summary>The texts of a text field.</summary>
    public List<string> Texts { get; } = [];

    /// <summary>Their words, once the document was read.</summary>
    public IReadOnlyList<Token> Tokens { get; set; } = [];

    /// <summary>A vector's numbers.</summary>
    public float[] Vector { get; set; } = [];

    public bool IsEmpty => Values.Count == 0 && Tokens.Count == 0 && Vector.Length == 0;

    /// <summary>The values in order; a keyword's each once.</summary>
    public IReadOnlyList<object> Sorted => _sorted ??= [.. Values.Order(ValueOrder.Instance)];
}
