using System.Text;
using System.Text.Json;
using Reshelve.Catalogs;

namespace Reshelve.Feeds;

/// <summary>
/// Finds the array of records in a JSON text and cuts it into its elements. What is around the array is read by the framework's
/// strict reader; the array itself by the <see cref="JsonElementScanner"/>.
/// </summary>
internal sealed class JsonSlicer : RecordSlicer
{
    /// <summary>Far deeper than any wrapper around records; its own protection is that the reader does not recurse.</summary>
    private const int WrapperDepth = 1000;

    /// <summary>As far as it is looked for; white space between records may be longer.</summary>
    private const int PatternBytes = 256;

    private readonly FeedFormat _format;
    private readonly JsonElementScanner _elements;
    private readonly bool _isFork;
    private readonly JsonPathMatcher _records;
    private readonly JsonPathMatcher? _count;
    private JsonReaderState _state = new(new JsonReaderOptions { MaxDepth = WrapperDepth });
    private bool _inRecords;
    private bool _found;
    private bool _began;
    private bool _ended;
    private string? _stated;

    public JsonSlicer(string path, FeedFormat format)
        : this(path, format, isFork: false)
    {
    }

    private JsonSlicer(string path, FeedFormat format, bool isFork)
        : base(path)
    {
        _format = format;
        _elements = isFork ? JsonElementScanner.BehindElement() : new JsonElementScanner();
        _isFork = _inRecords = _found = isFork;
        _records = new JsonPathMatcher(format.Records?.Segments ?? []);
        _count = format.Count is { } count ? new JsonPathMatcher(count.Segments) : null;
    }

    public override bool IsBetweenRecords => _inRecords && _elements.IsBehindElement;

    public override RecordSlicer Fork() => new JsonSlicer(Path, _format, isFork: true) { Context = Context };

    /// <summary>
    /// From the record's last byte to the name of the next one's first member: arrays inside of records hold other objects, mostly.
    /// </summary>
    public override CutFinder? LearnCut(ReadOnlySpan<byte> text, RecordSlice last, int next)
    {
        var start = last.Start + last.Length - 1;
        var seen = text[start..Math.Min(text.Length, start + PatternBytes)];
        if (seen.Length < next - start)
            return null;
        var brace = next - start + seen[(next - start)..].IndexOfAnyExcept(" \t\n\r"u8);
        if (brace < next - start || seen[brace] != (byte)'{')
            return null;
        var opening = seen[brace..].IndexOf((byte)'"');
        if (opening < 0 || seen[(brace + 1)..(brace + opening)].ContainsAnyExcept(" \t\n\r"u8))
            return null;
        var name = brace + opening + 1;
        var closing = seen[name..].IndexOf((byte)'"');
        return closing < 0 ? null : new PatternCutFinder(seen[..(name + closing + 1)].ToArray(), next - start);
    }

    public override void Scan(SliceWindow window)
    {
        while (!window.IsClosed)
        {
            if (!_inRecords && !TryFindRecords(window))
                return;
            if (!_elements.TryFinish(window))
                return;

            if (_isFork)
            {
                Leave(window, window.At);
                return;
            }

            // The reader, which has seen the opening bracket and nothing of what is behind it, goes on with the closing one.
            _inRecords = false;
            window.At--;
        }
    }

    public override void Complete(SliceWindow window)
    {
        if (_inRecords)
            throw Incomplete($"after {window.Records:N0} records, {_elements.Describe(window)}");
        if (!_ended)
        {
            throw Incomplete(
                _began || window.At < window.End ? "it ends before what is around its records does" : "it has no text, not even []");
        }

        if (!_found)
            throw Refused(_records.DescribeMissing());
        if (_count is not null)
            EnsureCount(_count.ToString(), _stated, window.Records);
    }

    /// <summary>Reads what is around the records. True: the window stands behind the array's opening bracket.</summary>
    private bool TryFindRecords(SliceWindow window)
    {
        window.At = BlankTrimming.Skip(window.Buffer, window.At, window.End);

        // Never told that a piece is the last: an early end then shows as one, and not as an error at some byte.
        var reader = new Utf8JsonReader(window.Buffer.AsSpan(window.At..window.End), isFinalBlock: false, _state);
        try
        {
            while (reader.Read())
            {
                if (!Follow(ref reader, window))
                    continue;
                _inRecords = _found = true;
                break;
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw Broken(window.Position(window.At) + reader.BytesConsumed, exception);
        }

        window.At += (int)reader.BytesConsumed;
        _state = reader.CurrentState;
        if (_inRecords)
            _elements.Start(window);
        return _inRecords;
    }

    /// <summary>Takes one token; true at the opening bracket of the records.</summary>
    private bool Follow(ref Utf8JsonReader reader, SliceWindow window)
    {
        if (!_began)
            EnsureTop(reader.TokenType);
        _began = true;
        _ended = reader.CurrentDepth == 0 && reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray;
        if (_count is not null && _count.Follow(ref reader))
            _stated = Encoding.UTF8.GetString(reader.ValueSpan[..Math.Min(reader.ValueSpan.Length, 100)]);
        if (!_records.Follow(ref reader))
            return false;
        if (reader.TokenType != JsonTokenType.StartArray)
            throw Refused($"has {Name(reader.TokenType)} at '{_records}', where the array of records should be.");
        if (_found)
            throw Refused($"has '{_records}' twice (again at byte {window.Position(window.At) + reader.TokenStartIndex:N0}).");
        return true;
    }

    private void EnsureTop(JsonTokenType token)
    {
        if (_records.Segments.Count == 0 && token == JsonTokenType.StartObject)
        {
            throw Refused(
                "is an object, not an array of records. Say in the definition's format where the records are inside it ('records'); "
                + "or, if it has one object per line, set the format to jsonl.");
        }

        if (_records.Segments.Count > 0 && token == JsonTokenType.StartArray)
        {
            throw Refused(
                $"is an array, not an object with the records at '{_records}'. If it is the array of records, remove 'records' from the "
                + "definition's format.");
        }

        if (token is not (JsonTokenType.StartArray or JsonTokenType.StartObject))
            throw Refused($"is {Name(token)}, not an array of records. Check the definition's format.");
    }

    private ReshelveException Broken(long position, Exception exception)
    {
        // Invalid operation: a name with half a surrogate pair, which cannot be compared with anything.
        var reason = exception.Message.Split(" LineNumber:")[0];
        return _began
            ? new FeedIncompleteException(
                $"{Path} is broken outside of its records, at byte {position:N0}{(_ended ? ", after its end" : "")}: {reason} "
                + "Get the feed again.",
                exception)
            : new FeedRefusedException($"{Path} is not JSON (byte {position:N0}): {reason} Check the definition's format.", exception);
    }

    private static string Name(JsonTokenType token) => token switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.Null => "null",
        _ => "a boolean",
    };
}
