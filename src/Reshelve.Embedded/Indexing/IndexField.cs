using Reshelve.Catalogs;

namespace Reshelve.Embedded.Indexing;

/// <summary>How an index keeps a field's values beside the document, for filters, facets and sorting.</summary>
internal enum ColumnKind
{
    /// <summary>Not at all: text is only searched, objects are only stored.</summary>
    None,

    /// <summary>The value itself, as something that compares rightly.</summary>
    Plain,

    /// <summary>A number that stands for the value in the table <c>codes</c>; of a list, these numbers. Quick to count.</summary>
    Coded,

    /// <summary>
    /// Only in the document, from which it is read when someone asks: long values that are hardly ever filtered by.
    /// </summary>
    InDocument,
}

/// <summary>One declared field as an index keeps it.</summary>
internal sealed class IndexField
{
    /// <param name="number">Its place among the declared fields; part of the file's format.</param>
    /// <param name="definition">What it is.</param>
    /// <param name="textColumn">Its column in the full text table; -1 when it is not text.</param>
    public IndexField(int number, FieldDefinition definition, int textColumn)
    {
        Number = number;
        Definition = definition;
        TextColumn = textColumn;
        NameUtf8 = System.Text.Encoding.UTF8.GetBytes(definition.Name);
        Column = ColumnOf(number);
        Kind = KindOf(definition);
    }

    public int Number { get; }

    public FieldDefinition Definition { get; }

    public string Name => Definition.Name;

    public FieldType Type => Definition.Type;

    public byte[] NameUtf8 { get; }

    public int TextColumn { get; }

    /// <summary>The column's name, never the field's: that may hold any character.</summary>
    public string Column { get; }

    public ColumnKind Kind { get; }

    public bool IsText => Type == FieldType.Text;

    /// <summary>Whether the index keeps a column for it.</summary>
    public bool HasColumn => Kind is ColumnKind.Plain or ColumnKind.Coded;

    /// <summary>The name of a field's column, by its number.</summary>
    public static string ColumnOf(int number) => "f" + number;

    private static ColumnKind KindOf(FieldDefinition field) => field.Type switch
    {
        FieldType.Object => ColumnKind.None,
        _ when field.Facet => ColumnKind.Coded,
        FieldType.Text => ColumnKind.None,
        FieldType.Url or FieldType.Image => ColumnKind.InDocument,
        _ => field.List ? ColumnKind.Coded : ColumnKind.Plain,
    };
}
