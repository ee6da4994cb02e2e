using System.Text.Json;
using Reshelve.Feeds;

namespace Reshelve.Mapping;

/// <summary>Counts the values of a record: the members of its objects and the elements of its lists, nested ones included.</summary>
internal static class ValueCount
{
    /// <summary>Where the value begins that is one too many; the record's length if none is.</summary>
    /// <param name="json">The record as JSON, unchecked.</param>
    /// <param name="most">How many values it may hold.</param>
    public static int EndOf(ReadOnlySpan<byte> json, int most)
    {
        // Each value takes two bytes, a comma or a bracket stands before it, and hardly a record has so many of those.
        if (json.Length / 2 <= most || json.Count((byte)',') + json.Count((byte)'{') + json.Count((byte)'[') <= most)
            return json.Length;
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = FeedLimits.Depth });
        // The record itself is none of its values.
        var values = -1;
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.EndObject or JsonTokenType.EndArray)
                    continue;
                if (++values > most)
                    return (int)reader.TokenStartIndex;
            }
        }
        catch (JsonException)
        {
            // What is wrong with it is said by whoever walks it.
        }

        return json.Length;
    }
}
