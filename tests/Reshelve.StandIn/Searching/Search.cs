using System.Text.Json.Nodes;
using Reshelve.StandIn.Aggregations;
using Reshelve.StandIn.Indexing;
using Reshelve.StandIn.Queries;

namespace Reshelve.StandIn.Searching;

/// <summary>One search over what is seen of some indexes: finds, orders, counts.</summary>
internal sealed class Search
{
    private readonly SearchBody _body;
    private readonly ServerFlavor _flavor;
    private readonly SortKey[] _sort;
    private readonly IReadOnlyList<IndexSnapshot> _searched;
    private readonly List<Hit> _hits = [];

    public Search(SearchBody body, IReadOnlyList<IndexSnapshot> searched, ServerFlavor flavor)
    {
        (_body, _searched, _flavor) = (body, searched, flavor);
        _sort = [.. body.Sort.Select(SortKey.Of)];
        foreach (var snapshot in searched)
            Find(snapshot);
        // The order of writing decides at last, as the order of documents does on the server: this sort is stable.
        Hits = [.. _hits.Order(Comparer<Hit>.Create(Compare))];
    }

    /// <summary>All matches, in order.</summary>
    public IReadOnlyList<Hit> Hits { get; }

    private void Find(IndexSnapshot snapshot)
    {
        foreach (var key in _sort)
            key.Check(snapshot.Index, _flavor);
        var query = new QueryParser(snapshot, _body.Raw).Parse(_body.Query);
        foreach (var document in snapshot.Documents)
        {
            if (query.Score(document) is { } score && score >= _body.LeastScore)
                _hits.Add(new(document, score, Array.ConvertAll(_sort, key => key.Value(document, score)), query));
        }
    }

    private int Compare(Hit one, Hit other)
    {
        if (_sort.Length == 0)
            return other.Score.CompareTo(one.Score);
        for (var i = 0; i < _sort.Length; i++)
        {
            if (_sort[i].Compare(one.Keys[i], other.Keys[i]) is var order && order != 0)
                return order;
        }

        return 0;
    }

    /// <summary>The answer with one page of hits.</summary>
    /// <param name="page">The hits.</param>
    public JsonObject Answer(IReadOnlyList<Hit> page)
    {
        var shards = _searched.Sum(snapshot => snapshot.Index.Shards);
        var found = new JsonObject();
        if (_body.CountedTo is { } limit)
            found["total"] = new JsonObject { ["value"] = Math.Min(_hits.Count, limit), ["relation"] = _hits.Count > limit ? "gte" : "eq" };
        var ranks = _sort.Length == 0 || _sort.Any(key => key.Name == "_score") || _body.TracksScores;
        var showsBest = (_sort.Length == 0 || _body.TracksScores) && _hits.Count > 0 && _body.Size > 0;
        found["max_score"] = showsBest ? (float)_hits.Max(hit => hit.Score) : null;
        found["hits"] = new JsonArray([.. page.Select(hit => (JsonNode)Shown(hit, ranks))]);
        var answer = new JsonObject
        {
            ["took"] = 1,
            ["timed_out"] = false,
            ["_shards"] = new JsonObject { ["total"] = shards, ["successful"] = shards, ["skipped"] = 0, ["failed"] = 0 },
            ["hits"] = found,
        };
        if (_body.Aggregations is { } wanted)
            answer["aggregations"] = Aggregation.All(wanted, [.. _searched.Select(snapshot => snapshot.Index)], [.. _hits.Select(hit => hit.Document)]);
        return answer;
    }

    private JsonObject Shown(Hit hit, bool ranks)
    {
        var document = hit.Document;
        var shown = new JsonObject { ["_index"] = document.Index.Name };
        if (_flavor.HasTypes)
            shown["_type"] = "_doc";
        shown["_id"] = document.Id;
        if (_body.WithVersion)
            shown["_version"] = document.Version;
        if (_body.WithSequence)
            (shown["_seq_no"], shown["_primary_term"]) = (document.Sequence, 1);
        shown["_score"] = ranks ? (float)hit.Score : null;
        if (_body.Source.Apply(document.Source) is { } source)
            shown["_source"] = source;
        if (_body.Highlight is { } wanted && new Highlighter(wanted).Highlight(hit) is { Count: > 0 } marked)
            shown["highlight"] = marked;
        if (_sort.Length > 0)
            shown["sort"] = new JsonArray([.. _sort.Select((key, i) => key.Shown(document, hit.Keys[i]))]);
        return shown;
    }

    /// <summary>Whether a hit comes behind the one whose sort values were given.</summary>
    public bool IsBehind(Hit hit, JsonArray after)
    {
        if (after.Count < _sort.Length)
            throw Refusal.BadArgument($"search_after has {after.Count} value(s) but sort has {_sort.Length}.");
        for (var i = 0; i < _sort.Length; i++)
        {
            if (_sort[i].Compare(hit.Keys[i], _sort[i].Read(after[i], hit.Document.Index)) is var order && order != 0)
                return order > 0;
        }

        return false;
    }
}
