using Reshelve.Catalogs;

namespace Reshelve.Searching;

/// <summary>The values from one to another, both included; null: unbounded.</summary>
internal readonly record struct FilterInterval(FilterBound? From, FilterBound? To)
{
    /// <summary>What a filter asks for, as intervals of which a value must be in one. Without any, nothing matches.</summary>
    /// <exception cref="SearchRequestException">A value is not of the field's type.</exception>
    public static IReadOnlyList<FilterInterval> Of(FieldDefinition field, SearchFilter filter) => filter switch
    {
        ValuesFilter values => [.. values.Values.Select(v =>
            new FilterInterval(FilterBound.Parse(field, v, isEnd: false), FilterBound.Parse(field, v, isEnd: true)))],
        RangeFilter range => [new FilterInterval(Bound(field, range.From, isEnd: false), Bound(field, range.To, isEnd: true))],
        _ => throw new ArgumentOutOfRangeException(nameof(filter), filter.GetType().Name, "an unknown kind of filter"),
    };

    private static FilterBound? Bound(FieldDefinition field, string? text, bool isEnd) => text is null ? null : FilterBound.Parse(field, text, isEnd);
}
