using System.Diagnostics;
using Reshelve.Benchmarks.Feeds;
using Reshelve.Benchmarks.Measuring;
using Reshelve.Benchmarks.Workspaces;
using Reshelve.Searching;

namespace Reshelve.Benchmarks.Cases;

/// <summary>Latencies of searches, one after the other on one core.</summary>
internal sealed class SearchFigures(BenchWorkspace workspace, string catalog, long records)
{
    private const int WarmUps = 30;
    private const int Shopper = 3;

    /// <summary>
    /// Two different words of one product's title, so that something is found; the top 20 with two facets; only products up to
    /// a price.
    /// </summary>
    public Figure TwoTerms(int count)
    {
        var random = Mixer.Of(1, Shopper);
        var samples = new List<Sample>(count);
        for (var i = -WarmUps; i < count; i++)
        {
            // What is measured is a program that has been searching for a while.
            if (i == 0)
                workspace.Engine.ColumnsLoadedAsync(catalog).GetAwaiter().GetResult();
            var sample = Search(TwoTermRequest(ref random));
            if (i >= 0)
                samples.Add(sample);
        }

        return Figure.Of("two-term search", default, samples);
    }

    /// <summary>The word whose number of matches comes nearest to the wanted one.</summary>
    public Figure Broad(int count, long matches)
    {
        var word = Enumerable.Range(0, 40).Select(Vocabulary.Word).MinBy(word => Math.Abs(Matches(word) - matches))!;
        var request = WithFacets(word);
        Search(request);
        var samples = Enumerable.Range(0, count).Select(_ => Search(request)).ToList();
        return Figure.Of($"broad search ({Matches(word):N0} matches)", default, samples);
    }

    /// <summary>Two-term searches for as long as some work takes.</summary>
    public Figure During(Action work)
    {
        var random = Mixer.Of(2, Shopper);
        var samples = new List<Sample>();
        var working = Task.Run(work);
        while (!working.IsCompleted)
            samples.Add(Search(TwoTermRequest(ref random)));
        working.GetAwaiter().GetResult();
        return Figure.Of("two-term search while the delta is applied", default, samples);
    }

    private SearchRequest TwoTermRequest(ref Mixer random)
    {
        var product = ProductGenerator.Make((long)(random.Next() % (ulong)records), ProductVersion.Base);
        var words = product.Title.Split(' ');
        var first = random.Next(words.Length);
        var second = (first + 1 + random.Next(words.Length - 1)) % words.Length;
        return WithFacets($"{words[first]} {words[second]}") with
        {
            Filters = [new RangeFilter("price", null, $"{200 + random.Next(800)}")],
        };
    }

    private static SearchRequest WithFacets(string query) =>
        new() { Query = query, PrefixLast = false, Limit = 20, Facets = ["brand", "category"] };

    private long Matches(string word) => Find(WithFacets(word) with { Facets = [], Limit = 1 }).Total;

    private SearchResult Find(SearchRequest request) =>
        workspace.Engine.SearchAsync(catalog, request, CancellationToken.None).GetAwaiter().GetResult();

    private Sample Search(SearchRequest request)
    {
        var begun = Stopwatch.GetTimestamp();
        var result = Find(request);
        var seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        return result.Total >= result.Hits.Count
            ? new Sample(seconds, 0)
            : throw new BenchmarkException($"'{request.Query}' has {result.Hits.Count} hits among {result.Total} matches");
    }
}
