using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Reshelve.Host.Output;

/// <summary>Writes JSON objects, one per line.</summary>
internal static class JsonOutput
{
    // The output is no HTML page: product names stay readable.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Writes one object as one line and flushes it, so that a reader sees each result as it comes.</summary>
    public static void WriteLine(Terminal terminal, Action<Utf8JsonWriter> writeMembers)
    {
        var line = new ArrayBufferWriter<byte>(1 << 10);
        using (var writer = new Utf8JsonWriter(line, Options))
        {
            writer.WriteStartObject();
            writeMembers(writer);
            writer.WriteEndObject();
        }

        terminal.Out.Write(Printable.Json(Encoding.UTF8.GetString(line.WrittenSpan)));
        terminal.Out.Write('\n');
        terminal.Out.Flush();
    }

    /// <summary>Writes what went wrong where nothing more specific is due.</summary>
    public static void WriteError(Terminal terminal, string message) =>
        WriteLine(terminal, writer => writer.WriteString("error"u8, message));

    /// <summary>Writes a list of texts.</summary>
    public static void WriteTexts(Utf8JsonWriter writer, string name, IReadOnlyList<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (var text in texts)
            writer.WriteStringValue(text);
        writer.WriteEndArray();
    }

    /// <summary>Seconds to the microsecond: finer is noise.</summary>
    public static void WriteSeconds(Utf8JsonWriter writer, string name, double seconds) =>
        writer.WriteNumber(name, double.IsFinite(seconds) ? Math.Round((decimal)Math.Clamp(seconds, 0, 1e12), 6) : 0);
}
