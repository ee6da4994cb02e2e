using System.Buffers.Binary;
using Reshelve.Embedded.Columns;
using Reshelve.Embedded.Indexing;
using Reshelve.Embedded.Sqlite;
using Reshelve.Searching;

namespace Reshelve.Embedded.Searching;

/// <summary>Counts the values of one field over the matches.</summary>
internal sealed class FacetCounter(IndexField facet)
{
    // By code: codes are given from 1 on without gaps.
    private long[] _counts = new long[256];
    private long[] _listCounts = [];
    private CodeSetColumn? _lists;

    public IndexField Field { get; } = facet;

    public void Count(ScanRow row)
    {
        if (row.IsMissing(Field))
            return;
        if (!Field.Definition.List)
        {
            Count(row.Code(Field));
            return;
        }

        for (var rest = row.Codes(Field); rest.Length >= sizeof(int); rest = rest[sizeof(int)..])
            Count(BinaryPrimitives.ReadInt32LittleEndian(rest));
    }

    /// <summary>Counts the values of these documents.</summary>
    /// <param name="column">The field's column.</param>
    /// <param name="numbers">The documents.</param>
    public void Count(Column column, ReadOnlySpan<int> numbers)
    {
        if (column is CodeColumn codes)
        {
            foreach (var number in numbers)
                Count(codes.Codes[number]);
            return;
        }

        // Each different list is taken apart once, at the end.
        var lists = (CodeSetColumn)column;
        _lists = lists;
        if (_listCounts.Length <= lists.Distinct.Count)
            Array.Resize(ref _listCounts, lists.Distinct.Count + 1);
        foreach (var number in numbers)
            _listCounts[lists.Lists[number]]++;
    }

    /// <summary>The most frequent values, then by value.</summary>
    public IReadOnlyList<FacetValue> Top(int size, SqliteDatabase database)
    {
        CountLists();
        var counted = new List<(int Code, long Count)>();
        for (var code = 1; code < _counts.Length; code++)
        {
            if (_counts[code] > 0)
                counted.Add((code, _counts[code]));
        }

        if (size == 0 || counted.Count == 0)
            return [];
        counted.Sort((left, right) => right.Count.CompareTo(left.Count));

        // Among those as frequent as the last that fits, the values decide; no others need their texts.
        var least = counted[Math.Min(size, counted.Count) - 1].Count;
        var text = database.Prepare("SELECT text FROM codes WHERE field = ? AND code = ?");
        var values = new List<FacetValue>();
        foreach (var (code, count) in counted.TakeWhile(c => c.Count >= least))
        {
            text.Bind(1, Field.Number).Bind(2, code);
            if (text.Step())
                values.Add(new FacetValue(text.Text(0), count));
            text.Reset();
        }

        values.Sort((left, right) =>
            left.Count != right.Count ? right.Count.CompareTo(left.Count) : string.CompareOrdinal(left.Value, right.Value));
        return values.Count > size ? values[..size] : values;
    }

    private void CountLists()
    {
        for (var list = 1; list < _listCounts.Length; list++)
        {
            foreach (var code in _listCounts[list] > 0 ? _lists!.Distinct[list - 1] : [])
                Count(code, _listCounts[list]);
        }
    }

    private void Count(int code, long times = 1)
    {
        if (code >= _counts.Length)
            Array.Resize(ref _counts, Math.Max(code + 1, _counts.Length * 2));
        _counts[code] += times;
    }
}
