using System.Text.Json;
using Reshelve.Feeds;

namespace Reshelve.Catalogs.Drafting;

internal enum JsonShapeKind
{
    Other,
    Object,
    Array,
}

/// <summary>What the first JSON value of a feed is, and where in it the most records are.</summary>
internal sealed class JsonShape
{
    /// <summary>A single name or string longer than this is no product feed's.</summary>
    private const int LongestToken = 64 << 20;

    private const int EnoughElements = 1_000;

    /// <summary>
    /// The names on the way to the current place; an array adds null, and nothing below one is a feed's own array.
    /// </summary>
    private readonly List<string?> _path = [];
    private readonly Dictionary<FieldPath, long> _bytes = [];
    private string? _name;
    private FieldPath? _array;
    private int _arrayDepth;
    private long _arrayStart;
    private bool _arrayHasObjects;

    public JsonShapeKind Kind { get; private set; }

    /// <summary>Objects in the array that is the first value, as far as it was looked at.</summary>
    public int Objects { get; private set; }

    /// <summary>Whether the object that is the first value has single values of its own, as records do.</summary>
    public bool HasScalars { get; private set; }

    /// <summary>Whether something follows the first value.</summary>
    public bool HasSecondValue { get; private set; }

    /// <summary>Why it is not JSON.</summary>
    public string? Problem { get; private set; }

    /// <summary>The array of objects that takes the most bytes, not within another array.</summary>
    public FieldPath? Records => _bytes.Count == 0 ? null : _bytes.MaxBy(b => b.Value).Key;

    public long RecordBytes => _bytes.Count == 0 ? 0 : _bytes.Values.Max();

    public static JsonShape Of(FeedSample sample) => FeedSample.Reading(sample.File, () =>
    {
        using var stream = sample.OpenUtf8();
        var shape = new JsonShape();
        try
        {
            shape.Read(stream);
        }
        catch (JsonException error)
        {
            shape.Problem = error.Message.TrimEnd('.');
        }
        catch (InvalidOperationException)
        {
            shape.Problem = "a name holds an escape or bytes that stand for no character";
        }

        return shape;
    });

    private void Read(Stream stream)
    {
        var options = new JsonReaderOptions { AllowMultipleValues = true, MaxDepth = FeedLimits.Depth * 2 };
        var state = new JsonReaderState(options);
        var buffer = new byte[1 << 20];
        var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        var start = buffer.AsSpan(0, length).StartsWith("\uFEFF"u8) ? 3 : 0;
        long consumed = 0;
        while (true)
        {
            var reader = new Utf8JsonReader(buffer.AsSpan(start, length - start), isFinalBlock: false, state);
            while (reader.Read())
            {
                if (!Take(ref reader, consumed))
                    return;
            }

            state = reader.CurrentState;
            consumed += reader.BytesConsumed;
            var kept = length - start - (int)reader.BytesConsumed;
            buffer.AsSpan(start + (int)reader.BytesConsumed, kept).CopyTo(buffer);
            if (kept == buffer.Length)
                Grow(ref buffer);
            var read = stream.Read(buffer.AsSpan(kept));
            if (read == 0)
                break;
            (start, length) = (0, kept + read);
        }

        // Cut off by the budget, or by its supplier: what was seen until here counts.
        EndArray(consumed);
    }

    private static void Grow(ref byte[] buffer)
    {
        if (buffer.Length >= LongestToken)
            throw new JsonException($"a single value is longer than {LongestToken >> 20} MiB");
        Array.Resize(ref buffer, buffer.Length * 2);
    }

    /// <summary>Takes a token; false when enough is known.</summary>
    private bool Take(ref Utf8JsonReader reader, long consumed)
    {
        if (Kind != JsonShapeKind.Other && _path.Count == 0)
        {
            HasSecondValue = true;
            return false;
        }

        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                _name = _array is null && _path.Count < FeedLimits.Depth ? reader.GetString() : null;
                break;
            case JsonTokenType.StartObject:
                return Begin(JsonShapeKind.Object, consumed + reader.TokenStartIndex);
            case JsonTokenType.StartArray:
                return Begin(JsonShapeKind.Array, consumed + reader.TokenStartIndex);
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                _path.RemoveAt(_path.Count - 1);
                if (_array is not null && _path.Count == _arrayDepth)
                    EndArray(consumed + reader.BytesConsumed);
                break;
            default:
                HasScalars |= _path.Count == 1;
                return _path.Count > 0;
        }

        return true;
    }

    private bool Begin(JsonShapeKind kind, long at)
    {
        if (_path.Count == 0)
            Kind = kind;
        else if (Kind == JsonShapeKind.Array && _path.Count == 1 && kind == JsonShapeKind.Object && ++Objects >= EnoughElements)
            return false;
        else if (_array is not null && _path.Count == _arrayDepth + 1 && kind == JsonShapeKind.Object)
            _arrayHasObjects = true;
        else if (_array is null && kind == JsonShapeKind.Array && Kind == JsonShapeKind.Object && _name is not null)
            BeginArray(at);
        _path.Add(_path.Count == 0 ? null : _name);
        return true;
    }

    private void BeginArray(long at)
    {
        _array = FieldPath.Of([.. _path.Skip(1).Append(_name).Select(n => n!)]);
        (_arrayDepth, _arrayStart, _arrayHasObjects) = (_path.Count, at, false);
    }

    private void EndArray(long at)
    {
        if (_array is not null && _arrayHasObjects)
            _bytes[_array] = Math.Max(_bytes.GetValueOrDefault(_array), at - _arrayStart);
        _array = null;
    }
}
