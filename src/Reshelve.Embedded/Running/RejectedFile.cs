using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Reshelve.Feeds;
using Reshelve.Running;

namespace Reshelve.Embedded.Running;

/// <summary>
/// Rejected records as JSON Lines: <c>{"record":…,"file":…,"offset":…,"id":…,"field":…,"reason":…,"text":…}</c>, with
/// <c>base64</c> instead
/// of <c>text</c> where the record is not UTF-8.
/// </summary>
internal sealed class RejectedFileWriter : IRejectedWriter
{
    private const int BufferBytes = 1 << 16;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Lock _turn = new();
    private readonly string _path;
    private readonly FileStream _file;
    private readonly ArrayBufferWriter<byte> _line = new(4096);
    private readonly Utf8JsonWriter _json;
    private bool _disposed;

    public RejectedFileWriter(string path)
    {
        _path = path;
        _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, BufferBytes);
        _json = new Utf8JsonWriter(_line, Options);
        EndTornLine();
    }

    public void Write(RejectedRecord record)
    {
        lock (_turn)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            try
            {
                WriteLine(record);
            }
            catch (IOException exception)
            {
                throw new ReshelveException($"a rejected record could not be written to '{_path}': {exception.Message}", exception);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_turn)
        {
            if (_disposed)
                return;
            _disposed = true;
            try
            {
                _file.Flush(flushToDisk: true);
            }
            catch (IOException exception)
            {
                throw new ReshelveException($"the rejected records could not be written to '{_path}': {exception.Message}", exception);
            }
            finally
            {
                _json.Dispose();
                _file.Dispose();
            }
        }
    }

    // A crash may have cut the last line; what is added must not be taken for its end.
    private void EndTornLine()
    {
        if (_file.Length == 0)
            return;
        _file.Seek(-1, SeekOrigin.End);
        var last = _file.ReadByte();
        _file.Seek(0, SeekOrigin.End);
        if (last != '\n')
            _file.WriteByte((byte)'\n');
    }

    private void WriteLine(RejectedRecord record)
    {
        // By way of memory: a JSON writer that writes to a file empties the file's buffer with each record.
        _line.ResetWrittenCount();
        _json.Reset();
        _json.WriteStartObject();
        _json.WriteNumber("record"u8, record.Record);
        _json.WriteString("file"u8, record.File);
        _json.WriteNumber("offset"u8, record.Offset);
        if (record.Id is not null)
            _json.WriteString("id"u8, record.Id);
        if (record.Field is not null)
            _json.WriteString("field"u8, record.Field);
        _json.WriteString("reason"u8, record.Reason);
        if (Utf8.IsValid(record.Bytes))
            _json.WriteString("text"u8, record.Bytes);
        else
            _json.WriteBase64String("base64"u8, record.Bytes);
        _json.WriteEndObject();
        _json.Flush();
        _file.Write(_line.WrittenSpan);
        _file.WriteByte((byte)'\n');
    }
}

/// <summary>Reads what <see cref="RejectedFileWriter"/> wrote; lines that a crash cut are passed over.</summary>
internal static class RejectedFileReader
{
    public static IEnumerable<RejectedRecord> Read(string path)
    {
        if (!File.Exists(path))
            yield break;
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var lines = new StreamReader(file, Encoding.UTF8);
        while (lines.ReadLine() is { } line)
        {
            if (Parse(line) is { } record)
                yield return record;
        }
    }

    private static RejectedRecord? Parse(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            var bytes = root.TryGetProperty("text", out var text)
                ? Encoding.UTF8.GetBytes(text.GetString()!)
                : root.GetProperty("base64").GetBytesFromBase64();
            return new RejectedRecord(
                root.GetProperty("record").GetInt64(),
                root.GetProperty("file").GetString()!,
                root.GetProperty("offset").GetInt64(),
                root.TryGetProperty("id", out var id) ? id.GetString() : null,
                root.TryGetProperty("field", out var field) ? field.GetString() : null,
                root.GetProperty("reason").GetString()!,
                bytes);
        }
        catch (Exception exception)
            when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }
}
