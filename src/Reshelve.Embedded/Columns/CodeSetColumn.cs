using System.Runtime.InteropServices;
using Reshelve.Embedded.Sqlite;

namespace Reshelve.Embedded.Columns;

/// <summary>
/// Lists of codes. Few lists are unlike all others (a category and those above it), so that each document has the number of its
/// list; 0 for none.
/// </summary>
internal sealed class CodeSetColumn(int[] lists, List<int[]> distinct) : Column
{
    // By their bytes as text: one character per byte.
    private Dictionary<string, int>? _numbers;

    /// <summary>The number of each document's list.</summary>
    public int[] Lists => lists;

    /// <summary>The codes of a list, by its number less one.</summary>
    public IReadOnlyList<int[]> Distinct => distinct;

    public override int Width => sizeof(int);

    public override Column Copy(int capacity) => new CodeSetColumn(Copy(lists, capacity, 0), [.. distinct]);

    public override void Set(int number, SqliteStatement row, int column)
    {
        var codes = row.Blob(column);
        lists[number] = codes.Length == 0 ? 0 : NumberOf(codes);
    }

    public override void Clear(int number) => lists[number] = 0;

    private int NumberOf(ReadOnlySpan<byte> codes)
    {
        _numbers ??= distinct.Select((list, i) => (list, i))
            .ToDictionary(l => Key(MemoryMarshal.AsBytes<int>(l.list)), l => l.i + 1, StringComparer.Ordinal);
        var key = Key(codes);
        if (_numbers.TryGetValue(key, out var known))
            return known;
        distinct.Add(MemoryMarshal.Cast<byte, int>(codes).ToArray());
        _numbers.Add(key, distinct.Count);
        return distinct.Count;
    }

    private static string Key(ReadOnlySpan<byte> codes) => System.Text.Encoding.Latin1.GetString(codes);
}
