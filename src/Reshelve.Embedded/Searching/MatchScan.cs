using Reshelve.Embedded.Columns;
using Reshelve.Embedded.Indexing;
using Reshelve.Embedded.Sqlite;
using Reshelve.Searching;

namespace Reshelve.Embedded.Searching;

/// <summary>
/// What the matches of one request are, and statements that go through them. Conditions that narrow rows quickly are SQL; the
/// others
/// are judged on each row.
/// </summary>
internal sealed class MatchScan
{
    // As many alternatives as are worth writing into a statement.
    private const int MaxAlternatives = 100;

    private readonly SqliteDatabase _database;
    private readonly IndexLayout _layout;
    private readonly FullTextExpression _text;
    private readonly List<string> _conditions = [];
    private readonly List<FieldValue> _parameters = [];
    private readonly List<RowFilter> _rowFilters = [];
    private readonly List<FilterCondition> _filters = [];

    public MatchScan(SqliteDatabase database, IndexLayout layout, FullTextExpression text, IEnumerable<SearchFilter> filters)
    {
        _database = database;
        _layout = layout;
        _text = text;
        MatchesNothing = text.Match is not null && layout.TextFields.Count == 0;
        if (text.Match is not null)
            _conditions.Add($"words MATCH {Parameter(FieldValue.Of(text.Match))}");
        else if (text.Without is not null && layout.TextFields.Count > 0)
            _conditions.Add($"v.num NOT IN (SELECT rowid FROM words WHERE words MATCH {Parameter(FieldValue.Of(text.Without))})");
        foreach (var filter in filters)
            Add(filter);
    }

    /// <summary>The conditions beside the words; not when <see cref="MatchesNothing"/>.</summary>
    public IReadOnlyList<FilterCondition> Filters => _filters;

    /// <summary>Whether it is plain without looking that nothing matches.</summary>
    public bool MatchesNothing { get; private set; }

    /// <summary>Whether every document matches.</summary>
    public bool MatchesAll => !MatchesNothing && _conditions.Count == 0 && _rowFilters.Count == 0;

    /// <summary>Goes through the matches.</summary>
    /// <param name="fields">The fields whose values the caller reads.</param>
    /// <param name="weights">How much each text field weighs when matches are to be scored; null when they are not.</param>
    /// <returns>The first matching row is after the first <see cref="Next"/>.</returns>
    public ScanRow Begin(IEnumerable<IndexField> fields, IReadOnlyList<double>? weights) => Begin(fields, weights, descending: null);

    /// <summary>
    /// Goes through the matches in the order of their ids. Not for those of words, which are not found in that order.
    /// </summary>
    public ScanRow BeginById(bool descending) => Begin([], null, descending);

    /// <summary>Goes to the next match; false when there is none.</summary>
    public bool Next(ScanRow row)
    {
        while (row.Step())
        {
            var matches = true;
            foreach (var filter in _rowFilters)
                matches = matches && filter.Matches(row);
            if (matches)
                return true;
        }

        return false;
    }

    private ScanRow Begin(IEnumerable<IndexField> fields, IReadOnlyList<double>? weights, bool? descending)
    {
        var parameters = _parameters.ToList();
        var select = new List<string> { _text.Match is null ? "v.num" : "words.rowid" };
        if (weights is not null)
        {
            // Numbered after the conditions', which were there first.
            select.Add($"bm25(words{string.Concat(weights.Select(w => $", ?{Add(parameters, FieldValue.Of(w))}"))})");
        }

        var columns = new Dictionary<IndexField, int>();
        var bodyColumn = -1;
        foreach (var field in fields.Concat(_rowFilters.Select(f => f.Field)).Distinct())
        {
            if (field.HasColumn)
                columns.Add(field, select.Count);
            else if (bodyColumn < 0)
                bodyColumn = select.Count;
            else
                continue;
            select.Add(field.HasColumn ? "v." + field.Column : "d.body");
        }

        var statement = _database.Prepare(
            $"SELECT {string.Join(", ", select)} FROM {From(descending is not null, bodyColumn >= 0, columns.Count > 0)}"
            + (_conditions.Count > 0 ? " WHERE " + string.Join(" AND ", _conditions) : "")
            + (descending is null ? "" : " ORDER BY d.id" + (descending.Value ? " DESC" : "")));
        for (var i = 0; i < parameters.Count; i++)
            parameters[i].Bind(statement, i + 1);
        return new ScanRow(statement, columns, bodyColumn, _layout);
    }

