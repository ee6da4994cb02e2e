using Reshelve.Catalogs;
using Reshelve.Planning;

namespace Reshelve.Indexing;

/// <summary>Says in which fields an index differs from what a definition asks for.</summary>
internal static class SchemaChange
{
    private const int Shown = 5;

    /// <summary><c>'price' was keyword and is number; 'color' is new, a facet of type keyword</c>.</summary>
    /// <param name="before">The index's fields.</param>
    /// <param name="wanted">The definition's.</param>
    public static string Explain(IReadOnlyList<PlanField> before, IReadOnlyList<PlanField> wanted)
    {
        var former = before.ToDictionary(field => field.Name, StringComparer.Ordinal);
        var changes = new List<string>();
        foreach (var field in wanted)
        {
            if (!former.Remove(field.Name, out var old))
                changes.Add($"'{field.Name}' is new, {Describe(field)}");
            else if (Describe(old) != Describe(field))
                changes.Add($"'{field.Name}' was {Describe(old)} and is {Describe(field)}");
        }

        changes.AddRange(before.Where(field => former.ContainsKey(field.Name)).Select(field => $"'{field.Name}' is no longer declared"));
        var more = changes.Count > Shown ? $"; and {changes.Count - Shown} more" : "";
        return string.Join("; ", changes.Take(Shown)) + more;
    }

    // What the index's structure depends on: see IndexSchema.Signature.
    private static string Describe(PlanField field) =>
        $"{(field.Facet ? "a facet of type " : "")}{NameOf(field.Type)}{(field.List ? ", a list" : "")}";

    private static string NameOf(FieldType type) => type.ToString().ToLowerInvariant();
}
