using Reshelve.Catalogs;
using Reshelve.Indexing;

namespace Reshelve.Planning;

/// <summary>A field of an index that a plan makes, as far as the index's structure depends on it.</summary>
public sealed record PlanField(string Name, FieldType Type, bool List, bool Volatile, bool Facet)
{
    /// <summary>The fields of a schema.</summary>
    public static IReadOnlyList<PlanField> Of(IndexSchema schema) =>
        [.. schema.Fields.Select(f => new PlanField(f.Name, f.Type, f.List, f.Volatile, f.Facet))];

    /// <summary>The schema of these fields; where their values come from and their boosts are not part of it.</summary>
    public static IndexSchema SchemaOf(IReadOnlyList<PlanField> fields) => new(
    [
        .. fields.Select(f => new FieldDefinition
        {
            Name = f.Name, From = FieldPath.Of(f.Name), Type = f.Type, List = f.List, Volatile = f.Volatile, Facet = f.Facet,
        }),
    ]);
}