    // CROSS JOIN keeps this order: what is found first by words or by id, then looked up by number.
    private string From(bool byId, bool needsBody, bool readsValues)
    {
        if (byId)
            return "docs d CROSS JOIN vals v ON v.num = d.num";
        var body = needsBody ? " CROSS JOIN docs d ON d.num = " : "";
        if (_text.Match is null)
            return "vals v" + (needsBody ? body + "v.num" : "");
        var needsValues = readsValues || _conditions.Count > 1;
        return "words" + (needsValues ? " CROSS JOIN vals v ON v.num = words.rowid" : "") + (needsBody ? body + "words.rowid" : "");
    }

    private void Add(SearchFilter filter)
    {
        var field = _layout.Of(_layout.SearchFields.ToFilter(filter.Field));
        var intervals = FieldInterval.Of(field, filter);
        MatchesNothing |= intervals.Count == 0;
        if (MatchesNothing)
            return;
        switch (field.Kind)
        {
            case ColumnKind.Coded:
                var codes = CodesIn(field, intervals);
                _filters.Add(new FilterCondition(field, intervals, codes));
                AddCoded(field, codes);
                return;
            case ColumnKind.Plain when intervals.Count <= MaxAlternatives:
                _conditions.Add($"({string.Join(" OR ", intervals.Select(i => Condition("v." + field.Column, i)))})");
                break;
            case ColumnKind.Plain:
                _rowFilters.Add(new PlainFilter(field, intervals));
                break;
            default:
                _rowFilters.Add(new DocumentFilter(field, intervals));
                break;
        }

        _filters.Add(new FilterCondition(field, intervals, null));
    }

    private void AddCoded(IndexField field, HashSet<int> codes)
    {
        MatchesNothing |= codes.Count == 0;
        if (field.Definition.List || codes.Count > MaxAlternatives)
            _rowFilters.Add(new CodeFilter(field, codes));
        else
            _conditions.Add($"v.{field.Column} IN ({string.Join(", ", codes.Select(c => Parameter(FieldValue.Of((long)c))))})");
    }

    private HashSet<int> CodesIn(IndexField field, IReadOnlyList<FieldInterval> intervals)
    {
        var codes = new HashSet<int>();
        foreach (var interval in intervals)
        {
            var rows = _database.Prepare(
                "SELECT code FROM codes WHERE field = ?1" + (interval.From.IsMissing ? "" : " AND key >= ?2")
                + (interval.To.IsMissing ? "" : " AND key <= ?3"));
            rows.Bind(1, field.Number);
            if (!interval.From.IsMissing)
                interval.From.Bind(rows, 2);
            if (!interval.To.IsMissing)
                interval.To.Bind(rows, 3);
            while (rows.Step())
                codes.Add((int)rows.Int64(0));
            rows.Reset();
        }

        return codes;
    }

    private string Condition(string column, FieldInterval interval)
    {
        if (interval.IsPoint)
            return $"{column} = {Parameter(interval.From)}";
        if (interval.From.IsMissing && interval.To.IsMissing)
            return $"{column} IS NOT NULL";
        if (interval.From.IsMissing)
            return $"{column} <= {Parameter(interval.To)}";
        return $"{column} >= {Parameter(interval.From)}" + (interval.To.IsMissing ? "" : $" AND {column} <= {Parameter(interval.To)}");
    }

    private string Parameter(FieldValue value) => "?" + Add(_parameters, value);

    private static int Add(List<FieldValue> parameters, FieldValue value)
    {
        parameters.Add(value);
        return parameters.Count;
    }
}
