using Reshelve.Embedded.Columns;
using Reshelve.Embedded.Indexing;
using Reshelve.Embedded.Sqlite;
using Reshelve.Embedded.Words;
using Reshelve.Searching;

namespace Reshelve.Embedded.Searching;

/// <summary>Carries out one request, within the read transaction that its caller has begun.</summary>
internal sealed class SearchExecution
{
    // How often a long scan looks whether anyone still waits for it.
    private const int RowsBetweenChecks = 4096;

    private readonly IndexReader _reader;
    private readonly SqliteDatabase _database;
    private readonly IndexLayout _layout;
    private readonly SearchRequest _request;
    private readonly CancellationToken _cancellation;
    private readonly SearchQuery _query;
    private readonly FullTextExpression _text;
    private readonly MatchScan _scan;
    private readonly HitOrder _order;
    private readonly FacetCounter[] _facets;
    private readonly Dictionary<(int Field, int Code), FieldValue> _keysOfCodes = [];
    private readonly List<FieldValue> _documentValues = [];

    public SearchExecution(IndexReader reader, SearchRequest request, CancellationToken cancellation)
    {
        SearchWindow.Check(request);
        var (database, layout) = (reader.Database, reader.Layout);
        _reader = reader;
        _database = database;
        _layout = layout;
        _request = request;
        _cancellation = cancellation;
        _query = QueryParser.Parse(request.Query, request.PrefixLast);
        _text = FullTextExpression.Of(_query, request.Match);
        _order = HitOrder.Of(request.Sort, layout, ranked: _text.Match is not null);
        _facets =
        [
            .. request.Facets.Distinct(StringComparer.Ordinal).Select(name => new FacetCounter(layout.Of(layout.SearchFields.ToFacet(name)))),
        ];
        _scan = new MatchScan(database, layout, _text, request.Filters);
    }

    /// <param name="state">What the index is like.</param>
    /// <param name="cache">What is known of its documents in memory.</param>
    public SearchResult Run(IndexState state, ColumnCache cache)
    {
        var window = _request.Limit == 0 ? 0 : _request.Offset + _request.Limit;
        var top = new TopHits(_order, window, IdOf);
        var total = 0L;
        IReadOnlyList<(long Number, double Score)> page;
        if (_text.Match is null && _order.Keys.Count == 0)
        {
            page = RunById(state.Documents, top, window, out total);
        }
        else
        {
            total = _scan.MatchesNothing ? 0 : RankWords(top, state, cache) ?? ScanMatches(top);
            page = top.Page(_request.Offset);
        }

        return new SearchResult(total, Load(page), _facets.ToDictionary(f => f.Field.Name, f => f.Top(_request.FacetSize, _database)));
    }

    // What people type most, some words: not by FTS5, which takes ten times as long where the words are common. Null when it is
    // something else.
    private long? RankWords(TopHits top, IndexState state, ColumnCache cache)
    {
        if (_text.Match is null || _order is not { Keys: [{ Field: null, Descending: true }] } || !_scan.Filters.All(ColumnFilter.CanJudge))
            return null;
        if (SingleWords(_query.Terms) is not { } wanted || SingleWords(_query.Excluded) is not { } excluded)
            return null;
        var fields = _facets.Select(f => f.Field).Concat(_scan.Filters.Select(f => f.Field)).ToHashSet();
        if (cache.Get(_reader, state, fields) is not { } columns)
            return null;
        var filters = _scan.Filters.Select(f => ColumnFilter.Of(f, columns.Of(f.Field))).ToList();
        var index = new WordIndex(_database);
        if (filters.Contains(null) || !index.TryOpen())
            return null;
        using var words = new RankedWords(index, columns.Postings, wanted, excluded, [.. Weights().Select(w => (float)w)]);
        return new RankedSearch(words, index, columns, filters!, _facets).Run(top, _request.Match, _cancellation);
    }

    // Null when not each term is one whole word.
    private List<byte[]>? SingleWords(IReadOnlyList<QueryTerm> terms)
    {
        var words = new List<byte[]>(terms.Count);
        foreach (var term in terms)
        {
            if (term.Prefix || _reader.Tokenizer.Split(term.Text) is not [var word])
                return null;
            words.Add(word);
        }

        return words;
    }

