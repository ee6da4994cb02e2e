namespace Reshelve.Host.Output;

/// <summary>Rows in aligned columns. Plain text, so that it costs nothing to load and pastes well.</summary>
/// <param name="headings">The columns; one that begins with <c>&gt;</c> is set to the right.</param>
internal sealed class TextTable(params string[] headings)
{
    private const int Gap = 2;
    private readonly List<Cell[]> _rows = [];

    /// <summary>Adds a row; a cell that may come from a feed or a file is cleaned here.</summary>
    public void Add(params Cell[] cells) => _rows.Add(cells);

    /// <summary>Writes the table; on a terminal, the last column is cut at its edge.</summary>
    public void Write(Terminal terminal)
    {
        var widths = new int[headings.Length];
        for (var column = 0; column < headings.Length; column++)
            widths[column] = Math.Max(Heading(column).Length, _rows.Count == 0 ? 0 : _rows.Max(row => row[column].Text.Length));
        WriteRow(terminal, [.. headings.Select((_, column) => new Cell(Heading(column), CellStyle.Dim))], widths);
        foreach (var row in _rows)
            WriteRow(terminal, row, widths);
    }

    private void WriteRow(Terminal terminal, Cell[] cells, int[] widths)
    {
        var left = 0;
        for (var column = 0; column < cells.Length; column++)
        {
            var cell = cells[column];
            var last = column == cells.Length - 1;
            if (last && terminal.Width is { } width && cell.Text.Length > width - left && width - left > 8)
                cell = cell with { Text = Printable.Excerpt(cell.Text, width - left) };
            var padding = new string(' ', widths[column] >= cell.Text.Length ? widths[column] - cell.Text.Length : 0);
            var right = headings[column].StartsWith('>');
            if (right)
                terminal.Out.Write(padding);
            terminal.Out.Write(cell.Styled(terminal));
            if (!right && !last)
                terminal.Out.Write(padding);
            if (!last)
                terminal.Out.Write(new string(' ', Gap));
            left += widths[column] + Gap;
        }

        terminal.Out.WriteLine();
    }

    private string Heading(int column) => headings[column].TrimStart('>');
}

/// <summary>How a cell looks.</summary>
internal enum CellStyle
{
    Plain,
    Bold,
    Dim,
    Good,
    Warning,
    Bad,
}

/// <summary>
/// One cell: a line of text and how it looks. A class, because collections of a struct would be compiled at every start.
/// </summary>
internal sealed record Cell(string Text, CellStyle Style = CellStyle.Plain)
{
    public string Text { get; init; } = Printable.Line(Text);

    public static implicit operator Cell(string text) => new(text);

    public static implicit operator Cell(long count) => new(count == 0 ? "–" : Quantity.Count(count), count == 0 ? CellStyle.Dim : CellStyle.Plain);

    public string Styled(Terminal terminal) => Style switch
    {
        CellStyle.Bold => terminal.Bold(Text),
        CellStyle.Dim => terminal.Dim(Text),
        CellStyle.Good => terminal.Good(Text),
        CellStyle.Warning => terminal.Warning(Text),
        CellStyle.Bad => terminal.Bad(Text),
        _ => Text,
    };
}
