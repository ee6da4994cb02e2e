using Reshelve.Catalogs;
using Reshelve.Indexing;
using Reshelve.Searching;

namespace Reshelve.OpenSearch.Searching;

/// <summary>A request that was judged by the schema of the index that it is for.</summary>
internal sealed class PreparedSearch
{
    /// <param name="request">What is asked.</param>
    /// <param name="schema">The fields of the index.</param>
    /// <exception cref="SearchRequestException">It names a field that cannot do what is asked of it, or compares with no value of it.</exception>
    public PreparedSearch(SearchRequest request, IndexSchema schema)
    {
        SearchWindow.Check(request);
        var fields = new SearchFields(schema);
        Request = request;
        var query = QueryParser.Parse(request.Query, request.PrefixLast);
        Order = SearchOrder.Of(request.Sort, fields, ranked: query.Terms.Count > 0);
        Facets = [.. request.Facets.Distinct(StringComparer.Ordinal).Select(fields.ToFacet)];
        Filters = [.. request.Filters.Select(filter => FilterClauses.Of(fields.ToFilter(filter.Field), filter))];
        TextFields = [.. schema.Fields.Where(f => f.Type == FieldType.Text).Select(f => f.Name)];
        Text = TextQuery.Of(query, TextFields.Count, TextQuery.MaxClauses - Filters.Sum(f => f.Count));
    }

    /// <summary>The request itself.</summary>
    public SearchRequest Request { get; }

    /// <summary>The order of its hits.</summary>
    public SearchOrder Order { get; }

    /// <summary>The fields whose values are counted, each once.</summary>
    public IReadOnlyList<FieldDefinition> Facets { get; }

    /// <summary>Conditions, all of which must be met.</summary>
    public IReadOnlyList<FilterClauses> Filters { get; }

    /// <summary>The names of the fields that words are searched in.</summary>
    public IReadOnlyList<string> TextFields { get; }

    /// <summary>The words.</summary>
    public TextQuery Text { get; }

    /// <summary>Whether the server is asked to mark what matched.</summary>
    public bool Marks => Request.Highlight && Text.Ranks;
}
