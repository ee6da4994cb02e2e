using System.Collections.Concurrent;
using System.Text.Json;
using Reshelve.Feeds;
using Reshelve.OpenSearch.Connection;
using Reshelve.OpenSearch.Indexing;
using Reshelve.OpenSearch.Reading;
using Reshelve.OpenSearch.Writing;
using Reshelve.Searching;

namespace Reshelve.OpenSearch.Searching;

/// <summary>Searches an alias or an index; see <see cref="Reshelve.Indexing.IIndexEngine.SearchAsync"/>.</summary>
/// <remarks>
/// The alias itself is searched, so that a promotion is one moment for every search. The request depends on the fields of the index behind it, which are remembered; a hit
/// says which index answered, and when it is another one, and its fields differ, the request is made anew.
/// </remarks>
internal sealed class ClusterSearch(ClusterClient client, ServerNames names, IndexDirectory directory, TimeProvider time)
{
    private const int Attempts = 5;

    // Somebody waits.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    // An answer without hits does not say which index gave it.
    private static readonly TimeSpan TrustedWithoutHits = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, SearchedIndex> _known = new(StringComparer.Ordinal);

    public async Task<SearchResult> RunAsync(string name, SearchRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var index = _known.TryGetValue(name, out var known) ? known : await LookUpAsync(name, cancellationToken);
        for (var attempt = 1; ; attempt++)
        {
            var (result, isCurrent) = await TryAsync(name, request, index, cancellationToken);
            if (result is not null && (isCurrent || attempt == Attempts))
                return result;
            var current = await LookUpAsync(name, cancellationToken);
            if (result is not null && current.Meta.Signature == index.Meta.Signature)
                return result;
            index = current;
        }
    }

    // No result: what was known of the index may be wrong, and made the request one that cannot be.
    private async Task<(SearchResult? Result, bool IsCurrent)> TryAsync(string name, SearchRequest request, SearchedIndex index, CancellationToken cancellationToken)
    {
        PreparedSearch search;
        SearchAnswer answer;
        var isFresh = time.GetElapsedTime(index.Looked) < TrustedWithoutHits;
        try
        {
            search = new PreparedSearch(request, index.Meta.Schema);
            answer = await AskAsync(name, search, names.Of(name) == index.Index, cancellationToken);
        }
        catch (Exception exception) when (exception is SearchRequestException || exception is ServerRefusalException { Status: 400 or 404 })
        {
            // Of what is gone, looking it up says so in our words.
            var isKnown = isFresh && exception is not ServerRefusalException { Status: 404 };
            if (isKnown || await IsUnchangedAsync(name, index, cancellationToken))
                throw;
            return (null, false);
        }

        var isCurrent = answer.Hits.Count > 0 ? answer.Hits[0].Index == index.Index : isFresh;
        return (Result(search, answer), isCurrent);
    }

    private async Task<bool> IsUnchangedAsync(string name, SearchedIndex index, CancellationToken cancellationToken) =>
        (await LookUpAsync(name, cancellationToken)).Index == index.Index;

    private async Task<SearchAnswer> AskAsync(string name, PreparedSearch search, bool isIndex, CancellationToken cancellationToken)
    {
        var server = names.Of(name);
        var request = new ClusterRequest(HttpMethod.Post, $"/{ServerNames.Escape(server)}/_search?allow_partial_search_results=false")
        {
            Body = SearchBody.Write(search),
            // Whoever searches an index by its own name tries it before it is promoted, and what was filled is worth a longer wait.
            Patience = isIndex ? null : Patience,
        };
        return SearchAnswer.Read($"search '{server}'", await client.CallAsync($"search '{server}'", request, cancellationToken));
    }

    private async Task<SearchedIndex> LookUpAsync(string name, CancellationToken cancellationToken)
    {
        var looked = time.GetTimestamp();
        _known.TryRemove(name, out _);
        var found = await directory.ResolveAsync(name, cancellationToken);
        if (found.Count == 0)
            throw new ReshelveException($"nothing is indexed under '{names.Of(name)}' yet: sync the catalog");
        if (found.Count > 1)
        {
            throw new ReshelveException(
                $"the alias '{names.Of(name)}' points at {found.Count} indexes ({string.Join(", ", found.Select(i => i.Name).Order(StringComparer.Ordinal))}), "
                + "and searches would mix them: remove it from all but one, by POST _aliases");
        }

        if (found[0].Meta is not { } meta)
            throw new ReshelveException($"'{names.Of(name)}' is, or points at, the index '{found[0].Name}', which this program did not make: it cannot be searched here");
        if (meta.Outdated is { } difference)
            throw new ReshelveException($"the index '{found[0].Name}' cannot be searched: {difference}: sync the catalog, which fills a new index");
        return _known[name] = new SearchedIndex(found[0].Name, meta, looked);
    }

    private static SearchResult Result(PreparedSearch search, SearchAnswer answer)
    {
        var hits = search.Request.Limit == 0
            ? []
            : answer.Hits.Select(hit => new SearchHit(
                hit.Id,
                hit.Score,
                SplicedDocument.Restore(hit.Source),
                hit.Highlights.ToDictionary(pair => pair.Key, pair => Excerpt.ToHtml(pair.Value), StringComparer.Ordinal))).ToList();
        return new SearchResult(answer.Total, hits, Facets(search, answer.Aggregations));
    }

    private static Dictionary<string, IReadOnlyList<FacetValue>> Facets(PreparedSearch search, ReadOnlyMemory<byte> aggregations)
    {
        var facets = new Dictionary<string, IReadOnlyList<FacetValue>>(StringComparer.Ordinal);
        using var json = aggregations.IsEmpty ? null : JsonDocument.Parse(aggregations);
        for (var i = 0; i < search.Facets.Count; i++)
        {
            List<FacetValue> values = [];
            if (json is not null && json.RootElement.TryGetProperty(SearchBody.FacetName(i), out var counted))
                values = [.. counted.GetProperty("buckets").EnumerateArray().Select(Value)];
            facets.Add(search.Facets[i].Name, values);
        }

        return facets;
    }

    // Of a truth value the key is 0 or 1.
    private static FacetValue Value(JsonElement bucket) => new(
        bucket.TryGetProperty("key_as_string", out var spelled) ? spelled.GetString()! : bucket.GetProperty("key").ToString(),
        bucket.GetProperty("doc_count").GetInt64());
}
