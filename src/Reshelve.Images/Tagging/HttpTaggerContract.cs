using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Reshelve.Enriching;
using Reshelve.Images.Calls;

namespace Reshelve.Images.Tagging;

/// <summary>What is sent to an <c>http</c> tagger and what comes back: docs/taggers.md, docs/tagger.schema.json.</summary>
internal static class HttpTaggerContract
{
    /// <summary>Grows when a tagger would have to be changed.</summary>
    private const int Number = 1;

    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a request.</summary>
    public static ReadOnlyMemory<byte> Write(IReadOnlyList<LoadedPicture> pictures, IReadOnlyList<string> tags)
    {
        const int BesidesBytes = 300;
        var buffer = new ArrayBufferWriter<byte>((int)Math.Min(pictures.Sum(p => (p.Bytes.Length * 4L / 3) + BesidesBytes), Array.MaxLength));
        using var json = new Utf8JsonWriter(buffer, Relaxed);
        json.WriteStartObject();
        json.WriteNumber("tagger_contract", Number);
        if (tags.Count > 0)
        {
            json.WriteStartArray("tags");
            foreach (var tag in tags)
                json.WriteStringValue(tag);
            json.WriteEndArray();
        }

        json.WriteStartArray("pictures");
        foreach (var (_, picture, bytes) in pictures)
        {
            json.WriteStartObject();
            json.WriteString("id", picture.Sha256);
            json.WriteString("format", picture.Facts.Format);
            json.WriteNumber("width", picture.Facts.Width);
            json.WriteNumber("height", picture.Facts.Height);
            json.WriteBase64String("data", bytes.Span);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    /// <summary>Reads an answer.</summary>
    /// <returns>One result per picture, in order.</returns>
    /// <exception cref="TaggerProblem">It is no answer by the contract.</exception>
    public static TagResult[] Read(ReadOnlyMemory<byte> answer, IReadOnlyList<LoadedPicture> pictures, TagRules rules, string tagger)
    {
        try
        {
            using var json = JsonDocument.Parse(answer);
            var root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("pictures", out var list) || list.ValueKind != JsonValueKind.Array)
                throw Garbage(tagger, root.ValueKind == JsonValueKind.Object ? Complaint.Find(root) ?? "there is no list 'pictures'" : "it is no object");
            if (root.TryGetProperty("tagger_contract", out var number) && (number.ValueKind != JsonValueKind.Number || !number.TryGetInt32(out var n) || n != Number))
                throw Garbage(tagger, $"its 'tagger_contract' is not {Number}");
            var said = new Dictionary<string, JsonElement>(StringComparer.OrdinalIgnoreCase);
            foreach (var entry in list.EnumerateArray())
            {
                if (entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String)
                    said.TryAdd(id.GetString()!, entry);
            }

            return [.. pictures.Select(p => said.TryGetValue(p.Picture.Sha256, out var entry) ? Result(entry, rules, tagger) : Missing(tagger))];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Garbage(tagger, $"it is no JSON ({ServerText.Line(e.Message, 120)})");
        }
    }

    private static TagResult Result(JsonElement entry, TagRules rules, string tagger)
    {
        if (entry.TryGetProperty("error", out var error) && error.ValueKind != JsonValueKind.Null)
        {
            var words = error.ValueKind == JsonValueKind.String ? ServerText.Line(error.GetString()!, 300) : "an error";
            var again = entry.TryGetProperty("retry", out var retry) && retry.ValueKind == JsonValueKind.True;
            return new TagResult(null, $"The tagger at {tagger} says of this picture: {words.TrimEnd('.')}.", again);
        }

        return entry.TryGetProperty("tags", out var tags) && TagList.Read(tags) is { } said
            ? new TagResult(rules.Apply(said))
            : new TagResult(null, $"The tagger at {tagger} said neither 'tags' nor 'error' of this picture that could be understood. See docs/taggers.md.", IsTransient: true);
    }

    private static TagResult Missing(string tagger) =>
        new(null, $"The tagger at {tagger} left this picture out of its answer. See docs/taggers.md.", IsTransient: true);

    private static TaggerProblem Garbage(string tagger, string why) =>
        TaggerProblem.Passing($"The answer of the tagger at {tagger} could not be understood: {ServerText.Line(why, 300).TrimEnd('.')}. See docs/taggers.md.");
}
