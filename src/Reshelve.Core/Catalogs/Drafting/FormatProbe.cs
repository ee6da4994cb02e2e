using System.Text;
using System.Text.Json;
using Reshelve.Feeds;

namespace Reshelve.Catalogs.Drafting;

/// <summary>Finds by content how records lie in a feed.</summary>
internal static class FormatProbe
{
    /// <exception cref="ReshelveException">It is in none of the formats, or holds no records.</exception>
    public static FeedFormat Find(FeedSample sample)
    {
        var text = sample.Head.AsSpan().TrimStart();
        var format = LooksLikeLines(sample) ? LinesOrOneObject(sample) : text[0] switch
        {
            '{' or '[' => FromJson(sample, JsonShape.Of(sample)),
            '<' => XmlShape.Find(sample),
            _ => CsvShape.Find(sample),
        };
        return format.Kind == FeedFormatKind.Xml ? format : format with { Encoding = sample.Encoding.Declared };
    }

    /// <summary>Whether at least half of the lines are objects in themselves: the others may be broken records.</summary>
    private static bool LooksLikeLines(FeedSample sample)
    {
        var (objects, others) = (0, 0);
        var lines = sample.Head.AsSpan();
        while (!lines.IsEmpty)
        {
            var end = lines.IndexOf('\n');
            if (end < 0 && !sample.HeadIsAll)
                break;
            var line = (end < 0 ? lines : lines[..end]).Trim();
            lines = end < 0 ? default : lines[(end + 1)..];
            if (line.IsEmpty)
                continue;
            if (line[0] == '{' && line[^1] == '}' && IsObject(line))
                objects++;
            else
                others++;
        }

        return objects > 0 && objects >= others;
    }

    private static bool IsObject(ReadOnlySpan<char> line)
    {
        try
        {
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(line.ToString()));
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>
    /// One object on one line is a feed of one record, unless most of it is an array of objects, or it says nothing itself.
    /// </summary>
    private static FeedFormat LinesOrOneObject(FeedSample sample)
    {
        var lines = new FeedFormat { Kind = FeedFormatKind.Jsonl };
        if (!sample.HeadIsAll || sample.Head.AsSpan().Trim().Contains('\n'))
            return lines;
        var shape = JsonShape.Of(sample);
        var isEnvelope = shape.Records is not null && (!shape.HasScalars || shape.RecordBytes * 2 > sample.Head.Length);
        return isEnvelope ? FromJson(sample, shape) : lines;
    }

    private static FeedFormat FromJson(FeedSample sample, JsonShape shape)
    {
        if (shape.HasSecondValue && shape.Kind == JsonShapeKind.Object)
            return new FeedFormat { Kind = FeedFormatKind.Jsonl };
        if (shape.Kind == JsonShapeKind.Array && shape.Objects > 0)
            return new FeedFormat { Kind = FeedFormatKind.Json };
        if (shape.Records is not null)
            return new FeedFormat { Kind = FeedFormatKind.Json, Records = shape.Records };
        throw new FeedRefusedException(shape.Problem is { } problem
            ? $"'{sample.File}' looks like JSON and is not: {problem}. Correct the feed."
            : $"'{sample.File}' is JSON without records: it holds no array of objects, and is not one "
                + "object per line. Records must be JSON objects.");
    }
}
