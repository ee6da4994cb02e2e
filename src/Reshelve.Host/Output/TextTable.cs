namespace Reshelve.Host.Output;

/// <summary>Rows in aligned columns. Plain text, so that it costs nothing to load and pastes well.</summary>
/// <param name="headings">The columns; one that begins with <c>&gt;</c> is set to the right.</param>
internal sealed class TextTable(params string[] headings)
{
    private const int Gap = 2;

    /// <summary>What the last column is cut to at most.</summary>
    private const int LeastLast = 9;

    private readonly List<Cell[]> _rows = [];

    /// <summary>Adds a row; a cell that may come from a feed or a file is cleaned here.</summary>
    public void Add(params Cell[] cells) => _rows.Add(cells);

    /// <summary>
    /// Writes the table; on a terminal, the last column is cut at its edge. Where that has no room even for the others, each row is written as
    /// lines of their own, so that nothing that is to be read or copied is cut.
    /// </summary>
    public void Write(Terminal terminal)
    {
        var widths = new int[headings.Length];
        for (var column = 0; column < headings.Length; column++)
            widths[column] = Math.Max(Heading(column).Length, _rows.Count == 0 ? 0 : _rows.Max(row => row[column].Text.Length));
        if (terminal.Width is { } width && widths[..^1].Sum() + (Gap * (widths.Length - 1)) + Math.Min(widths[^1], LeastLast) > width)
        {
            WriteUpright(terminal);
            return;
        }

        WriteRow(terminal, [.. headings.Select((_, column) => new Cell(Heading(column), CellStyle.Dim))], widths);
        foreach (var row in _rows)
            WriteRow(terminal, row, widths);
    }

    /// <summary>The first cell of each row, and below it the others with their headings, those without content left out.</summary>
    private void WriteUpright(Terminal terminal)
    {
        var label = headings.Length > 1 ? Enumerable.Range(1, headings.Length - 1).Max(column => Heading(column).Length) : 0;
        foreach (var row in _rows)
        {
            terminal.Out.WriteLine(row[0].Styled(terminal));
            for (var column = 1; column < row.Length; column++)
            {
                if (row[column].Text is not ("" or Cell.None))
                    terminal.Out.WriteLine($"  {terminal.Dim(Heading(column).PadRight(label))}  {row[column].Styled(terminal)}");
            }
        }
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
    /// <summary>Stands for none of something.</summary>
    public const string None = "–";

    public string Text { get; init; } = Printable.Line(Text);

    public static implicit operator Cell(string text) => new(text);

    public static implicit operator Cell(long count) => new(count == 0 ? None : Quantity.Count(count), count == 0 ? CellStyle.Dim : CellStyle.Plain);

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
