using System.Text.Json;
using System.Text.Json.Nodes;

namespace Reshelve.StandIn.Mapping;

/// <summary>A field that holds values: what it takes of documents and of queries.</summary>
/// <param name="path">Its full name, such as <c>dimensions.width</c>.</param>
/// <param name="definition">As it was mapped.</param>
internal abstract class FieldMapping(string path, JsonObject definition)
{
    public string Path => path;

    public JsonObject Definition => definition;

    public string Type => definition["type"]!.ToString();

    /// <summary>The multi-fields, which read the same values in other ways.</summary>
    public List<FieldMapping> Others { get; } = [];

    /// <summary>Whether queries can look for its values.</summary>
    public bool IsIndexed => definition["index"]?.ToString() != "false";

    public virtual bool IsSortable => definition["doc_values"]?.ToString() != "false";

    /// <summary>Takes one value of a document; neither null nor a list.</summary>
    /// <exception cref="Refusal">It takes no such value.</exception>
    public abstract void Read(JsonElement value, FieldContent content);

    /// <summary>A value of a query as it is compared with values of documents; null: no document can hold it.</summary>
    /// <exception cref="Refusal">It is none.</exception>
    public abstract object? Literal(JsonNode literal);

    /// <summary>The first and the last value that a literal stands for, such as all moments of a day.</summary>
    public virtual (object? First, object? Last) Span(JsonNode literal, string? format) => (Literal(literal), Literal(literal));

    /// <summary>A value as sort values and buckets show it.</summary>
    public virtual JsonNode? Shown(object value) => JsonValue.Create(value);

    /// <summary>The key of a bucket as a text, where that is another than the key.</summary>
    public virtual string? ShownAsText(object value) => null;

    /// <summary>What stands among the sort values of a document without a value.</summary>
    public virtual JsonNode? Absent(bool descending) => null;

    /// <summary>A text, or what is taken for one: numbers and booleans, but no object.</summary>
    protected static string TextOf(JsonElement value) => value.ValueKind == JsonValueKind.Object
        ? throw new Refusal(400, "illegal_state_exception", "Can't get text on a START_OBJECT at 1:1")
        : LenientText.OfAny(value);

    protected static string TextOf(JsonNode literal) => literal is JsonValue value && value.TryGetValue<string>(out var text) ? text : literal.ToJsonString();
}
