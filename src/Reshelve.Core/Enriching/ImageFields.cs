using System.Text.Json;
using Reshelve.Catalogs;

namespace Reshelve.Enriching;

/// <summary>The image fields of a catalog whose pictures are looked at, and the fields that are added to documents for them.</summary>
internal sealed class ImageFields
{
    /// <summary>More pictures than this of one document are not looked at.</summary>
    public const int MostPerDocument = 100;

    /// <summary>The longest address that is taken for one, in characters.</summary>
    public const int LongestLocation = 4096;

    private readonly HashSet<string> _added;

    private ImageFields(CatalogDefinition definition)
    {
        Settings = definition.Images!;
        Fields = [.. definition.Fields.Where(field => field.Type == FieldType.Image)];
        Schema = [.. Fields.SelectMany(Added)];
        _added = [.. Schema.Select(field => field.Name)];
    }

    /// <summary>What is done with the pictures.</summary>
    public ImageSettings Settings { get; }

    /// <summary>The fields that hold addresses.</summary>
    public IReadOnlyList<FieldDefinition> Fields { get; }

    /// <summary>The fields that are added, in the order in which they follow the document's own.</summary>
    public IReadOnlyList<FieldDefinition> Schema { get; }

    /// <summary>Null where the definition has no <c>images</c>, or no image field.</summary>
    public static ImageFields? Of(CatalogDefinition definition) =>
        definition.Images is not null && definition.Fields.Any(field => field.Type == FieldType.Image) ? new ImageFields(definition) : null;

    public static string TagsOf(string field) => field + "_tags";

    public static string WordsOf(string field) => field + "_words";

    public static string GroupOf(string field) => field + "_group";

    public static string PicturesOf(string field) => field + "_pictures";

    /// <summary>Whether a field is one that enrichment adds.</summary>
    public bool IsAdded(string name) => _added.Contains(name);

    /// <summary>A document's references, field by field; empty for what is no JSON object.</summary>
    public IReadOnlyList<FieldReferences> ReferencesOf(ReadOnlyMemory<byte> document)
    {
        using var json = JsonDocument.Parse(document, new JsonDocumentOptions { MaxDepth = 1000 });
        var root = json.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
            return [];
        var found = new List<FieldReferences>();
        var left = MostPerDocument;
        foreach (var field in Fields)
        {
            if (!root.TryGetProperty(field.Name, out var value))
                continue;
            var version = field.PictureVersion is { } name && root.TryGetProperty(name, out var said) ? TextOf(said) : null;
            var references = LocationsOf(value).Where(IsLocation).Take(left).Select(location => new ImageReference(location, version)).Distinct().ToList();
            left -= references.Count;
            if (references.Count > 0)
                found.Add(new FieldReferences(field, references));
        }

        return found;
    }

    private static bool IsLocation(string text) => text.Length is > 0 and <= LongestLocation;

    private static IEnumerable<string> LocationsOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => [value.GetString()!],
        JsonValueKind.Array => [.. value.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)],
        _ => [],
    };

    private static string TextOf(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    private IEnumerable<FieldDefinition> Added(FieldDefinition field)
    {
        yield return Derived(TagsOf(field.Name), FieldType.Keyword, isList: true, isFacet: true);
        if (Settings.Searchable)
            yield return Derived(WordsOf(field.Name), FieldType.Text, isList: true, isFacet: false);
        yield return Derived(GroupOf(field.Name), FieldType.Keyword, isList: true, isFacet: true);
        yield return Derived(PicturesOf(field.Name), FieldType.Object, isList: true, isFacet: false);
    }

    private static FieldDefinition Derived(string name, FieldType type, bool isList, bool isFacet) =>
        new() { Name = name, From = FieldPath.Of(name), Type = type, List = isList, Facet = isFacet };
}

/// <summary>The pictures that a document refers to in one field.</summary>
internal sealed record FieldReferences(FieldDefinition Field, IReadOnlyList<ImageReference> References);
