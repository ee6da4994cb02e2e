using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Reshelve.StandIn.Mapping;

internal sealed class KeywordField(string path, JsonObject definition) : FieldMapping(path, definition)
{
    private const int LongestTerm = 32766;

    public override void Read(JsonElement value, FieldContent content)
    {
        var text = TextOf(value);
        if (text.Length > (int?)Definition["ignore_above"])
            return;
        if (Encoding.UTF8.GetByteCount(text) > LongestTerm && IsIndexed)
        {
            throw Refusal.BadArgument(
                $"Document contains at least one immense term in field=\"{Path}\" (whose UTF8 encoding is longer than the max length {LongestTerm}), all of which were skipped.");
        }

        if (!content.Values.Contains(text))
            content.Values.Add(text);
    }

    public override object Literal(JsonNode literal) => TextOf(literal);
}
