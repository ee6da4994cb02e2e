using Reshelve.Catalogs;

namespace Reshelve.Mapping;

/// <summary>One text for everything in a definition that a record's document depends on.</summary>
internal static class MappingSignature
{
    /// <summary>
    /// Changes whenever the mapper gives other documents for the same records, so that all records are parsed again.
    /// </summary>
    private const string MapperVersion = "1";

    /// <summary>The part of it that the records' ids, and their tombstones, depend on.</summary>
    public static string OfIds(CatalogDefinition definition) =>
        string.Join('\n', [$"{definition.Format.Kind}{definition.Format.Delimiter}", definition.Id.ToString(), TombstoneOf(definition)]);

    public static string Of(CatalogDefinition definition)
    {
        var fields = definition.Fields.Select(f =>
            $"{f.Name}={f.From}:{f.Type}:{(f.List ? "list" : "")}:{(f.Volatile ? "volatile" : "")}:{(f.Required ? "required" : "")}");
        var format = $"{definition.Format.Kind}{definition.Format.Delimiter}";
        return string.Join('\n', [MapperVersion, format, definition.Id.ToString(), $"{definition.Others}", TombstoneOf(definition), .. fields]);
    }

    private static string TombstoneOf(CatalogDefinition definition) =>
        definition.Tombstone is { } mark ? $"{mark.Field}:{string.Join('|', mark.Values)}" : "";
}
