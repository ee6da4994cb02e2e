using System.Text.Json;
using System.Text.Json.Nodes;

namespace Reshelve.StandIn.Mapping;

/// <summary>Reads one document as the mapping says.</summary>
/// <param name="id">Its id, for messages.</param>
/// <param name="mapping">What is known of its fields; nothing is added to it here.</param>
/// <param name="flavor">How refusals are worded.</param>
internal sealed class DocumentReader(string id, IndexMapping mapping, ServerFlavor flavor)
{
    private readonly Dictionary<string, FieldContent> _content = new(StringComparer.Ordinal);

    /// <summary>Definitions of fields that the document brings along; the caller adds them and reads it again.</summary>
    public List<JsonObject> Introduced { get; } = [];

    /// <exception cref="Refusal">The document cannot be taken.</exception>
    public IReadOnlyDictionary<string, FieldContent> Read(ReadOnlyMemory<byte> source)
    {
        using var document = DocumentText.Parse(source, Parsing);
        ReadObject(mapping.Root, document.RootElement, "true");
        foreach (var (path, content) in _content)
        {
            if (mapping.Find(path) is TextField text)
                content.Tokens = text.Analyzer.Tokens(content.Texts, text.Gap);
        }

        return _content;
    }

    private void ReadObject(ObjectMapping into, JsonElement members, string inherited)
    {
        var dynamic = into.Dynamic ?? inherited;
        foreach (var member in members.EnumerateObject())
        {
            if (member.Name.Length == 0)
                throw Failed(Refusal.BadArgument("field name cannot be an empty string"));
            ReadMember(into, member.Name, member.Value, dynamic);
        }
    }

    private void ReadMember(ObjectMapping into, string name, JsonElement value, string dynamic)
    {
        var dot = name.IndexOf('.');
        if (dot > 0 && into.Objects.TryGetValue(name[..dot], out var outer))
        {
            ReadMember(outer, name[(dot + 1)..], value, outer.Dynamic ?? dynamic);
        }
        else if (into.Fields.TryGetValue(name, out var field))
        {
            ReadField(field, value);
        }
        else if (into.Objects.TryGetValue(name, out var inner))
        {
            ReadInner(inner, name, value, dynamic);
        }
        else if (dynamic == "strict")
        {
            throw Placed(new(400, "strict_dynamic_mapping_exception",
                $"mapping set to strict, dynamic introduction of [{name}] within [{(into.Path.Length == 0 ? "_doc" : into.Path)}] is not allowed"));
        }
        else if (dynamic == "true" && DynamicField.Of(value) is { } definition)
        {
            Introduced.Add(Nested(into.FullName(name), definition));
        }
    }

    private void ReadInner(ObjectMapping inner, string name, JsonElement value, string dynamic)
    {
        if (!inner.IsEnabled || value.ValueKind == JsonValueKind.Null)
            return;
        if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (var element in value.EnumerateArray())
                ReadInner(inner, name, element, dynamic);
            return;
        }

        if (value.ValueKind != JsonValueKind.Object)
            throw Placed(Parsing($"object mapping for [{inner.Path}] tried to parse field [{name}] as object, but found a concrete value"));
        ReadObject(inner, value, dynamic);
    }

    private void ReadField(FieldMapping field, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Null)
            return;
        if (field is VectorField vector && value.ValueKind == JsonValueKind.Array)
        {
            ReadVector(vector, value);
            return;
        }

        if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (var element in value.EnumerateArray())
                ReadField(field, element);
            return;
        }

        foreach (var target in field.Others.Prepend(field))
            ReadValue(target, value);
    }

    private void ReadVector(VectorField field, JsonElement list)
    {
        try
        {
            field.ReadList(id, list, Content(field));
        }
        catch (Refusal refusal)
        {
            throw Failed(refusal);
        }
    }

    private void ReadValue(FieldMapping field, JsonElement value)
    {
        try
        {
            field.Read(value, Content(field));
        }
        catch (Refusal refusal)
        {
            throw Placed(Parsing(
                $"failed to parse field [{field.Path}] of type [{field.Type}] in document with id '{id}'. Preview of field's value: '{Preview(value)}'", refusal));
        }
    }

    private FieldContent Content(FieldMapping field) =>
        _content.TryGetValue(field.Path, out var content) ? content : _content[field.Path] = new();

    private static string Preview(JsonElement value) => value.ValueKind == JsonValueKind.Object
        ? $"{{{string.Join(", ", value.EnumerateObject().Select(member => $"{member.Name}={Preview(member.Value)}"))}}}"
        : LenientText.OfAny(value);

    private static JsonObject Nested(string path, JsonObject definition) => new()
    {
        ["properties"] = new JsonObject { [path] = definition },
    };

    private Refusal Failed(Refusal cause) => Placed(Parsing("failed to parse", cause));

    private Refusal Parsing(string reason, Refusal? cause = null) =>
        new(400, flavor.SaysDocumentParsing ? "document_parsing_exception" : "mapper_parsing_exception", reason) { Cause = cause };

    /// <summary>Newer versions put line and column in front; the column here is always the first.</summary>
    private Refusal Placed(Refusal refusal) =>
        flavor.SaysDocumentParsing ? new(refusal.Status, refusal.Type, $"[1:1] {refusal.Message}") { Cause = refusal.Cause } : refusal;
}
