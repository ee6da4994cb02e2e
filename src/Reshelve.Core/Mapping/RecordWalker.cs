using System.Text.Json;
using Reshelve.Feeds;

namespace Reshelve.Mapping;

/// <summary>
/// Walks one record's JSON and notes where the values lie that a definition wants; says what is wrong with a record that is
/// none. The thorough
/// way; <see cref="RecordScanner"/> is the quick one. Reused.
/// </summary>
internal sealed class RecordWalker(FieldNode root, RecordValues values)
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = FeedLimits.Depth };

    /// <summary>Walks a record.</summary>
    /// <returns>Why it is no JSON object, or null. What was found up to the fault is among the values.</returns>
    public string? Walk(ReadOnlySpan<byte> json)
    {
        values.Clear();
        var reader = new Utf8JsonReader(json, Options);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                var found = reader.TokenType;
                while (reader.Read())
                {
                    // To the end, so that broken JSON is called broken whatever it begins with.
                }

                return $"a record must be a JSON object, and this is {Name(found)}";
            }

            WalkObject(ref reader, root, inList: false);
            reader.Read();
            return null;
        }
        catch (JsonException error)
        {
            return Describe(error, reader.BytesConsumed);
        }
        catch (InvalidOperationException)
        {
            // The reader checks escapes only when a name is compared.
            return $"invalid JSON near byte {reader.BytesConsumed}: a name holds half of a surrogate pair";
        }
    }

    private static string Describe(JsonException error, long at)
    {
        if (error.Message.Contains("maximum configured depth", StringComparison.Ordinal))
            return $"objects and lists nest deeper than {FeedLimits.Depth}; deliver a flatter record";
        var end = error.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        var message = end > 0 ? error.Message[..end] : error.Message;
        // What the reader advises those who program it with is no help here.
        message = message.Replace(" which is not supported in this mode. Change the reader options.", "", StringComparison.Ordinal).TrimEnd('.') + ".";
        return $"invalid JSON near byte {at}: {message}";
    }

    private void WalkObject(ref Utf8JsonReader reader, FieldNode node, bool inList)
    {
        var number = values.NextObject();
        var next = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var child = node.Find(ref reader, ref next);
            reader.Read();
            if (child is null)
            {
                reader.Skip();
                continue;
            }

            if (child.Last.Object == number)
                values.Forget(child.Last);
            var first = values.Count;
            Capture(ref reader, child, inList);
            child.Last = new FieldNode.Occurrence(number, first, values.Count);
        }
    }

    private void Capture(ref Utf8JsonReader reader, FieldNode node, bool inList)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject when node.IsLeaf:
                AddWhole(ref reader, node, inList);
                break;
            case JsonTokenType.StartObject:
                if (node.Targets.Length > 0)
                {
                    var copy = reader;
                    AddWhole(ref copy, node, inList);
                }

                WalkObject(ref reader, node, inList);
                break;
            case JsonTokenType.StartArray when inList && node.Targets.Length > 0:
                AddWhole(ref reader, node, inList);
                break;
            case JsonTokenType.StartArray:
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    Capture(ref reader, node, inList: true);
                break;
            case JsonTokenType.Null:
                break;
            default:
                values.Add(node, (int)reader.TokenStartIndex, (int)(reader.BytesConsumed - reader.TokenStartIndex), reader.TokenType, reader.ValueIsEscaped, inList);
                break;
        }
    }

    private void AddWhole(ref Utf8JsonReader reader, FieldNode node, bool inList)
    {
        var type = reader.TokenType;
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        values.Add(node, start, (int)reader.BytesConsumed - start, type, false, inList);
    }

    private static string Name(JsonTokenType type) => type switch
    {
        JsonTokenType.StartArray => "a list",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "a boolean",
        JsonTokenType.Null => "null",
        _ => "empty",
    };
}
