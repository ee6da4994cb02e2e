using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;
using Reshelve.Catalogs;
using Reshelve.Searching;

namespace Reshelve.Embedded.Indexing;

/// <summary>One value of one declared field: where its bytes are, unescaped if it is a text.</summary>
internal readonly record struct FieldToken(int Field, JsonTokenType Type, int Start, int Length, bool InScratch);

/// <summary>
/// Finds the declared fields' values in a document without building anything: it remembers where they lie. Reused for one
/// document after
/// another; not thread-safe. What it hands out is valid until the next <see cref="TryRead"/>.
/// </summary>
internal sealed class DocumentReader(IndexLayout layout)
{
    // What the product maps is at most 64 deep; what others wrote is judged by the database's limits alone.
    private const int MaxDepth = 256;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = MaxDepth };

    private readonly List<FieldToken> _tokens = [];
    private readonly (int First, int Count)[] _ofField = new (int, int)[layout.Fields.Count];
    private readonly (int Start, int Length)[] _joined = new (int, int)[layout.TextFields.Count];

    // Pinned, since SQLite reads texts where they lie.
    private byte[] _scratch = GC.AllocateUninitializedArray<byte>(1024, pinned: true);
    private int _scratchUsed;
    private int _nextField;

    /// <summary>Reads a document; what is wrong with it is given as text for people.</summary>
    /// <param name="document">UTF-8 JSON. It must stay pinned while texts taken from it are bound.</param>
    /// <param name="problem">Why the index cannot take it.</param>
    public bool TryRead(ReadOnlySpan<byte> document, out string? problem)
    {
        _tokens.Clear();
        Array.Clear(_ofField);
        _scratchUsed = 0;
        _nextField = 0;
        try
        {
            problem = Utf8.IsValid(document) ? ReadObject(document) : "the document is not valid UTF-8";
        }
        catch (JsonException exception)
        {
            problem = $"the document is not valid JSON: {exception.Message}";
        }

        return problem is null;
    }

    /// <summary>The values of a field, in their order.</summary>
    public ReadOnlySpan<FieldToken> Values(IndexField field)
    {
        var (first, count) = _ofField[field.Number];
        return CollectionsMarshal.AsSpan(_tokens).Slice(first, count);
    }

    /// <summary>The bytes of a value: of a text, the text; of anything else, its JSON.</summary>
    public ReadOnlySpan<byte> Bytes(in FieldToken token, ReadOnlySpan<byte> document) =>
        (token.InScratch ? _scratch : document).Slice(token.Start, token.Length);

    /// <summary>A text field's words: of a list, its texts one below the other.</summary>
    public ReadOnlySpan<byte> Words(IndexField field, ReadOnlySpan<byte> document) =>
        Values(field).Length switch
        {
            0 => default,
            1 => Bytes(Values(field)[0], document),
            _ => _scratch.AsSpan(_joined[field.TextColumn].Start, _joined[field.TextColumn].Length),
        };

    private string? ReadObject(ReadOnlySpan<byte> document)
    {
        var reader = new Utf8JsonReader(document, Options);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return "the document is not a JSON object";
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = Find(ref reader);
            reader.Read();
            if (field is null)
                reader.Skip();
            else if (ReadField(ref reader, field) is { } problem)
                return $"field '{field.Name}': {problem}";
        }

        // Anything behind the object is an error, which the reader finds.
        while (reader.Read())
        {
        }

        JoinLists(document);
        return null;
    }

    // Documents hold their fields in the declared order, so the next one is nearly always the one after the last.
    private IndexField? Find(ref Utf8JsonReader reader)
    {
        var count = layout.Fields.Count;
        for (var i = 0; i < count; i++)
        {
            var field = layout.Fields[(_nextField + i) % count];
            if (reader.ValueTextEquals(field.NameUtf8))
            {
                _nextField = field.Number + 1;
                return field;
            }
        }

        return null;
    }

    private string? ReadField(ref Utf8JsonReader reader, IndexField field)
    {
        var first = _tokens.Count;
        string? problem = null;
        if (reader.TokenType == JsonTokenType.StartArray && field.Definition.List)
        {
            while (problem is null && reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                problem = ReadValue(ref reader, field);
        }
        else
        {
            problem = ReadValue(ref reader, field);
        }

        // A name that comes twice: the last one counts, as everywhere in JSON.
        _ofField[field.Number] = (first, _tokens.Count - first);
        return problem;
    }

    private string? ReadValue(ref Utf8JsonReader reader, IndexField field)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return null;
        if (field.Type == FieldType.Object)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
                return Wrong("an object", reader.TokenType);
            reader.Skip();
            return null;
        }

        var problem = Judge(ref reader, field.Type);
        if (problem is null)
            Keep(ref reader, field);
        return problem;
    }

    private static string? Judge(ref Utf8JsonReader reader, FieldType type)
    {
        var token = reader.TokenType;
        return type switch
        {
            FieldType.Number => token == JsonTokenType.Number ? null : Wrong("a number", token),
            FieldType.Integer when token != JsonTokenType.Number => Wrong("a whole number", token),
            FieldType.Integer => reader.TryGetInt64(out _) ? null : "it is not a whole number of at most 64 bits",
            FieldType.Boolean => token is JsonTokenType.True or JsonTokenType.False ? null : Wrong("true or false", token),
            FieldType.Date when token != JsonTokenType.String => Wrong("a date", token),
            FieldType.Date => DateKey.TryParse(reader.ValueSpan, out _, out _) ? null : "it is not an ISO 8601 date",
            _ => token == JsonTokenType.String ? null : Wrong("a text", token),
        };
    }

    private static string Wrong(string expected, JsonTokenType found) => $"{expected} is expected, but the document holds " + found switch
    {
        JsonTokenType.StartArray => "a list",
        JsonTokenType.StartObject => "an object",
        JsonTokenType.String => "a text",
        JsonTokenType.Number => "a number",
        _ => "true or false",
    };

    private void Keep(ref Utf8JsonReader reader, IndexField field)
    {
        if (!reader.ValueIsEscaped)
        {
            var start = (int)reader.TokenStartIndex + (reader.TokenType == JsonTokenType.String ? 1 : 0);
            _tokens.Add(new FieldToken(field.Number, reader.TokenType, start, reader.ValueSpan.Length, InScratch: false));
            return;
        }

        Reserve(reader.ValueSpan.Length);
        var length = CopyUnescaped(ref reader);
        _tokens.Add(new FieldToken(field.Number, reader.TokenType, _scratchUsed, length, InScratch: true));
        _scratchUsed += length;
    }

    private int CopyUnescaped(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.CopyString(_scratch.AsSpan(_scratchUsed));
        }
        catch (InvalidOperationException exception)
        {
            // Half of a surrogate pair, \ud800: valid JSON that is no valid text.
            throw new JsonException("a text holds half of a surrogate pair", exception);
        }
    }

    // Before any text is handed out: growing the buffer would move those that are bound.
    private void JoinLists(ReadOnlySpan<byte> document)
    {
        foreach (var field in layout.TextFields)
        {
            var values = Values(field);
            if (values.Length < 2)
                continue;
            var start = _scratchUsed;
            foreach (ref readonly var value in values)
            {
                Reserve(value.Length + 1);
                if (_scratchUsed > start)
                    _scratch[_scratchUsed++] = (byte)'\n';
                Bytes(value, document).CopyTo(_scratch.AsSpan(_scratchUsed));
                _scratchUsed += value.Length;
            }

            _joined[field.TextColumn] = (start, _scratchUsed - start);
        }
    }

    private void Reserve(int length)
    {
        if (_scratch.Length - _scratchUsed >= length)
            return;
        var larger = GC.AllocateUninitializedArray<byte>(Math.Max(_scratch.Length * 2, _scratchUsed + length), pinned: true);
        _scratch.AsSpan(0, _scratchUsed).CopyTo(larger);
        _scratch = larger;
    }
}
