using System.Text.Json;
using Reshelve.Feeds;
using Reshelve.Hashing;
using Reshelve.Ledgers;

namespace Reshelve.Planning;

/// <summary>A change as it stands in a batch, with the fingerprint that is committed once it is acknowledged.</summary>
internal readonly record struct PlannedChange(Change Change, Fingerprint Fingerprint);

/// <summary>Reads batch files. Documents are slices of the file's bytes: they are not parsed.</summary>
internal static class ChangeBatchReader
{
    /// <summary>The changes of a batch that count, in order.</summary>
    /// <exception cref="ReshelveException">The file is missing, or is not what the manifest says.</exception>
    public static IReadOnlyList<PlannedChange> Read(string folder, PlanBatch batch)
    {
        var path = Path.Combine(folder, batch.File);
        ReadOnlyMemory<byte> bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (IOException error)
        {
            throw new ReshelveException(
                $"the plan's batch {path} cannot be read ({error.Message}). Run the sync with --rebuild to start from the feed.", error);
        }

        var changes = new List<PlannedChange>(batch.Changes);
        var superseded = batch.Superseded.ToHashSet();
        var line = 0;
        while (!bytes.IsEmpty)
        {
            var end = bytes.Span.IndexOf((byte)'\n');
            if (end < 0)
                throw Damaged(path, line, "its last line is cut off");
            if (!superseded.Contains(line))
                changes.Add(Parse(bytes[..end], path, line));
            bytes = bytes[(end + 1)..];
            line++;
        }

        return line == batch.Changes ? changes : throw Damaged(path, line, $"it has {line} lines where {batch.Changes} were written");
    }

    private static PlannedChange Parse(ReadOnlyMemory<byte> line, string path, int number)
    {
        try
        {
            var reader = new Utf8JsonReader(line.Span);
            reader.Read();
            var kind = ParseKind(NextString(ref reader, "change"u8));
            var id = NextString(ref reader, "id"u8);
            if (kind == ChangeKind.Remove)
                return new PlannedChange(new Change(kind, id, default), reader.BytesConsumed < line.Length - 1 ? NextFingerprint(ref reader) : default);
            var fingerprint = NextFingerprint(ref reader);
            reader.Read();
            if (!reader.ValueTextEquals("document"u8))
                throw new FormatException("'document' is missing");
            var document = line[(int)reader.BytesConsumed..^1];
            return new PlannedChange(new Change(kind, id, document), fingerprint);
        }
        catch (Exception error) when (error is JsonException or FormatException or InvalidOperationException)
        {
            throw Damaged(path, number, error.Message);
        }
    }

    private static void Expect(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals(name) || !reader.Read())
            throw new FormatException($"'{System.Text.Encoding.UTF8.GetString(name)}' is missing");
    }

    private static string NextString(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        Expect(ref reader, name);
        return reader.GetString() ?? throw new FormatException("null where a text is expected");
    }

    private static Fingerprint NextFingerprint(ref Utf8JsonReader reader)
    {
        var raw = NextHash(ref reader, "raw"u8);
        var stable = NextHash(ref reader, "stable"u8);
        Expect(ref reader, "volatile"u8);
        return Hash128.TryParse64(reader.ValueSpan, out var changing)
            ? new Fingerprint(raw, stable, changing)
            : throw new FormatException("'volatile' is not a hash");
    }

    private static Hash128 NextHash(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        Expect(ref reader, name);
        return Hash128.TryParse(reader.ValueSpan, out var hash) ? hash : throw new FormatException("a hash is malformed");
    }

    private static ChangeKind ParseKind(string kind) => kind switch
    {
        "add" => ChangeKind.Add,
        "replace" => ChangeKind.Replace,
        "patch" => ChangeKind.Patch,
        "remove" => ChangeKind.Remove,
        _ => throw new FormatException($"'{kind}' is no change"),
    };

    private static ReshelveException Damaged(string path, int line, string what) =>
        new($"the plan's batch {path} is damaged at line {line + 1}: {what}. Run the sync with --rebuild to start from the feed.");
}
