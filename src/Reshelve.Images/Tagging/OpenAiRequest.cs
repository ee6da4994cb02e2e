using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Reshelve.Catalogs;

namespace Reshelve.Images.Tagging;

/// <summary>Members of a request that some endpoints do not take.</summary>
[Flags]
internal enum OpenAiOptions
{
    None = 0,
    ResponseFormat = 1,
    Temperature = 2,
    MaxTokens = 4,
}

/// <summary>Writes the requests of a vision model: the prompt, the picture as a data URL, and the schema of the answer.</summary>
internal sealed class OpenAiRequest
{
    /// <summary>Enough for 200 tags; a model that rambles is stopped.</summary>
    private const int MostTokens = 4000;

    private const string UsualPrompt =
        "Name what this product picture shows as tags for a shop's search: what it is, its colours, material, pattern and style. "
        + "Each tag is one to three words, lower case, singular. Give only what can be seen, the surest first.";

    private const string SchemaBegin =
        """{"type":"json_schema","json_schema":{"name":"tags","strict":true,"schema":{"type":"object","properties":{"tags":{"type":"array","items":{"type":"object","properties":{"name":""";

    private const string SchemaEnd =
        ""","score":{"type":"number"}},"required":["name","score"],"additionalProperties":false}}},"required":["tags"],"additionalProperties":false}}}""";

    private static readonly (OpenAiOptions Option, string Name)[] Options =
    [
        (OpenAiOptions.ResponseFormat, "response_format"), (OpenAiOptions.ResponseFormat, "json_schema"),
        (OpenAiOptions.Temperature, "temperature"), (OpenAiOptions.MaxTokens, "max_tokens"),
    ];

    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly TaggerSettings _settings;

    public OpenAiRequest(TaggerSettings settings)
    {
        _settings = settings;
        var prompt = new StringBuilder(settings.Prompt is { Length: > 0 } own ? own.Trim() : UsualPrompt);
        if (settings.Tags.Count > 0)
            prompt.Append("\n\nUse only these tags, spelled as here: ").AppendJoin(", ", settings.Tags).Append('.');
        // Also said in words, for endpoints that know no schema.
        prompt.Append("\n\nAnswer with JSON only: {\"tags\":[{\"name\":\"…\",\"score\":0.9}]}, where score says from 0 to 1 how sure you are.");
        Prompt = prompt.ToString();
    }

    /// <summary>What is asked.</summary>
    public string Prompt { get; }

    /// <summary>Which members a refusal blames that it was not sent without already.</summary>
    public static OpenAiOptions Blamed(string words, OpenAiOptions without)
    {
        var blamed = OpenAiOptions.None;
        foreach (var (option, name) in Options)
        {
            if (words.Contains(name, StringComparison.OrdinalIgnoreCase))
                blamed |= option;
        }

        return blamed & ~without;
    }

    /// <summary>Writes a request.</summary>
    public ReadOnlyMemory<byte> Write(LoadedPicture picture, OpenAiOptions without)
    {
        var buffer = new ArrayBufferWriter<byte>((int)(picture.Bytes.Length * 4L / 3) + 4096);
        using var json = new Utf8JsonWriter(buffer, Relaxed);
        json.WriteStartObject();
        json.WriteString("model", _settings.Model);
        json.WriteBoolean("stream", false);
        if (!without.HasFlag(OpenAiOptions.Temperature))
            json.WriteNumber("temperature", 0);
        if (!without.HasFlag(OpenAiOptions.MaxTokens))
            json.WriteNumber("max_tokens", MostTokens);
        WriteMessages(json, picture);
        if (!without.HasFlag(OpenAiOptions.ResponseFormat))
            WriteSchema(json);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private void WriteMessages(Utf8JsonWriter json, LoadedPicture picture)
    {
        json.WriteStartArray("messages");
        json.WriteStartObject();
        json.WriteString("role", "user");
        json.WriteStartArray("content");
        json.WriteStartObject();
        json.WriteString("type", "text");
        json.WriteString("text", Prompt);
        json.WriteEndObject();
        json.WriteStartObject();
        json.WriteString("type", "image_url");
        json.WriteStartObject("image_url");
        json.WriteString("url", $"data:image/{picture.Picture.Facts.Format};base64,{Convert.ToBase64String(picture.Bytes.Span)}");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private void WriteSchema(Utf8JsonWriter json)
    {
        json.WritePropertyName("response_format");
        var name = _settings.Tags.Count > 0
            ? $$"""{"type":"string","enum":{{JsonSerializer.Serialize(_settings.Tags)}}}"""
            : """{"type":"string"}""";
        json.WriteRawValue(SchemaBegin + name + SchemaEnd);
    }
}
