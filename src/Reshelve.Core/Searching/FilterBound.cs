using System.Globalization;
using Reshelve.Catalogs;

namespace Reshelve.Searching;

/// <summary>How a <see cref="FilterBound"/> compares.</summary>
internal enum FilterBoundKind
{
    /// <summary>As a whole number: also a moment (see <see cref="DateKey"/>), and a truth value (0 or 1).</summary>
    Whole,

    /// <summary>As a double.</summary>
    Real,

    /// <summary>As a text, by ordinal.</summary>
    Text,
}

/// <summary>What a filter compares a field with, read as the field's type says.</summary>
internal readonly record struct FilterBound
{
    private FilterBound(FilterBoundKind kind, long whole, double real, string text)
    {
        Kind = kind;
        Whole = whole;
        Real = real;
        Text = text;
    }

    public FilterBoundKind Kind { get; }

    /// <summary>The value of <see cref="FilterBoundKind.Whole"/>.</summary>
    public long Whole { get; }

    /// <summary>The value of <see cref="FilterBoundKind.Real"/>: no NaN, but it may be infinite.</summary>
    public double Real { get; }

    /// <summary>The value of <see cref="FilterBoundKind.Text"/>.</summary>
    public string Text { get; }

    /// <summary>Reads a filter's value.</summary>
    /// <param name="field">The field that is compared with it.</param>
    /// <param name="text">What was asked for.</param>
    /// <param name="isEnd">Whether it is the upper end of an interval: a day then stands for its last moment, else for its first.</param>
    /// <exception cref="SearchRequestException">It is no value of the field's type.</exception>
    public static FilterBound Parse(FieldDefinition field, string text, bool isEnd)
    {
        switch (field.Type)
        {
            case FieldType.Number or FieldType.Integer:
                if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer))
                    return Of(integer);
                if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && !double.IsNaN(real))
                    return new FilterBound(FilterBoundKind.Real, 0, real, "");
                throw NotA("number, such as 12.50");
            case FieldType.Boolean:
                return bool.TryParse(text, out var truth) ? Of(truth ? 1 : 0) : throw NotA("truth value: true or false");
            case FieldType.Date:
                if (!DateKey.TryParse(text, out var key, out var day))
                    throw NotA("date, such as 2024-05-31 or 2024-05-31T10:00:00Z");

                // A day stands for all of its moments.
                return Of(day && isEnd ? DateKey.EndOfDay(key) : key);
            default:
                return new FilterBound(FilterBoundKind.Text, 0, 0, text);
        }

        SearchRequestException NotA(string what) => new($"the filter on '{field.Name}' compares with '{text}', which is no {what}");
    }

    private static FilterBound Of(long whole) => new(FilterBoundKind.Whole, whole, whole, "");
}
