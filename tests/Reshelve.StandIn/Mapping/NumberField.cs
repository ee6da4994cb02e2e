using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Reshelve.StandIn.Mapping;

/// <summary>Whole numbers, kept as <see cref="long"/>, and others, kept as <see cref="double"/>.</summary>
internal sealed class NumberField(string path, JsonObject definition) : FieldMapping(path, definition)
{
    private bool IsWhole => Type is "long" or "integer" or "short" or "byte";

    private bool Coerces => Definition["coerce"]?.ToString() != "false";

    private string Name => char.ToUpperInvariant(Type[0]) + Type[1..];

    public override void Read(JsonElement value, FieldContent content)
    {
        if (value.ValueKind is JsonValueKind.Object or JsonValueKind.True or JsonValueKind.False)
            throw new Refusal(400, "json_parse_exception", $"Current token ({value.ValueKind}) not numeric, can not use numeric value accessors");
        if (value.ValueKind == JsonValueKind.String && !Coerces)
            throw Refusal.BadArgument($"{Name} value passed as String");
        content.Values.Add(Parse(LenientText.OfAny(value)));
    }

    public override object? Literal(JsonNode literal)
    {
        var text = TextOf(literal);
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            throw NotANumber(text);
        if (!IsWhole)
            return number;
        return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var exact) && decimal.Truncate(exact) == exact
            && exact is >= long.MinValue and <= long.MaxValue ? (long)exact : null;
    }

    /// <summary>Bounds of whole numbers may have fractions: the next whole number inside takes their place.</summary>
    public override (object? First, object? Last) Span(JsonNode literal, string? format)
    {
        if (Literal(literal) is { } value)
            return (value, value);
        var number = double.Parse(TextOf(literal), NumberStyles.Float, CultureInfo.InvariantCulture);
        return (Math.Ceiling(number), Math.Floor(number));
    }

    public override JsonNode Absent(bool descending) =>
        IsWhole ? descending ? long.MinValue : long.MaxValue : descending ? "-Infinity" : "Infinity";

    private object Parse(string text)
    {
        if (!IsWhole)
            return Finite(text);
        var (least, most) = Range();
        if (!decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            throw double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? OutOfRange(text, least, most) : NotANumber(text);
        }

        if (decimal.Truncate(number) != number && !Coerces)
            throw Refusal.BadArgument($"{text} cannot be converted to {Name} without data loss");
        return number < least || number > most ? throw OutOfRange(text, least, most) : (long)decimal.Truncate(number);
    }

    private double Finite(string text)
    {
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            throw NotANumber(text);
        var kept = Type is "float" or "half_float" ? (float)number : number;
        return double.IsFinite(kept) ? kept : throw Refusal.BadArgument($"[{Type}] supports only finite values, but got [{kept}]");
    }

    private (long Least, long Most) Range() => Type switch
    {
        "integer" => (int.MinValue, int.MaxValue),
        "short" => (short.MinValue, short.MaxValue),
        "byte" => (sbyte.MinValue, sbyte.MaxValue),
        _ => (long.MinValue, long.MaxValue),
    };

    private Refusal OutOfRange(string text, long least, long most) =>
        new(400, "input_coercion_exception", $"Numeric value ({text}) out of range of {Type} ({least} - {most})");

    private static Refusal NotANumber(string text) =>
        new(400, "number_format_exception", text.Length == 0 ? "empty String" : $"For input string: \"{text}\"");
}
