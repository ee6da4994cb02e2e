using System.Text.Json;
using System.Text.Json.Nodes;

namespace Reshelve.StandIn.Mapping;

internal sealed class VectorField(string path, JsonObject definition) : FieldMapping(path, definition)
{
    public int Dimensions => (int)Definition["dims"]!;

    public override bool IsSortable => false;

    /// <summary>Takes the whole list, unlike other fields.</summary>
    public override void Read(JsonElement value, FieldContent content) => throw new Refusal(400, "parsing_exception", "a vector is a list of numbers");

    public void ReadList(string id, JsonElement list, FieldContent content)
    {
        var vector = list.EnumerateArray().Select(number => number.GetSingle()).ToArray();
        if (vector.Length != Dimensions)
        {
            throw Refusal.BadArgument(
                $"Field [{Path}] of type [{Type}] of doc [{id}] has {(vector.Length < Dimensions ? "number of dimensions" : "exceeded the number of dimensions")} "
                + $"[{vector.Length}] {(vector.Length < Dimensions ? "less than" : "more than")} defined in the mapping [{Dimensions}]");
        }

        content.Vector = vector;
    }

    public override object Literal(JsonNode literal) => throw Refusal.BadArgument($"Field [{Path}] of type [{Type}] doesn't support queries");
}