    private long ScanMatches(TopHits top)
    {
        var sorted = _order.Keys.Select(k => k.Field).OfType<IndexField>();
        var ranked = _order.NeedsScore;
        var row = _scan.Begin(_facets.Select(f => f.Field).Concat(sorted), ranked ? Weights() : null);
        var keys = new FieldValue[_order.Keys.Count];
        var total = 0L;
        while (_scan.Next(row))
        {
            if (++total % RowsBetweenChecks == 0)
                _cancellation.ThrowIfCancellationRequested();
            foreach (var facet in _facets)
                facet.Count(row);
            var score = ranked ? row.Score : 0;
            for (var i = 0; i < keys.Length; i++)
                keys[i] = KeyOf(_order.Keys[i].Field, row, score);
            top.Offer(row.Number, score, keys);
        }

        return total;
    }

    // Nothing but the id decides, and every document may match: a first pass counts, and keeps the matches when they are few;
    // else
    // the first ones are soon met by going through the ids in their order.
    private IReadOnlyList<(long Number, double Score)> RunById(long documents, TopHits top, int window, out long total)
    {
        total = documents;
        if (_scan.MatchesNothing)
        {
            total = 0;
            return [];
        }

        if (!_scan.MatchesAll || _facets.Length > 0)
        {
            var numbers = CountMatches(out total);
            if (total <= SearchWindow.Max)
            {
                foreach (var number in numbers)
                    top.Offer(number, 0, []);
                return top.Page(_request.Offset);
            }
        }

        var page = new List<(long Number, double Score)>();
        var row = _scan.BeginById(_order.IdDescending);
        for (var i = 0; i < window && _scan.Next(row); i++)
        {
            if (i >= _request.Offset)
                page.Add((row.Number, 0));
        }

        return page;
    }

    private List<long> CountMatches(out long total)
    {
        var numbers = new List<long>();
        var row = _scan.Begin(_facets.Select(f => f.Field), weights: null);
        total = 0;
        while (_scan.Next(row))
        {
            if (++total % RowsBetweenChecks == 0)
                _cancellation.ThrowIfCancellationRequested();
            foreach (var facet in _facets)
                facet.Count(row);
            if (total <= SearchWindow.Max)
                numbers.Add(row.Number);
        }

        return numbers;
    }

    private FieldValue KeyOf(IndexField? field, ScanRow row, double score)
    {
        if (field is null)
            return FieldValue.Of(score);
        if (field.Kind == ColumnKind.InDocument)
            return row.ReadValues(field, _documentValues) > 0 ? _documentValues[^1] : FieldValue.Missing;
        if (row.IsMissing(field))
            return FieldValue.Missing;
        return field.Kind == ColumnKind.Plain ? row.Plain(field) : KeyOfCode(field, row.Code(field));
    }

    private FieldValue KeyOfCode(IndexField field, int code)
    {
        if (_keysOfCodes.TryGetValue((field.Number, code), out var key))
            return key;
        var row = _database.Prepare("SELECT key FROM codes WHERE field = ? AND code = ?").Bind(1, field.Number).Bind(2, code);
        key = row.Step() ? FieldValue.Of(row, 0) : FieldValue.Missing;
        row.Reset();
        _keysOfCodes.Add((field.Number, code), key);
        return key;
    }

    private double[] Weights() =>
        [.. _layout.TextFields.Select(f => _request.Boosts.TryGetValue(f.Name, out var boost) && double.IsFinite(boost) ? boost : 1)];

    private byte[] IdOf(long number)
    {
        var row = _database.Prepare("SELECT id FROM docs WHERE num = ?").Bind(1, number);
        row.Step();
        var id = row.Blob(0).ToArray();
        row.Reset();
        return id;
    }

    private List<SearchHit> Load(IReadOnlyList<(long Number, double Score)> page)
    {
        var documents = new List<(long Number, byte[] Document)>(page.Count);
        var ids = new List<string>(page.Count);
        var row = _database.Prepare("SELECT id, body FROM docs WHERE num = ?");
        foreach (var (number, _) in page)
        {
            row.Bind(1, number);
            row.Step();
            ids.Add(IdKey.Decode(row.Blob(0)));
            documents.Add((number, row.Blob(1).ToArray()));
            row.Reset();
        }

        var marked = _request.Highlight && _text.Match is not null && page.Count > 0
            ? new Highlighter(_database, _layout).Mark(_text.Match, documents)
            : new Dictionary<long, IReadOnlyDictionary<string, string>>();
        var none = new Dictionary<string, string>();
        return
        [
            .. page.Select((hit, i) => new SearchHit(
                ids[i], hit.Score, documents[i].Document, marked.TryGetValue(hit.Number, out var excerpts) ? excerpts : none)),
        ];
    }
}
