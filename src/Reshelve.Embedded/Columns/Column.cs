using Reshelve.Catalogs;
using Reshelve.Embedded.Indexing;
using Reshelve.Embedded.Searching;
using Reshelve.Embedded.Sqlite;

namespace Reshelve.Embedded.Columns;

/// <summary>
/// One field's values in memory, by document number. Written only before others see it: what changes later goes into a copy.
/// </summary>
internal abstract class Column
{
    /// <summary>Bytes per document.</summary>
    public abstract int Width { get; }

    /// <summary>Whether it can stand for the field: it holds all values exactly.</summary>
    public bool IsExact { get; protected set; } = true;

    /// <summary>The column of a field, for documents up to a number; null when the field has none.</summary>
    public static Column? Of(IndexField field, int capacity) => field switch
    {
        { Kind: ColumnKind.Coded, Definition.List: false } => new CodeColumn(new int[capacity]),
        { Kind: ColumnKind.Coded } => new CodeSetColumn(new int[capacity], []),
        { Kind: ColumnKind.Plain, Type: FieldType.Date } => new DateColumn(Filled(capacity, DateColumn.Missing)),
        { Kind: ColumnKind.Plain, Type: FieldType.Number or FieldType.Integer or FieldType.Boolean } =>
            new NumberColumn(Filled(capacity, double.NaN)),
        _ => null,
    };

    /// <summary>Another one with the same values, with room for more documents.</summary>
    public abstract Column Copy(int capacity);

    /// <summary>Takes over a document's value from a row.</summary>
    public abstract void Set(int number, SqliteStatement row, int column);

    /// <summary>Takes out a document's value.</summary>
    public abstract void Clear(int number);

    protected static T[] Copy<T>(T[] values, int capacity, T missing)
    {
        var copy = GC.AllocateUninitializedArray<T>(capacity);
        values.CopyTo(copy, 0);
        copy.AsSpan(values.Length).Fill(missing);
        return copy;
    }

    private static T[] Filled<T>(int capacity, T missing)
    {
        var values = GC.AllocateUninitializedArray<T>(capacity);
        values.AsSpan().Fill(missing);
        return values;
    }
}

/// <summary>The numbers that stand for values in the table <c>codes</c>; 0 for none.</summary>
internal sealed class CodeColumn(int[] codes) : Column
{
    public int[] Codes => codes;

    public override int Width => sizeof(int);

    public override Column Copy(int capacity) => new CodeColumn(Copy(codes, capacity, 0));

    public override void Set(int number, SqliteStatement row, int column) => codes[number] = (int)row.Int64(column);

    public override void Clear(int number) => codes[number] = 0;
}

/// <summary>Numbers and truth values; NaN for none. Doubles hold whole numbers up to 2^53.</summary>
internal sealed class NumberColumn(double[] values) : Column
{
    private const double LargestExact = 1L << 53;

    public double[] Values => values;

    public override int Width => sizeof(double);

    public override Column Copy(int capacity) => new NumberColumn(Copy(values, capacity, double.NaN)) { IsExact = IsExact };

    public override void Set(int number, SqliteStatement row, int column)
    {
        var isMissing = row.Type(column) == SqliteType.Null;
        values[number] = isMissing ? double.NaN : row.Double(column);
        if (row.Type(column) == SqliteType.Integer && Math.Abs(values[number]) >= LargestExact)
            IsExact = false;
    }

    public override void Clear(int number) => values[number] = double.NaN;
}

/// <summary>Moments, see <see cref="Reshelve.Searching.DateKey"/>.</summary>
internal sealed class DateColumn(long[] values) : Column
{
    public const long Missing = long.MinValue;

    public long[] Values => values;

    public override int Width => sizeof(long);

    public override Column Copy(int capacity) => new DateColumn(Copy(values, capacity, Missing));

    public override void Set(int number, SqliteStatement row, int column) =>
        values[number] = row.Type(column) == SqliteType.Null ? Missing : row.Int64(column);

    public override void Clear(int number) => values[number] = Missing;
}
