using Reshelve.Catalogs;
using Reshelve.Embedded.Indexing;
using Reshelve.Embedded.Searching;

namespace Reshelve.Embedded.Columns;

/// <summary>One of a request's conditions, read: what the field's value, or one of its values, must be.</summary>
/// <param name="Field">The field.</param>
/// <param name="Intervals">The intervals of which a value must be in one.</param>
/// <param name="Codes">Of a coded field, the codes of all values that are.</param>
internal sealed record FilterCondition(IndexField Field, IReadOnlyList<FieldInterval> Intervals, IReadOnlySet<int>? Codes);

/// <summary>A condition that is judged by a column.</summary>
internal abstract class ColumnFilter
{
    private const double LargestExact = 1L << 53;

    public abstract bool Matches(int number);

    /// <summary>Whether some column could judge the condition.</summary>
    public static bool CanJudge(FilterCondition condition) =>
        condition.Codes is not null
        || (condition.Intervals.Count == 1 && Column.Of(condition.Field, 0) switch
        {
            NumberColumn => IsExact(condition.Intervals[0].From) && IsExact(condition.Intervals[0].To),
            DateColumn => true,
            _ => false,
        });

    /// <summary>The condition by its column; null when that cannot judge it.</summary>
    public static ColumnFilter? Of(FilterCondition condition, Column? column) => column switch
    {
        CodeColumn codes => new CodeFilter(codes.Codes, Lookup(condition.Codes!)),
        CodeSetColumn sets => new CodeFilter(sets.Lists, [false, .. sets.Distinct.Select(list => list.Any(condition.Codes!.Contains))]),
        NumberColumn numbers => NumberFilter.Of(numbers, condition.Intervals[0]),
        DateColumn dates => DateFilter.Of(dates, condition.Intervals[0]),
        _ => null,
    };

    // Compared with doubles, a bound must be one.
    private static bool IsExact(FieldValue bound) => bound.Type != Sqlite.SqliteType.Integer || Math.Abs(bound.AsDouble) < LargestExact;

    private static bool[] Lookup(IReadOnlySet<int> codes)
    {
        var lookup = new bool[codes.Count == 0 ? 1 : codes.Max() + 1];
        foreach (var code in codes)
            lookup[code] = true;
        return lookup;
    }

    private sealed class CodeFilter(int[] codes, bool[] wanted) : ColumnFilter
    {
        public override bool Matches(int number)
        {
            var code = codes[number];
            return code < wanted.Length && wanted[code];
        }
    }

    // Nothing compares with the NaN of a missing value.
    private sealed class NumberFilter(double[] values, double from, double to) : ColumnFilter
    {
        public static NumberFilter Of(NumberColumn column, FieldInterval interval) => new(
            column.Values,
            interval.From.IsMissing ? double.NegativeInfinity : interval.From.AsDouble,
            interval.To.IsMissing ? double.PositiveInfinity : interval.To.AsDouble);

        public override bool Matches(int number) => values[number] >= from && values[number] <= to;
    }

    private sealed class DateFilter(long[] values, long from, long to) : ColumnFilter
    {
        public static DateFilter Of(DateColumn column, FieldInterval interval) => new(
            column.Values,
            interval.From.IsMissing ? DateColumn.Missing + 1 : interval.From.AsInteger,
            interval.To.IsMissing ? long.MaxValue : interval.To.AsInteger);

        public override bool Matches(int number) => values[number] >= from && values[number] <= to;
    }
}
