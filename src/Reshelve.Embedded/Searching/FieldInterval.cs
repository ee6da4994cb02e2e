using System.Globalization;
using Reshelve.Catalogs;
using Reshelve.Embedded.Indexing;
using Reshelve.Searching;

namespace Reshelve.Embedded.Searching;

/// <summary>The values from one to another, both included; missing: unbounded.</summary>
internal readonly record struct FieldInterval(FieldValue From, FieldValue To)
{
    /// <summary>What a filter asks for, as intervals of which a value must be in one.</summary>
    /// <exception cref="SearchRequestException">A value is not of the field's type.</exception>
    public static IReadOnlyList<FieldInterval> Of(IndexField field, SearchFilter filter) => filter switch
    {
        ValuesFilter values =>
            [.. values.Values.Select(v => new FieldInterval(Parse(field, v, isEnd: false), Parse(field, v, isEnd: true)))],
        RangeFilter range => [new FieldInterval(Bound(field, range.From, isEnd: false), Bound(field, range.To, isEnd: true))],
        _ => throw new ArgumentOutOfRangeException(nameof(filter), filter.GetType().Name, "an unknown kind of filter"),
    };

    /// <summary>Whether it is a single value.</summary>
    public bool IsPoint => !From.IsMissing && !To.IsMissing && FieldValue.Compare(From, To) == 0;

    public bool Contains(in FieldValue value) =>
        !value.IsMissing
        && (From.IsMissing || FieldValue.Compare(From, value) <= 0)
        && (To.IsMissing || FieldValue.Compare(value, To) <= 0);

    private static FieldValue Bound(IndexField field, string? text, bool isEnd) =>
        text is null ? FieldValue.Missing : Parse(field, text, isEnd);

    private static FieldValue Parse(IndexField field, string text, bool isEnd)
    {
        switch (field.Type)
        {
            case FieldType.Number or FieldType.Integer:
                if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer))
                    return FieldValue.Of(integer);
                if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && !double.IsNaN(real))
                    return FieldValue.Of(real);
                throw NotA("number, such as 12.50");
            case FieldType.Boolean:
                return bool.TryParse(text, out var truth) ? FieldValue.Of(truth ? 1 : 0) : throw NotA("truth value: true or false");
            case FieldType.Date:
                if (!DateKey.TryParse(text, out var key, out var day))
                    throw NotA("date, such as 2024-05-31 or 2024-05-31T10:00:00Z");

                // A day stands for all of its moments.
                return FieldValue.Of(day && isEnd ? DateKey.EndOfDay(key) : key);
            default:
                return FieldValue.Of(text);
        }

        SearchRequestException NotA(string what) => new($"the filter on '{field.Name}' compares with '{text}', which is no {what}");
    }
}
