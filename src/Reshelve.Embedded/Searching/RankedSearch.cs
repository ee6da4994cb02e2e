using Reshelve.Embedded.Columns;
using Reshelve.Embedded.Indexing;
using Reshelve.Embedded.Words;
using Reshelve.Searching;

namespace Reshelve.Embedded.Searching;

/// <summary>
/// Goes through the matches of single words, best score first, by the words' postings and the columns in memory. It finds, counts
/// and scores what <see cref="MatchScan"/> with FTS5 does, which is there for all other requests.
/// </summary>
internal sealed class RankedSearch(
    RankedWords words, WordIndex index, IndexColumns columns, IReadOnlyList<ColumnFilter> filters, IReadOnlyList<FacetCounter> facets)
{
    // FTS5's constants of bm25 (https://sqlite.org/fts5.html#the_bm25_function). A word in more than half of the documents counts next to
    // nothing, rather than against them.
    private const double Saturation = 1.2;
    private const double LengthShare = 0.75;
    private const double LeastWeight = 1e-6;

    private const int Block = 4096;

    private readonly int[] _matches = new int[Block];
    private readonly float[] _frequencies = new float[words.Wanted.Length];
    private readonly double[] _weights = [.. words.Wanted.Select(w => WeightOf(w, index.Documents))];
    private readonly double _averageLength = (double)index.Words / index.Documents;
    private readonly FieldValue[] _keys = new FieldValue[1];
    private int _matched;
    private double _least = double.NegativeInfinity;

    /// <summary>Shows all matches to <paramref name="top"/> and gives their number.</summary>
    public long Run(TopHits top, TermMatch match, CancellationToken cancellation)
    {
        var total = 0L;
        var cursor = new PostingCursor(words, match, _frequencies);
        while (cursor.Next(out var document))
        {
            if (!Passes(document))
                continue;
            Score(document, top);
            _matches[_matched++] = document;
            if (_matched < Block)
                continue;
            total += CountBlock();
            cancellation.ThrowIfCancellationRequested();
        }

        return total + CountBlock();
    }

    private static double WeightOf(PostingList word, long documents)
    {
        var weight = Math.Log((documents - word.Count + 0.5) / (word.Count + 0.5));
        return weight > 0 ? weight : LeastWeight;
    }

    private bool Passes(int document)
    {
        foreach (var filter in filters)
        {
            if (!filter.Matches(document))
                return false;
        }

        return true;
    }

    private void Score(int document, TopHits top)
    {
        // Calculated in the same order as by FTS5, so that the same documents are equal.
        var score = 0.0;
        var length = Saturation * (1 - LengthShare + (LengthShare * columns.Lengths[document] / _averageLength));
        for (var i = 0; i < _frequencies.Length; i++)
            score += _weights[i] * (_frequencies[i] * (Saturation + 1)) / (_frequencies[i] + length);
        if (score < _least)
            return;
        _keys[0] = FieldValue.Of(score);
        top.Offer(document, score, _keys);
        _least = top.LeastScore;
    }

    // Column by column: one column's values stay in the processor's cache.
    private int CountBlock()
    {
        var matches = _matches.AsSpan(0, _matched);
        foreach (var facet in facets)
            facet.Count(columns.Of(facet.Field)!, matches);
        _matched = 0;
        return matches.Length;
    }
}
