namespace Reshelve.Searching;

/// <summary>How far into the hits a request may reach.</summary>
internal static class SearchWindow
{
    /// <summary>The hits that can be paged through.</summary>
    public const int Max = 10_000;

    /// <summary>Makes sure that a request stays within.</summary>
    /// <exception cref="SearchRequestException">It does not, or a size is negative.</exception>
    public static void Check(SearchRequest request)
    {
        if (request.Offset < 0 || request.Limit < 0 || request.FacetSize < 0)
            throw new SearchRequestException("offset, limit and facet size must not be negative");
        if ((long)request.Offset + request.Limit > Max)
        {
            throw new SearchRequestException(
                $"offset {request.Offset} and limit {request.Limit} reach beyond the first {Max:N0} hits: narrow the search with "
                + "filters instead of paging further");
        }
    }
}
