using Reshelve.Catalogs;

namespace Reshelve.Mapping;

/// <summary>One text for everything in a definition that a record's document depends on.</summary>
internal static class MappingSignature
{
    /// <summary>
    /// Changes whenever the mapper gives other documents for the same records, so that all records are parsed again.
    /// </summary>
    private const string MapperVersion = "1";

    public static string Of(CatalogDefinition definition)
    {
        var fields = definition.Fields.Select(f =>
            $"{f.Name}={f.From}:{f.Type}:{(f.List ? "list" : "")}:{(f.Volatile ? "volatile" : "")}:{(f.Required ? "required" : "")}");
        var tombstone = definition.Tombstone is { } mark ? $"{mark.Field}:{string.Join('|', mark.Values)}" : "";
        var format = $"{definition.Format.Kind}{definition.Format.Delimiter}";
        return string.Join('\n', [MapperVersion, format, definition.Id.ToString(), $"{definition.Others}", tombstone, .. fields]);
    }
}
