using Reshelve.Catalogs;
using Reshelve.Indexing;

namespace Reshelve.Searching;

/// <summary>What searches may ask of the fields of an index; the same on every engine.</summary>
internal sealed class SearchFields(IndexSchema schema)
{
    /// <summary>Whether documents may be filtered by a field.</summary>
    public static bool CanFilter(FieldDefinition field) => field.Type != FieldType.Object && (field.Type != FieldType.Text || field.Facet);

    /// <summary>Whether a field's values may be counted.</summary>
    public static bool CanFacet(FieldDefinition field) => field.Facet && field.Type != FieldType.Object;

    /// <summary>Whether hits may be ordered by a field.</summary>
    public static bool CanSort(FieldDefinition field) => CanFilter(field) && !field.List && field.Type != FieldType.Text;

    /// <summary>The field of this name, to filter by.</summary>
    /// <exception cref="SearchRequestException">There is none, or it cannot be filtered by.</exception>
    public FieldDefinition ToFilter(string name) =>
        Need(name, CanFilter, "filter by", "only fields that are not text or object, or that have facet: true");

    /// <summary>The field of this name, to count the values of.</summary>
    /// <exception cref="SearchRequestException">There is none, or it is no facet.</exception>
    public FieldDefinition ToFacet(string name) => Need(name, CanFacet, "count the values of", "declare it with facet: true and rebuild");

    /// <summary>The field of this name, to order by.</summary>
    /// <exception cref="SearchRequestException">There is none, or it has no order.</exception>
    public FieldDefinition ToSort(string name) => Need(name, CanSort, "sort by", "only single fields other than text and object, _score and _id");

    private FieldDefinition Need(string name, Func<FieldDefinition, bool> can, string what, string remedy)
    {
        var field = schema.Fields.FirstOrDefault(f => f.Name == name);
        if (field is not null && can(field))
            return field;
        var possible = string.Join(", ", schema.Fields.Where(can).Select(f => f.Name));
        var problem = field is null
            ? $"there is no field '{name}' to {what}"
            : $"cannot {what} '{name}', which is {Describe(field)}: {remedy}";
        throw new SearchRequestException($"{problem}; possible: {(possible.Length > 0 ? possible : "none")}");
    }

    private static string Describe(FieldDefinition field) => $"{(field.List ? "a list of " : "of ")}type {field.Type.ToString().ToLowerInvariant()}";
}
