using System.Buffers;
using System.Numerics;
using System.Text.Json;

namespace Reshelve.Enriching;

/// <summary>Adds what was found out of its pictures to a document, and takes it away again.</summary>
internal static class EnrichedDocument
{
    private static readonly JsonWriterOptions Options = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The members that are added for a document's pictures, as one JSON object.</summary>
    public static byte[] Members(ImageFields fields, IReadOnlyList<FieldReferences> references, IReadOnlyDictionary<ImageReference, ResolvedPicture> pictures)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            foreach (var (field, wanted) in references)
                WriteField(json, fields, field.Name, [.. wanted.Select(reference => pictures[reference])]);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The document with the members behind its own.</summary>
    public static ReadOnlyMemory<byte> Add(ReadOnlyMemory<byte> document, ReadOnlySpan<byte> members)
    {
        if (members.Length <= 2)
            return document;
        var own = document.Span[..^1];
        var enriched = new byte[own.Length + members.Length];
        own.CopyTo(enriched);
        // "{" of the members becomes the comma; a document without members has none before it.
        var isEmpty = own.Length == 1;
        enriched[own.Length] = (byte)',';
        members[1..].CopyTo(enriched.AsSpan(own.Length + 1));
        return isEmpty ? members.ToArray() : enriched;
    }

    /// <summary>The document without the members that enrichment adds; they are its last. What is no such document is left as it is.</summary>
    public static ReadOnlyMemory<byte> Remove(ReadOnlyMemory<byte> document, ImageFields fields)
    {
        var cut = FirstAdded(document.Span, fields);
        if (cut < 0)
            return document;
        // Without the comma before it, if it is not the first.
        var own = new byte[Math.Max(cut - 1, 1) + 1];
        document.Span[..(own.Length - 1)].CopyTo(own);
        own[^1] = (byte)'}';
        return own;
    }

    private static int FirstAdded(ReadOnlySpan<byte> document, ImageFields fields)
    {
        try
        {
            var reader = new Utf8JsonReader(document, new JsonReaderOptions { MaxDepth = 1000 });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return -1;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (fields.IsAdded(reader.GetString()!))
                    return (int)reader.TokenStartIndex;
                reader.Skip();
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // What a damaged document is worth is for whoever reads it to say.
        }

        return -1;
    }

    private static void WriteField(Utf8JsonWriter json, ImageFields fields, string field, List<ResolvedPicture> pictures)
    {
        var tags = pictures.SelectMany(picture => picture.Tags).Select(tag => tag.Name).Distinct(StringComparer.Ordinal).ToList();
        if (tags.Count > 0)
        {
            WriteList(json, ImageFields.TagsOf(field), tags);
            if (fields.Settings.Searchable)
                WriteList(json, ImageFields.WordsOf(field), tags);
        }

        var groups = pictures.Where(picture => !IsFlat(picture)).Select(picture => picture.Picture?.Group).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        if (groups.Count > 0)
            WriteList(json, ImageFields.GroupOf(field), groups);
        json.WriteStartArray(ImageFields.PicturesOf(field));
        foreach (var picture in pictures)
            WritePicture(json, picture);
        json.WriteEndArray();
    }

    /// <summary>The hash of a picture without any structure is that of every other such picture, whatever its colour: it has no near duplicates.</summary>
    private static bool IsFlat(ResolvedPicture picture) =>
        picture.Picture?.Facts is { } facts && BitOperations.PopCount(facts.Features.PerceptualHash) is <= 1 or >= 63;

    private static void WriteList(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }

    private static void WritePicture(Utf8JsonWriter json, ResolvedPicture picture)
    {
        json.WriteStartObject();
        json.WriteString("source", picture.Reference.Location);
        if (picture.Picture is { Facts: { } facts } stored)
        {
            json.WriteString("sha256", stored.Sha256);
            json.WriteString("format", facts.Format);
            json.WriteNumber("width", facts.Width);
            json.WriteNumber("height", facts.Height);
            WriteTags(json, picture.Tags);
            WriteRenditions(json, picture.Renditions);
        }
        else
        {
            json.WriteString("error", picture.Error ?? "not fetched yet");
        }

        json.WriteEndObject();
    }

    private static void WriteTags(Utf8JsonWriter json, IReadOnlyList<Tag> tags)
    {
        if (tags.Count == 0)
            return;
        json.WriteStartArray("tags");
        foreach (var tag in tags)
        {
            json.WriteStartObject();
            json.WriteString("name", tag.Name);
            json.WriteNumber("score", Math.Round(tag.Score, 4));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteRenditions(Utf8JsonWriter json, IReadOnlyList<StoredRendition> renditions)
    {
        if (renditions.Count == 0)
            return;
        json.WriteStartObject("renditions");
        foreach (var rendition in renditions)
        {
            json.WriteStartObject(rendition.Name);
            json.WriteString("path", rendition.Path);
            json.WriteNumber("width", rendition.Width);
            json.WriteNumber("height", rendition.Height);
            json.WriteNumber("bytes", rendition.Bytes);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}

/// <summary>What is known of a reference's picture now.</summary>
internal sealed record ResolvedPicture(ImageReference Reference)
{
    /// <summary>The picture; null when it was never had.</summary>
    public StoredPicture? Picture { get; init; }

    /// <summary>Its tags; empty when it has none or they are owed.</summary>
    public IReadOnlyList<Tag> Tags { get; init; } = [];

    /// <summary>Its resized copies.</summary>
    public IReadOnlyList<StoredRendition> Renditions { get; init; } = [];

    /// <summary>Why something of it is missing.</summary>
    public string? Error { get; init; }

    /// <summary>Whether the next run may have what is missing.</summary>
    public bool IsOwed { get; init; }
}
