using System.Globalization;
using System.Text.Json;
using Reshelve.Catalogs;
using Reshelve.OpenSearch.Indexing;
using Reshelve.Searching;

namespace Reshelve.OpenSearch.Searching;

/// <summary>A filter as the server is asked for it.</summary>
internal abstract record FilterClauses
{
    /// <summary>How many of the clauses it takes that a server counts, see <see cref="TextQuery.MaxClauses"/>.</summary>
    public abstract int Count { get; }

    /// <summary>Writes one query that is met by documents that meet the filter.</summary>
    public abstract void Write(Utf8JsonWriter json);

    /// <summary>The filter that a request asks for.</summary>
    /// <exception cref="SearchRequestException">A value is not of the field's type, or there are more than a server can compare with.</exception>
    public static FilterClauses Of(FieldDefinition field, SearchFilter filter)
    {
        var intervals = FilterInterval.Of(field, filter);
        if (intervals is [{ From: null, To: null }])
            return new Existing(field.Type == FieldType.Text ? FieldNames.OfFacet(field) : field.Name);
        return field.Type switch
        {
            FieldType.Boolean => Truths(field, intervals),
            FieldType.Integer => Numbers(field, [.. intervals.Select(WholeNumbers).OfType<(string?, string?)>()]),
            FieldType.Number => Numbers(field, [.. intervals.Select(Doubles).OfType<(string?, string?)>()]),
            FieldType.Date => DateFilter.Of(field, intervals),
            _ => Texts(field, filter),
        };
    }

    private static FilterClauses Truths(FieldDefinition field, IReadOnlyList<FilterInterval> intervals)
    {
        var wanted = new[] { 0, 1 }.Where(truth => intervals.Any(i => (i.From?.Whole ?? 0) <= truth && truth <= (i.To?.Whole ?? 1)));
        return new Values(field.Name, [.. wanted.Select(truth => truth == 1 ? "true" : "false")], AreTexts: false);
    }

    private static FilterClauses Texts(FieldDefinition field, SearchFilter filter)
    {
        var name = field.Type == FieldType.Text ? FieldNames.OfFacet(field) : field.Name;
        return filter is RangeFilter range
            ? new Ranges(name, [(range.From, range.To)], AreTexts: true)
            : new Values(name, [.. ((ValuesFilter)filter).Values.Distinct(StringComparer.Ordinal)], AreTexts: true);
    }

    private static FilterClauses Numbers(FieldDefinition field, IReadOnlyList<(string? From, string? To)> intervals) =>
        intervals.All(i => i.From is not null && i.From == i.To)
            ? new Values(field.Name, [.. intervals.Select(i => i.From!).Distinct(StringComparer.Ordinal)], AreTexts: false)
            : new Ranges(field.Name, intervals, AreTexts: false);

    // Null when no whole number of 64 bits can be in it.
    private static (string? From, string? To)? WholeNumbers(FilterInterval interval)
    {
        var from = interval.From is { } lower ? Ceiling(lower) : long.MinValue;
        var to = interval.To is { } upper ? Floor(upper) : long.MaxValue;
        return from is { } first && to is { } last && first <= last
            ? (first.ToString(CultureInfo.InvariantCulture), last.ToString(CultureInfo.InvariantCulture))
            : null;
    }

    private static long? Ceiling(FilterBound bound) =>
        bound.Kind == FilterBoundKind.Whole ? bound.Whole
        : Math.Ceiling(bound.Real) is var up && up >= 9223372036854775808.0 ? null
        : up < -9223372036854775808.0 ? long.MinValue
        : (long)up;

    private static long? Floor(FilterBound bound) =>
        bound.Kind == FilterBoundKind.Whole ? bound.Whole
        : Math.Floor(bound.Real) is var down && down < -9223372036854775808.0 ? null
        : down >= 9223372036854775808.0 ? long.MaxValue
        : (long)down;

    // Null when no finite number can be in it.
    private static (string? From, string? To)? Doubles(FilterInterval interval)
    {
        var from = interval.From?.Real ?? double.NegativeInfinity;
        var to = interval.To?.Real ?? double.PositiveInfinity;
        if (from > to || double.IsPositiveInfinity(from) || double.IsNegativeInfinity(to))
            return null;
        return (Spell(Math.Max(from, double.MinValue)), Spell(Math.Min(to, double.MaxValue)));
    }

    private static string Spell(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>The field has a value.</summary>
    private sealed record Existing(string Field) : FilterClauses
    {
        public override int Count => 1;

        public override void Write(Utf8JsonWriter json)
        {
            json.WriteStartObject();
            json.WriteStartObject("exists");
            json.WriteString("field", Field);
            json.WriteEndObject();
            json.WriteEndObject();
        }
    }

    /// <summary>The field has one of these values; nothing matches when there are none.</summary>
    private sealed record Values(string Field, IReadOnlyList<string> Wanted, bool AreTexts) : FilterClauses
    {
        // index.max_terms_count.
        private const int MaxTerms = 65_536;

        public override int Count => 1 + (Wanted.Count / MaxTerms);

        public override void Write(Utf8JsonWriter json)
        {
            AnyOf.Write(json, [.. Wanted.Chunk(MaxTerms)], chunk =>
            {
                json.WriteStartObject("terms");
                json.WriteStartArray(Field);
                foreach (var value in chunk)
                {
                    if (AreTexts)
                        json.WriteStringValue(value);
                    else
                        json.WriteRawValue(value);
                }

                json.WriteEndArray();
                json.WriteEndObject();
            });
        }
    }

    /// <summary>The field has a value in one of these intervals.</summary>
    private sealed record Ranges(string Field, IReadOnlyList<(string? From, string? To)> Intervals, bool AreTexts) : FilterClauses
    {
        public override int Count => Intervals.Count;

        public override void Write(Utf8JsonWriter json) => AnyOf.Write(json, Intervals, interval =>
        {
            json.WriteStartObject("range");
            json.WriteStartObject(Field);
            WriteBound("gte", interval.From);
            WriteBound("lte", interval.To);
            json.WriteEndObject();
            json.WriteEndObject();

            void WriteBound(string name, string? bound)
            {
                if (bound is null)
                    return;
                json.WritePropertyName(name);
                if (AreTexts)
                    json.WriteStringValue(bound);
                else
                    json.WriteRawValue(bound);
            }
        });
    }
}
