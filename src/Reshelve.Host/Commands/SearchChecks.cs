using Reshelve.Catalogs;
using Reshelve.Indexing;
using Reshelve.Searching;

namespace Reshelve.Host.Commands;

/// <summary>Checks that a search asks only for what the catalog's fields can do, so that a typing error is told as one.</summary>
internal static class SearchChecks
{
    // What a search reaches at most, by the contract of the index.
    private const int Reach = 10_000;

    /// <summary>Throws for the first thing that cannot be done.</summary>
    /// <exception cref="UsageException">It names the field and what it could do instead.</exception>
    public static void Check(SearchRequest request, CatalogDefinition definition)
    {
        if ((long)request.Offset + request.Limit > Reach)
            throw new UsageException($"--offset and --limit reach {Reach:N0} hits together at most. Narrow the search with --filter.");
        foreach (var filter in request.Filters)
            RequireValues(Declared(filter.Field, definition, "--filter"), "--filter");
        foreach (var facet in request.Facets)
            RequireFacet(Declared(facet, definition, "--facet"), definition);
        foreach (var key in request.Sort)
            RequireSortable(key, definition);
    }

    private static FieldDefinition Declared(string name, CatalogDefinition definition, string option) =>
        IndexSchema.Of(definition).Fields.FirstOrDefault(field => field.Name == name) ?? throw new UsageException(
            $"{option} {name}: '{definition.Name}' declares no such field." +
            Similar.Suggestion(name, IndexSchema.Of(definition).Fields.Select(field => field.Name)));

    private static void RequireValues(FieldDefinition field, string option)
    {
        if (field.Type is FieldType.Text or FieldType.Object)
        {
            throw new UsageException(
                $"{option} {field.Name}: a field of type {field.Type.ToString().ToLowerInvariant()} has no values to compare. " +
                (field.Type == FieldType.Text ? "Search for its words, or declare it as a keyword." : "Declare the value inside it as a field of its own."));
        }
    }

    private static void RequireFacet(FieldDefinition field, CatalogDefinition definition)
    {
        if (field.Facet)
            return;
        var facets = IndexSchema.Of(definition).Fields.Where(other => other.Facet).Select(other => other.Name).ToList();
        throw new UsageException(
            $"--facet {field.Name}: it is not declared as a facet. " +
            (facets.Count > 0 ? $"Facets are: {string.Join(", ", facets)}. " : "") +
            $"To count it, write 'facet: true' to the field in catalogs/{definition.Name}.yaml and sync.");
    }

    private static void RequireSortable(SortKey key, CatalogDefinition definition)
    {
        if (key.Field is "_score" or "_id")
            return;
        var field = Declared(key.Field, definition, "--sort");
        RequireValues(field, "--sort");
        if (field.List)
            throw new UsageException($"--sort {field.Name}: a document may hold several of its values, so they give no order.");
    }
}
