using Reshelve.Catalogs;
using Reshelve.Feeds;
using Reshelve.Indexing;
using Reshelve.OpenSearch.Writing;

namespace Reshelve.OpenSearch.Indexing;

/// <summary>The names that a server can have for fields.</summary>
internal static class FieldNames
{
    /// <summary>Under a field that is not kept as the text that facets show: that text.</summary>
    public const string Facet = "facet";

    /// <summary>The member that holds what a definition does not declare.</summary>
    public const string Undeclared = "other";

    // What the server keeps of a document beside its fields, and names that mean something else where fields are named.
    private static readonly HashSet<string> Metadata = new(StringComparer.Ordinal)
    {
        "_data_stream_timestamp", "_doc", "_doc_count", "_feature", "_field_names", "_id", "_ignored", "_ignored_source", "_index", "_index_mode", "_inference_fields",
        "_nested_path", "_primary_term", "_routing", "_score", "_seq_no", "_shard_doc", "_size", "_source", "_tier", "_ts_routing_hash", "_tsid", "_type", "_uid",
        "_version",
    };

    /// <summary>The field that filters and facets use: the field itself, or its text.</summary>
    public static string OfFacet(FieldDefinition field) => HasOwnFacet(field) ? $"{field.Name}.{Facet}" : field.Name;

    /// <summary>Whether a facet needs a field of its own: text is split into words, and numbers and dates are shown in the server's spelling.</summary>
    public static bool HasOwnFacet(FieldDefinition field) =>
        field.Facet && field.Type is FieldType.Text or FieldType.Number or FieldType.Integer or FieldType.Date;

    /// <summary>Makes sure that a server can take the fields.</summary>
    /// <exception cref="ReshelveException">It cannot.</exception>
    public static void Check(IndexSchema schema)
    {
        foreach (var field in schema.Fields)
        {
            if (Problem(field.Name) is { } problem)
                throw Refuse(field.Name, problem);
        }

        // The server reads a name with dots as objects in objects, and no field can be both an object and a value.
        var names = schema.Fields.Select(f => f.Name).Append(Undeclared).ToHashSet(StringComparer.Ordinal);
        foreach (var field in schema.Fields)
        {
            for (var dot = field.Name.IndexOf('.'); dot > 0; dot = field.Name.IndexOf('.', dot + 1))
            {
                var outer = field.Name[..dot];
                if (names.Contains(outer))
                    throw Refuse(field.Name, $"a dot means a member of an object, and '{outer}' is a field of its own");
            }
        }
    }

    private static string? Problem(string name)
    {
        if (string.IsNullOrWhiteSpace(name))
            return "it has no name";
        if (name == SplicedDocument.IdField)
            return "the name is kept for the document's id";
        if (Metadata.Contains(name))
            return "the name means something else there";
        if (name.AsSpan().IndexOfAny('*', '^') is var at && at >= 0)
            return $"the name holds '{name[at]}', which means something else in searches";
        return name.Split('.').Any(string.IsNullOrWhiteSpace) ? "the name has nothing before or behind a dot" : null;
    }

    private static ReshelveException Refuse(string name, string problem) =>
        new($"Elasticsearch and OpenSearch cannot take the field '{name}': {problem}; give it another name in the definition, with 'from: {name}'");
}
