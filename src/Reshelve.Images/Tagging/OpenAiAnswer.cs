using System.Text;
using System.Text.Json;
using Reshelve.Images.Calls;

namespace Reshelve.Images.Tagging;

/// <summary>What a vision model answered: tags, or why there are none.</summary>
internal sealed record OpenAiAnswer(IReadOnlyList<(string Name, double Score)>? Tags, string? Error = null, bool IsTransient = false)
{
    /// <summary>Where JSON may begin is tried so often in what a model wrote.</summary>
    private const int MostBeginnings = 20;

    /// <summary>Reads a chat completion.</summary>
    /// <exception cref="TaggerProblem">It is none.</exception>
    public static OpenAiAnswer Read(ReadOnlyMemory<byte> body, string tagger)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var root = json.RootElement;
            if (Get(root, "choices") is not { ValueKind: JsonValueKind.Array } choices || choices.GetArrayLength() == 0
                || Get(choices[0], "message") is not { ValueKind: JsonValueKind.Object } message)
            {
                throw NoAnswer(tagger, Complaint.Find(root) ?? "there is no choice with a message");
            }

            return Read(message, Text(Get(choices[0], "finish_reason")), tagger);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw NoAnswer(tagger, "it is no JSON");
        }
    }

    private static OpenAiAnswer Read(JsonElement message, string? finish, string tagger)
    {
        if (Text(Get(message, "refusal")) is { Length: > 0 } refusal)
            return new(null, $"The model at {tagger} refused this picture: {ServerText.Line(refusal, 200).TrimEnd('.')}.");
        if (finish == "content_filter")
            return new(null, $"The model's content filter at {tagger} refused this picture.");
        var content = Content(message);
        if (Parse(content) is { } tags)
            return new(tags);
        // At the same prompt a model rambles again: only another prompt, which is another version, can help.
        return finish == "length"
            ? new(null, $"The model at {tagger} wrote too much about this picture and was cut off. Ask for fewer tags in the prompt.")
            : new(null, $"The model at {tagger} answered with no JSON of tags: '{ServerText.Line(content, 80)}'. Say in the prompt what is wanted, or set a closed list of tags.", IsTransient: true);
    }

    /// <summary>Text, or a list of parts with text.</summary>
    private static string Content(JsonElement message)
    {
        if (Get(message, "content") is not { } content)
            return "";
        return content.ValueKind == JsonValueKind.Array
            ? string.Concat(content.EnumerateArray().Select(part => Text(Get(part, "text"))))
            : Text(content) ?? "";
    }

    /// <summary>The tags in what a model wrote, around which there may be thoughts, words and code fences.</summary>
    internal static IReadOnlyList<(string Name, double Score)>? Parse(string content)
    {
        const string Thoughts = "</think>";
        var begin = content.LastIndexOf(Thoughts, StringComparison.Ordinal) is >= 0 and var end ? end + Thoughts.Length : 0;
        for (var tries = 0; tries < MostBeginnings; tries++)
        {
            var at = content.AsSpan(begin).IndexOfAny('{', '[');
            if (at < 0)
                return null;
            begin += at;
            if (ParseAt(content, begin) is { } tags)
                return tags;
            begin++;
        }

        return null;
    }

    private static IReadOnlyList<(string Name, double Score)>? ParseAt(string content, int begin)
    {
        try
        {
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(content[begin..]), isFinalBlock: true, default);
            using var json = JsonDocument.ParseValue(ref reader);
            var root = json.RootElement;
            return TagList.Read(Get(root, "tags") is { } tags ? tags : root);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static JsonElement? Get(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : null;

    private static string? Text(JsonElement? element) => element is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static TaggerProblem NoAnswer(string tagger, string why) =>
        TaggerProblem.Passing($"The answer of {tagger} is no chat completion: {ServerText.Line(why, 300).TrimEnd('.')}. Check its URL.");
}
