using System.Text.Json;
using System.Text.Json.Nodes;

namespace Reshelve.StandIn.Mapping;

/// <summary>Moments, kept as milliseconds (<c>date</c>) or nanoseconds (<c>date_nanos</c>) since 1970.</summary>
internal sealed class DateField(string path, JsonObject definition) : FieldMapping(path, definition)
{
    private const string Usual = "strict_date_optional_time||epoch_millis";

    private bool IsFine => Type == "date_nanos";

    private string Format => Definition["format"]?.ToString() ?? (IsFine ? "strict_date_optional_time_nanos||epoch_millis" : Usual);

    public override void Read(JsonElement value, FieldContent content)
    {
        if (value.ValueKind is not (JsonValueKind.String or JsonValueKind.Number))
            throw Refusal.BadArgument($"failed to parse date field [{value.GetRawText()}] with format [{Format}]");
        content.Values.Add(Units(Parse(LenientText.OfAny(value), Format).First));
    }

    public override object Literal(JsonNode literal) => Span(literal, null).First!;

    public override (object? First, object? Last) Span(JsonNode literal, string? format)
    {
        var text = TextOf(literal);
        try
        {
            var (first, last) = Parse(text, format ?? Format);
            return (Units(first), Units(last));
        }
        catch (Refusal cause)
        {
            throw new Refusal(400, "parse_exception", $"{cause.Message}: [{cause.Message}]") { Cause = cause };
        }
    }

    public override JsonNode Shown(object value) => IsFine ? ((long)value).ToString() : (long)value;

    public override string ShownAsText(object value) =>
        DateTimeOffset.UnixEpoch.AddTicks(IsFine ? (long)value / 100 : (long)value * TimeSpan.TicksPerMillisecond).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'");

    public override JsonNode Absent(bool descending) => descending ? long.MinValue : long.MaxValue;

    private static (Int128 First, Int128 Last) Parse(string text, string format)
    {
        if (DateText.Parse(text, format) is { } span)
            return span;
        var why = format.Contains("||") ? "Failed to parse with all enclosed parsers" : $"Text '{text}' could not be parsed";
        throw new Refusal(400, "illegal_argument_exception", $"failed to parse date field [{text}] with format [{format}]")
        {
            Cause = new(400, "date_time_parse_exception", why),
        };
    }

    private object Units(Int128 nanoseconds) => IsFine ? (long)nanoseconds : (long)Int128.Min(long.MaxValue, Floor(nanoseconds, 1_000_000));

    private static Int128 Floor(Int128 value, Int128 unit) => value / unit - (value % unit < 0 ? 1 : 0);
}
