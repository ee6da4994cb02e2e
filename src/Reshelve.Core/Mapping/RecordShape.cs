using System.Buffers.Text;
using System.Text.Json;

namespace Reshelve.Mapping;

/// <summary>
/// What the tokens of a record are for, learnt from one record, for all those with the same tokens and the same names: which are
/// wanted, and where the others go in their canonical text. Everything but the contents of strings, numbers and literals follows from
/// these, so that such a record need not be walked through (MappingBenchmarks; docs/decisions/0021 has the figures).
/// </summary>
internal sealed class RecordShape
{
    /// <summary>Records with more tokens are walked through: it bounds what is kept of one.</summary>
    public const int MaxTokens = 2048;

    /// <summary>
    /// Stands for a value in the text of the others of a record that is learnt from, with the number of its token behind it in
    /// <see cref="MarkDigits"/> hexadecimal digits. No canonical text holds this byte.
    /// </summary>
    private const byte Mark = 1;

    private const int MarkDigits = 4;

    private readonly int _tokens;
    private readonly FixedByte[] _bytes;
    private readonly int[] _numbers;
    private readonly int[] _booleans;
    private readonly SpelledName[] _names;
    private readonly WantedToken[] _wanted;
    private readonly int[] _passed;
    private readonly OtherToken[] _others;
    private readonly byte[] _text;

    /// <summary>Learns the shape of a record that was walked through.</summary>
    /// <param name="json">The record.</param>
    /// <param name="index">Its tokens.</param>
    /// <param name="values">What of it is wanted.</param>
    /// <param name="others">The text of the others, with a mark for each value.</param>
    /// <param name="checkedTarget">A target whose strings nobody reads, so that their escapes must be checked.</param>
    public RecordShape(ReadOnlySpan<byte> json, JsonIndex index, RecordValues values, ReadOnlySpan<byte> others, int checkedTarget)
    {
        var places = index.Places[..index.Count];
        var isSeen = new bool[places.Length];
        _tokens = places.Length;
        _text = others.ToArray();
        _wanted = LearnWanted(places, values, isSeen, checkedTarget);
        _others = LearnOthers(_text, isSeen);
        var rest = new Rest();
        rest.Learn(json, places, isSeen);
        _bytes = [.. rest.Bytes];
        _numbers = [.. rest.Numbers];
        _booleans = [.. rest.Booleans];
        _names = [.. rest.Names];
        _passed = [.. rest.Passed];
    }

    /// <summary>How many values are written among the others.</summary>
    public int Others => _others.Length;

    /// <summary>Writes the mark of a value in the place of the value.</summary>
    public static void AppendMark(int token, ByteBuffer output)
    {
        output.Append(Mark);
        Utf8Formatter.TryFormat(token, output.Room(MarkDigits), out var written, new System.Buffers.StandardFormat('x', MarkDigits));
        output.Commit(written);
    }

    /// <summary>Whether a record has this shape.</summary>
    public bool Fits(ReadOnlySpan<byte> json, JsonIndex index)
    {
        var places = index.Places;
        if (index.Count != _tokens)
            return false;
        var different = 0;
        foreach (ref readonly var fixedByte in _bytes.AsSpan())
            different |= fixedByte.Value ^ json[places[fixedByte.Token]];
        if (different != 0)
            return false;
        foreach (var token in _numbers)
        {
            if (json[places[token]] is not ((>= (byte)'0' and <= (byte)'9') or (byte)'-'))
                return false;
        }

        foreach (var token in _booleans)
        {
            if (json[places[token]] is not ((byte)'t' or (byte)'f'))
                return false;
        }

        foreach (ref readonly var name in _names.AsSpan())
        {
            if (!name.Name.IsAt(json, places[name.Token]))
                return false;
        }

        return true;
    }

    /// <summary>Notes the wanted values of a record of this shape, and writes the others.</summary>
    /// <returns>False when a value is none: who walks through the record says so.</returns>
    public bool TryRead(ReadOnlySpan<byte> json, JsonIndex index, RecordValues values, ByteBuffer others)
    {
        var places = index.Places;
        foreach (var token in _passed)
        {
            if (!TryPass(json, places, token, index.HasEscapes))
                return false;
        }

        foreach (ref readonly var wanted in _wanted.AsSpan())
        {
            var start = places[wanted.Token];
            var type = JsonScalars.TypeAt(json, start);
            var length = type is JsonTokenType.String or JsonTokenType.StartObject or JsonTokenType.StartArray
                ? places[wanted.End] + 1 - start
                : JsonScalars.LengthAt(json, start);
            if (length == 0)
                return false;
            values.Add(wanted.Target, start, length, type, index.HasEscapes && type == JsonTokenType.String, wanted.InList);
        }

        var from = 0;
        foreach (ref readonly var other in _others.AsSpan())
        {
            others.Append(_text.AsSpan(from, other.TextEnd - from));
            from = other.TextEnd + 1 + MarkDigits;
            if (!TryWrite(json, places, other.Token, others))
                return false;
        }

        others.Append(_text.AsSpan(from));
        return true;
    }

