using System.Text;

namespace Reshelve.Benchmarks.Reporting;

/// <summary>
/// A Markdown table with its columns aligned, so that it also reads well in a terminal; all but the first to the right.
/// </summary>
internal static class MarkdownTable
{
    /// <summary>Lays out rows, the first of which is the head.</summary>
    public static string Of(IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var escaped = rows.Select(row => row.Select(cell => cell.Replace("|", "\\|")).ToList()).ToList();
        var widths = Enumerable.Range(0, rows[0].Count).Select(column => Math.Max(3, escaped.Max(row => row[column].Length))).ToList();
        var text = new StringBuilder();
        AppendRow(escaped[0]);
        AppendRow([.. widths.Select((width, column) => column == 0 ? new string('-', width) : new string('-', width - 1) + ":")]);
        foreach (var row in escaped.Skip(1))
            AppendRow(row);
        return text.ToString();

        void AppendRow(IReadOnlyList<string> cells) => text.Append("| ").AppendJoin(" | ", cells.Select(Pad)).Append(" |\n");

        string Pad(string cell, int column) => column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]);
    }
}
