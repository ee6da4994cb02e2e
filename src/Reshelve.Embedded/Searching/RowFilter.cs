using System.Buffers.Binary;
using Reshelve.Embedded.Indexing;

namespace Reshelve.Embedded.Searching;

/// <summary>A condition that is judged row by row, where SQL cannot, or not well.</summary>
internal abstract class RowFilter(IndexField filtered)
{
    public IndexField Field { get; } = filtered;

    public abstract bool Matches(ScanRow row);
}

/// <summary>The field's value, or one of its values, has one of these numbers.</summary>
internal sealed class CodeFilter(IndexField field, HashSet<int> codes) : RowFilter(field)
{
    public override bool Matches(ScanRow row)
    {
        if (!Field.Definition.List)
            return !row.IsMissing(Field) && codes.Contains(row.Code(Field));
        for (var rest = row.Codes(Field); rest.Length >= sizeof(int); rest = rest[sizeof(int)..])
        {
            if (codes.Contains(BinaryPrimitives.ReadInt32LittleEndian(rest)))
                return true;
        }

        return false;
    }
}

/// <summary>The field's value is in one of very many intervals.</summary>
internal sealed class PlainFilter(IndexField field, IReadOnlyList<FieldInterval> intervals) : RowFilter(field)
{
    public override bool Matches(ScanRow row)
    {
        var value = row.Plain(Field);
        foreach (var interval in intervals)
        {
            if (interval.Contains(value))
                return true;
        }

        return false;
    }
}

/// <summary>The document holds a value in one of the intervals.</summary>
internal sealed class DocumentFilter(IndexField field, IReadOnlyList<FieldInterval> intervals) : RowFilter(field)
{
    private readonly List<FieldValue> _values = [];

    public override bool Matches(ScanRow row)
    {
        row.ReadValues(Field, _values);
        foreach (var value in _values)
        {
            foreach (var interval in intervals)
            {
                if (interval.Contains(value))
                    return true;
            }
        }

        return false;
    }
}
