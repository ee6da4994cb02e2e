using System.Globalization;
using System.Security;
using System.Text;
using System.Text.Json;

namespace Reshelve.SystemTests;

/// <summary>Writes the same flat records in another format.</summary>
internal static class FeedRewriter
{
    /// <summary>One JSON array.</summary>
    public static string ToJsonArray(IReadOnlyList<string> lines) => "[\n  " + string.Join(",\n  ", lines) + "\n]\n";

    /// <summary>CSV with a column for every field that any record has.</summary>
    public static string ToCsv(IReadOnlyList<string> lines, char delimiter = ',')
    {
        var records = lines.Select(Fields).ToList();
        var columns = records.SelectMany(record => record.Keys).Distinct(StringComparer.Ordinal).ToList();
        var csv = new StringBuilder(string.Join(delimiter, columns)).Append('\n');
        foreach (var record in records)
            csv.AppendJoin(delimiter, columns.Select(column => Quoted(record.GetValueOrDefault(column, ""), delimiter))).Append('\n');
        return csv.ToString();
    }

    /// <summary>XML with an element per record and per field.</summary>
    public static string ToXml(IReadOnlyList<string> lines)
    {
        var xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<products>\n");
        foreach (var line in lines)
        {
            xml.Append("  <product>");
            foreach (var (name, value) in Fields(line))
                xml.Append(CultureInfo.InvariantCulture, $"<{name}>{SecurityElement.Escape(value)}</{name}>");
            xml.Append("</product>\n");
        }

        return xml.Append("</products>\n").ToString();
    }

    private static Dictionary<string, string> Fields(string line)
    {
        using var record = JsonDocument.Parse(line);
        return record.RootElement.EnumerateObject().ToDictionary(
            field => field.Name,
            field => field.Value.ValueKind == JsonValueKind.String ? field.Value.GetString()! : field.Value.GetRawText(),
            StringComparer.Ordinal);
    }

    private static string Quoted(string value, char delimiter) =>
        value.AsSpan().IndexOfAny(delimiter, '"', '\n') >= 0 || value.Contains('\r') ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : value;
}
