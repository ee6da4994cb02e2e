using System.Text.Json;
using System.Text.Json.Nodes;
using Reshelve.StandIn.Analysis;

namespace Reshelve.StandIn.Mapping;

internal sealed class TextField(string path, JsonObject definition, Analyzer analyzer, Analyzer search) : FieldMapping(path, definition)
{
    public Analyzer Analyzer => analyzer;

    /// <summary>How many positions lie between two values.</summary>
    public int Gap { get; } = definition["position_increment_gap"] is { } gap ? int.Parse(gap.ToString(), System.Globalization.CultureInfo.InvariantCulture) : 100;

    /// <summary>Splits what is looked for.</summary>
    public Analyzer Search => search;

    public override bool IsSortable => Definition["fielddata"]?.ToString() == "true";

    public override void Read(JsonElement value, FieldContent content) => content.Texts.Add(TextOf(value));

    public override object Literal(JsonNode literal) => TextOf(literal);
}