    private static bool TryPass(ReadOnlySpan<byte> json, ReadOnlySpan<int> places, int token, bool hasEscapes)
    {
        var start = places[token];
        return json[start] == '"'
            ? !hasEscapes || JsonText.HasGoodEscapes(json[start..(places[token + 1] + 1)])
            : JsonScalars.LengthAt(json, start) > 0;
    }

    private static bool TryWrite(ReadOnlySpan<byte> json, ReadOnlySpan<int> places, int token, ByteBuffer output)
    {
        var start = places[token];
        if (json[start] == '"')
            return JsonText.TryAppendCanonical(json, start, places[token + 1] + 1 - start, output, out _);
        var length = JsonScalars.LengthAt(json, start);
        if (length == 0)
            return false;
        if (JsonScalars.TypeAt(json, start) == JsonTokenType.Number)
            return JsonNumber.TryAppend(json.Slice(start, length), output, out _);
        output.Append(json.Slice(start, length));
        return true;
    }

    private static WantedToken[] LearnWanted(ReadOnlySpan<int> places, RecordValues values, bool[] isSeen, int checkedTarget)
    {
        var wanted = new WantedToken[values.Count];
        for (var i = 0; i < wanted.Length; i++)
        {
            ref readonly var value = ref values[i];
            var token = places.BinarySearch(value.Start);
            // Of objects and arrays the last token; of strings the closing quote; of others none is needed.
            var end = places.BinarySearch(value.Start + value.Length - 1);
            wanted[i] = new WantedToken(value.Target, token, Math.Max(token, end), value.InList);
            isSeen[token] |= value.Target != checkedTarget;
        }

        return wanted;
    }

    private static OtherToken[] LearnOthers(byte[] text, bool[] isSeen)
    {
        var others = new List<OtherToken>();
        for (var at = text.AsSpan().IndexOf(Mark); at >= 0;)
        {
            _ = Utf8Parser.TryParse(text.AsSpan(at + 1, MarkDigits), out int token, out _, 'x');
            others.Add(new OtherToken(at, token));
            isSeen[token] = true;
            var next = at + 1 + MarkDigits;
            at = text.AsSpan(next).IndexOf(Mark) is var ahead and >= 0 ? next + ahead : -1;
        }

        return [.. others];
    }

    /// <summary>What must be the same in other records, and the values that nobody reads, which must be checked all the same.</summary>
    private sealed class Rest
    {
        public List<FixedByte> Bytes { get; } = [];

        public List<int> Numbers { get; } = [];

        public List<int> Booleans { get; } = [];

        public List<SpelledName> Names { get; } = [];

        public List<int> Passed { get; } = [];

        public void Learn(ReadOnlySpan<byte> json, ReadOnlySpan<int> places, bool[] isSeen)
        {
            for (var token = 0; token < places.Length; token++)
            {
                var value = json[places[token]];
                if (value == '"' && token + 2 < places.Length && json[places[token + 2]] == ':')
                {
                    // With its quotes: neither of the two tokens needs another look.
                    Names.Add(new SpelledName(token, new KnownName(json[places[token]..(places[token + 1] + 1)].ToArray(), [], [], null)));
                    token++;
                    continue;
                }

                if (value is (>= (byte)'0' and <= (byte)'9') or (byte)'-')
                    Numbers.Add(token);
                else if (value is (byte)'t' or (byte)'f')
                    Booleans.Add(token);
                else
                    Bytes.Add(new FixedByte(token, value));
                if (!isSeen[token] && !IsStructural(value))
                    Passed.Add(token);
                // The token behind a quote that opens a string is the one that closes it.
                if (value == '"')
                    token++;
            }
        }

        private static bool IsStructural(byte value) => value is (byte)'{' or (byte)'}' or (byte)'[' or (byte)']' or (byte)',' or (byte)':';
    }

    private readonly record struct FixedByte(int Token, byte Value);

    private readonly record struct SpelledName(int Token, KnownName Name);

    private readonly record struct WantedToken(int Target, int Token, int End, bool InList);

    private readonly record struct OtherToken(int TextEnd, int Token);
}
