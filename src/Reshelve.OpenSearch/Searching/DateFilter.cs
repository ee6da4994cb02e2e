using System.Globalization;
using System.Text.Json;
using Reshelve.Catalogs;
using Reshelve.Searching;

namespace Reshelve.OpenSearch.Searching;

/// <summary>The field has a moment in one of these intervals, which do not meet. The server keeps moments by the millisecond.</summary>
internal sealed record DateFilter : FilterClauses
{
    // Each is a clause of its own, unlike the values of other fields.
    private const int MaxIntervals = 500;

    private readonly string _field;
    private readonly IReadOnlyList<(long From, long To)> _intervals;

    private DateFilter(string field, IReadOnlyList<(long From, long To)> intervals)
    {
        _field = field;
        _intervals = intervals;
    }

    /// <inheritdoc/>
    public override int Count => _intervals.Count;

    /// <summary>The filter; days that follow one another are asked for together.</summary>
    /// <exception cref="SearchRequestException">It is made of more moments than a server can be asked for at a time.</exception>
    public static DateFilter Of(FieldDefinition field, IReadOnlyList<FilterInterval> intervals)
    {
        var joined = new List<(long From, long To)>();
        foreach (var interval in intervals.Select(Milliseconds).Where(i => i.From <= i.To).Order())
        {
            if (joined.Count > 0 && interval.From <= joined[^1].To + 1)
                joined[^1] = (joined[^1].From, Math.Max(joined[^1].To, interval.To));
            else
                joined.Add(interval);
        }

        return joined.Count <= MaxIntervals
            ? new DateFilter(field.Name, joined)
            : throw new SearchRequestException(
                $"the filter on '{field.Name}' compares with {joined.Count} days or moments that do not follow one another, and the search engine takes {MaxIntervals}: ask for ranges");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter json) => AnyOf.Write(json, _intervals, interval =>
    {
        json.WriteStartObject("range");
        json.WriteStartObject(_field);
        json.WriteString("gte", Spell(interval.From));
        json.WriteString("lte", Spell(interval.To));
        json.WriteString("format", "strict_date_optional_time");
        json.WriteEndObject();
        json.WriteEndObject();
    });

    private static (long From, long To) Milliseconds(FilterInterval interval) =>
        ((interval.From?.Whole ?? 0) / TimeSpan.TicksPerMillisecond, (interval.To?.Whole ?? DateTime.MaxValue.Ticks) / TimeSpan.TicksPerMillisecond);

    private static string Spell(long milliseconds) =>
        new DateTime(milliseconds * TimeSpan.TicksPerMillisecond, DateTimeKind.Utc).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
