using Reshelve.Embedded.Indexing;
using Reshelve.Searching;

namespace Reshelve.Embedded.Searching;

/// <summary>The values from one to another, both included; missing: unbounded.</summary>
internal readonly record struct FieldInterval(FieldValue From, FieldValue To)
{
    /// <summary>What a filter asks for, as intervals of which a value must be in one.</summary>
    /// <exception cref="SearchRequestException">A value is not of the field's type.</exception>
    public static IReadOnlyList<FieldInterval> Of(IndexField field, SearchFilter filter) =>
        [.. FilterInterval.Of(field.Definition, filter).Select(interval => new FieldInterval(ValueOf(interval.From), ValueOf(interval.To)))];

    /// <summary>Whether it is a single value.</summary>
    public bool IsPoint => !From.IsMissing && !To.IsMissing && FieldValue.Compare(From, To) == 0;

    public bool Contains(in FieldValue value) =>
        !value.IsMissing
        && (From.IsMissing || FieldValue.Compare(From, value) <= 0)
        && (To.IsMissing || FieldValue.Compare(value, To) <= 0);

    private static FieldValue ValueOf(FilterBound? bound) => bound switch
    {
        null => FieldValue.Missing,
        { Kind: FilterBoundKind.Whole } whole => FieldValue.Of(whole.Whole),
        { Kind: FilterBoundKind.Real } real => FieldValue.Of(real.Real),
        { } text => FieldValue.Of(text.Text),
    };
}
