using Reshelve.Catalogs;

namespace Reshelve.Indexing;

/// <summary>What an index must know of a catalog's fields.</summary>
/// <param name="Fields">The declared fields, in the document's order.</param>
public sealed record IndexSchema(IReadOnlyList<FieldDefinition> Fields)
{
    /// <summary>The schema that a definition asks for: its fields, and those that enrichment adds.</summary>
    public static IndexSchema Of(CatalogDefinition definition) =>
        new([.. definition.Fields, .. Enriching.ImageFields.Of(definition)?.Schema ?? []]);

    /// <summary>
    /// One text for all that the index's own structure depends on: names, types, lists, facets. Not the fields' order, which is the
    /// documents'; not volatility, which says how documents are compared; not boosts, which are the search's. Two schemas with the
    /// same text can use the same backing index.
    /// </summary>
    public string Signature => string.Join(
        ';',
        Fields.OrderBy(f => f.Name, StringComparer.Ordinal).Select(f => $"{f.Name}:{f.Type}{(f.List ? "[]" : "")}{(f.Facet ? "+facet" : "")}"));
}
