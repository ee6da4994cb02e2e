using System.Text.Json;
using System.Text.Json.Nodes;

namespace Reshelve.StandIn.Mapping;

internal sealed class BooleanField(string path, JsonObject definition) : FieldMapping(path, definition)
{
    public override void Read(JsonElement value, FieldContent content) => content.Values.Add(value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String => LenientText.Of(value) switch
        {
            "true" => true,
            "false" or "" => false,
            var other => throw Refusal.BadArgument($"Failed to parse value [{other}] as only [true] or [false] are allowed."),
        },
        JsonValueKind.Object => throw new Refusal(400, "json_parse_exception", "Current token (START_OBJECT) not of boolean type"),
        _ => throw new Refusal(400, "json_parse_exception", "Current token (VALUE_NUMBER_INT) not of boolean type"),
    });

    public override object Literal(JsonNode literal) => TextOf(literal) switch
    {
        "true" => true,
        "false" or "" => false,
        var other => throw Refusal.BadArgument($"Can't parse boolean value [{other}], expected [true] or [false]"),
    };

    public override JsonNode Shown(object value) => (bool)value ? 1 : 0;

    public override string ShownAsText(object value) => (bool)value ? "true" : "false";

    public override JsonNode Absent(bool descending) => descending ? long.MinValue : long.MaxValue;
}
