namespace Reshelve.StandIn.Searching;

/// <summary>A search that is read page by page.</summary>
internal sealed class Scroll(Search search, int size)
{
    private int _given;

    public Search Search => search;

    public IReadOnlyList<Hit> Next()
    {
        Hit[] page = [.. search.Hits.Skip(_given).Take(size)];
        _given += page.Length;
        return page;
    }
}
