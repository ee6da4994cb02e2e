using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Reshelve.Feeds;

/// <summary>
/// Makes a JSON object of strings from a CSV row. A row must have as many fields as there are columns: one with more or fewer was
/// cut off, or has a delimiter or a quote where none belongs, and guessing would put values under the wrong names.
/// </summary>
internal sealed class CsvRecordConverter(char delimiter) : IRecordConverter, IDisposable
{
    // What may stand unescaped in JSON does: this JSON goes to a parser, never into a page.
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true,
    };

    private readonly ArrayBufferWriter<byte> _json = new(4 << 10);
    private readonly ArrayBufferWriter<byte> _field = new(1 << 10);
    private readonly Utf8JsonWriter _writer = new(Stream.Null, Options);
    private IReadOnlyList<string>? _columns;
    private JsonEncodedText[] _names = [];

    public bool TryConvert(ReadOnlySpan<byte> record, RecordContext context, out ReadOnlySpan<byte> json, out string? problem)
    {
        json = default;
        problem = InvalidText.Describe(record);
        if (problem is not null)
            return false;
        UseColumns(context.Columns);
        _json.ResetWrittenCount();
        _writer.Reset(_json);
        _writer.WriteStartObject();
        var count = 0;
        var fields = new CsvFields(record, (byte)delimiter, _field);
        while (fields.MoveNext())
        {
            if (count < _names.Length)
                _writer.WriteString(_names[count], fields.Current);
            count++;
        }

        _writer.WriteEndObject();
        _writer.Flush();
        if (count != _names.Length)
        {
            problem = $"the row has {count:N0} {(count == 1 ? "field" : "fields")} where the header has {_names.Length:N0}; "
                + "a delimiter or a quote inside of a value needs quotes around the value";
            return false;
        }

        json = _json.WrittenSpan;
        return true;
    }

    public void Dispose() => _writer.Dispose();

    private void UseColumns(IReadOnlyList<string> columns)
    {
        if (ReferenceEquals(columns, _columns))
            return;
        _columns = columns;
        _names = [.. columns.Select(name => JsonEncodedText.Encode(name, JavaScriptEncoder.UnsafeRelaxedJsonEscaping))];
    }
}
