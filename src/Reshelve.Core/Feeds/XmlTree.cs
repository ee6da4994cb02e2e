using System.Text.Json;

namespace Reshelve.Feeds;

/// <summary>
/// The names, attributes and texts of one XML record, collected so that children of the same name can be written as one JSON
/// array wherever they stand. Reused from record to record.
/// </summary>
internal sealed class XmlTree
{
    /// <summary>A record of ordinary size fits; what a giant one made grow is let go after it.</summary>
    private const int OrdinaryNodes = 8 << 10;
    private const int OrdinaryCharacters = 256 << 10;

    private readonly Dictionary<(int Parent, string Name), int> _lastOfName = [];
    private Node[] _nodes = new Node[256];
    private char[] _text = new char[4 << 10];
    private Run[] _runs = new Run[256];
    private int _count;
    private int _runCount;
    private int _textLength;

    /// <summary>Elements and attributes so far.</summary>
    public int Count => _count;

    public void Clear()
    {
        var isGiant = _count > OrdinaryNodes || _runCount > OrdinaryNodes;
        _lastOfName.Clear();
        _count = _runCount = _textLength = 0;
        if (isGiant)
        {
            _lastOfName.TrimExcess(0);
            _nodes = new Node[256];
            _runs = new Run[256];
        }

        if (_text.Length > OrdinaryCharacters)
            _text = new char[4 << 10];
    }

    /// <summary>Adds an element or, with a name that begins with <c>@</c>, an attribute; gives its number.</summary>
    public int Add(int parent, string name)
    {
        if (_count == _nodes.Length)
            Array.Resize(ref _nodes, 2 * _nodes.Length);
        var number = _count++;
        _nodes[number] = new Node
        {
            Name = name, FirstChild = -1, LastChild = -1, Next = -1, NextOfName = -1, FirstRun = -1, LastRun = -1,
        };
        if (parent < 0)
            return number;
        ref var above = ref _nodes[parent];
        if (_lastOfName.TryGetValue((parent, name), out var last))
            _nodes[last].NextOfName = number;
        else if (above.LastChild < 0)
            above.FirstChild = above.LastChild = number;
        else
            above.LastChild = _nodes[above.LastChild].Next = number;
        _lastOfName[(parent, name)] = number;
        return number;
    }

    public void MarkNull(int node) => _nodes[node].IsNull = true;

    /// <summary>Room for more text; to be followed by <see cref="Append"/>.</summary>
    public Span<char> Room(int characters)
    {
        if (_text.Length - _textLength < characters)
            Array.Resize(ref _text, (int)Math.Min(Array.MaxLength, Math.Max(_textLength + (long)characters, 2L * _text.Length)));
        return _text.AsSpan(_textLength);
    }

    /// <summary>The next characters of the room are text of this node.</summary>
    public void Append(int characters) => _textLength += characters;

    public int TextLength => _textLength;

    /// <summary>
    /// Gives a node the text from here to the end, trimmed. With some from before a child it has several runs, which are written
    /// with a space between them.
    /// </summary>
    public void AddRun(int node, int start)
    {
        var all = _text.AsSpan(start, _textLength - start);
        var blank = all.IndexOfAnyExcept(" \t\r\n");
        if (blank < 0)
            return;
        if (_runCount == _runs.Length)
            Array.Resize(ref _runs, 2 * _runs.Length);
        _runs[_runCount] = new Run { Start = start + blank, Length = all[blank..].TrimEnd(" \t\r\n").Length, Next = -1 };
        ref var of = ref _nodes[node];
        if (of.LastRun < 0)
            of.FirstRun = of.LastRun = _runCount;
        else
            of.LastRun = _runs[of.LastRun].Next = _runCount;
        _runCount++;
    }

    /// <summary>Writes the record, always as an object.</summary>
    public void Write(Utf8JsonWriter writer) => WriteObject(writer, _nodes[0]);

    private void WriteObject(Utf8JsonWriter writer, in Node node)
    {
        writer.WriteStartObject();
        for (var child = node.FirstChild; child >= 0; child = _nodes[child].Next)
        {
            writer.WritePropertyName(_nodes[child].Name);
            if (_nodes[child].NextOfName < 0)
            {
                WriteValue(writer, _nodes[child]);
                continue;
            }

            writer.WriteStartArray();
            for (var same = child; same >= 0; same = _nodes[same].NextOfName)
                WriteValue(writer, _nodes[same]);
            writer.WriteEndArray();
        }

        if (node.FirstRun >= 0)
            writer.WriteString("#text"u8, Text(node));
        writer.WriteEndObject();
    }

    private void WriteValue(Utf8JsonWriter writer, in Node node)
    {
        if (node.IsNull)
            writer.WriteNullValue();
        else if (node.FirstChild < 0)
            writer.WriteStringValue(Text(node));
        else
            WriteObject(writer, node);
    }

    private ReadOnlySpan<char> Text(in Node node)
    {
        if (node.FirstRun < 0)
            return default;
        ref var first = ref _runs[node.FirstRun];
        if (first.Next < 0)
            return _text.AsSpan(first.Start, first.Length);
        var start = _textLength;
        for (var run = node.FirstRun; run >= 0; run = _runs[run].Next)
        {
            var (from, length) = (_runs[run].Start, _runs[run].Length);
            var room = Room(length + 1);
            _text.AsSpan(from, length).CopyTo(room);
            room[length] = ' ';
            Append(length + 1);
        }

        return _text.AsSpan(start, _textLength - start - 1);
    }

    private struct Run
    {
        public int Start;
        public int Length;
        public int Next;
    }

    private struct Node
    {
        public string Name;
        public int FirstChild;
        public int LastChild;

        /// <summary>The next child of the same parent that is the first of its name.</summary>
        public int Next;
        public int NextOfName;
        public int FirstRun;
        public int LastRun;
        public bool IsNull;
    }
}
