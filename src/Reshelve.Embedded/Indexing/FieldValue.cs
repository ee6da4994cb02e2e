using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Reshelve.Catalogs;
using Reshelve.Embedded.Sqlite;
using Reshelve.Searching;

namespace Reshelve.Embedded.Indexing;

/// <summary>
/// A value as it is compared: numbers, dates and truth values as numbers, everything else as text, by ordinal. Whole numbers
/// are compared
/// exactly, others as doubles.
/// </summary>
internal readonly struct FieldValue
{
    private readonly long _integer;
    private readonly double _real;
    private readonly string? _text;

    private FieldValue(SqliteType type, long integer, double real, string? text)
    {
        Type = type;
        _integer = integer;
        _real = real;
        _text = text;
    }

    /// <summary>No value.</summary>
    public static FieldValue Missing => new(SqliteType.Null, 0, 0, null);

    public SqliteType Type { get; }

    /// <summary>A number, date or truth value.</summary>
    public double AsDouble => _real;

    /// <summary>A whole number, date or truth value.</summary>
    public long AsInteger => _integer;

    public bool IsMissing => Type == SqliteType.Null;

    public static FieldValue Of(long value) => new(SqliteType.Integer, value, value, null);

    public static FieldValue Of(double value) => new(SqliteType.Real, 0, value, null);

    public static FieldValue Of(string value) => new(SqliteType.Text, 0, 0, value);

    /// <summary>The value of a column.</summary>
    public static FieldValue Of(SqliteStatement row, int column) => row.Type(column) switch
    {
        SqliteType.Integer => Of(row.Int64(column)),
        SqliteType.Real => Of(row.Double(column)),
        SqliteType.Text => Of(row.Text(column)),
        _ => Missing,
    };

    /// <summary>The value that lies in a document.</summary>
    public static FieldValue Of(FieldType type, JsonTokenType token, ReadOnlySpan<byte> bytes)
    {
        switch (type)
        {
            case FieldType.Number or FieldType.Integer:
                if (Utf8Parser.TryParse(bytes, out long integer, out var used) && used == bytes.Length)
                    return Of(integer);
                return Of(double.Parse(bytes, NumberStyles.Float, CultureInfo.InvariantCulture));
            case FieldType.Boolean:
                return Of(token == JsonTokenType.True ? 1 : 0);
            case FieldType.Date:
                return DateKey.TryParse(bytes, out var key, out _) ? Of(key) : Missing;
            default:
                return Of(Encoding.UTF8.GetString(bytes));
        }
    }

    /// <summary>Binds the value, or NULL.</summary>
    public void Bind(SqliteStatement statement, int parameter)
    {
        switch (Type)
        {
            case SqliteType.Integer:
                statement.Bind(parameter, _integer);
                break;
            case SqliteType.Real:
                statement.Bind(parameter, _real);
                break;
            case SqliteType.Text:
                statement.Bind(parameter, _text!);
                break;
            default:
                statement.BindNull(parameter);
                break;
        }
    }

    /// <summary>Which of two values of one field, neither missing, comes first.</summary>
    public static int Compare(in FieldValue left, in FieldValue right)
    {
        if (left.Type == SqliteType.Text && right.Type == SqliteType.Text)
            return string.CompareOrdinal(left._text, right._text);
        if (left.Type == SqliteType.Integer && right.Type == SqliteType.Integer)
            return left._integer.CompareTo(right._integer);
        return left._real.CompareTo(right._real);
    }
}
