using System.Buffers;
using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Xml;

namespace Reshelve.Feeds;

/// <summary>
/// Makes a JSON object from an XML element: child elements and attributes (<c>@name</c>) are members, by their names as written;
/// children of the same name are an array; an element without attributes and children is its text; of one that has some, the text
/// is <c>#text</c>. Whitespace around text is trimmed. <c>xsi:nil="true"</c> is null. Namespace declarations are no members.
/// </summary>
internal sealed class XmlRecordConverter(XmlNamespaces namespaces, int mostValues) : IRecordConverter, IDisposable
{
    private const string SchemaInstance = "http://www.w3.org/2001/XMLSchema-instance";

    /// <summary>
    /// The names seen are remembered; after this many bytes of records anew, so that ever new names fill no memory.
    /// </summary>
    private const long BytesPerNameTable = 64 << 20;
    private const int TextPieceCharacters = 1 << 10;

    private readonly CharacterReader _characters = new();
    private readonly XmlTree _tree = new();
    private readonly Stack<int> _open = new();
    private readonly Dictionary<string, string> _attributeNames = [];
    private readonly ArrayBufferWriter<byte> _json = new(4 << 10);
    private readonly Utf8JsonWriter _writer = new(
        Stream.Null, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });

    private readonly char[] _piece = new char[TextPieceCharacters];
    private XmlReaderSettings _settings = NewSettings();
    private ImmutableDictionary<string, string>? _declared;
    private XmlParserContext? _context;
    private long _namedBytes;
    private int _runStart;

    public bool TryConvert(ReadOnlySpan<byte> record, RecordContext context, out ReadOnlySpan<byte> json, out string? problem)
    {
        json = default;
        problem = InvalidText.Describe(record);
        if (problem is not null)
            return false;
        Prepare(record, context);
        try
        {
            using var reader = XmlReader.Create(_characters, _settings, _context);
            problem = Read(reader);
        }
        catch (XmlException exception)
        {
            // It was left in the middle of the record's own declarations.
            _declared = null;
            problem = $"the element is not well-formed XML: {exception.Message}";
        }

        if (problem is not null)
            return false;
        _json.ResetWrittenCount();
        _writer.Reset(_json);
        _tree.Write(_writer);
        _writer.Flush();
        json = _json.WrittenSpan;
        return true;
    }

    public void Dispose()
    {
        _writer.Dispose();
        _characters.Dispose();
    }

    private void Prepare(ReadOnlySpan<byte> record, RecordContext context)
    {
        _characters.Use(record);
        _tree.Clear();
        _open.Clear();
        _namedBytes += record.Length;
        if (_namedBytes > BytesPerNameTable)
        {
            _settings = NewSettings();
            _attributeNames.Clear();
            _namedBytes = 0;
            _declared = null;
        }

        var declared = namespaces.Of(context);
        if (ReferenceEquals(declared, _declared))
            return;
        var manager = new XmlNamespaceManager(_settings.NameTable!);
        foreach (var (prefix, uri) in declared)
        {
            if (prefix is not ("xml" or "xmlns") && (uri.Length > 0 || prefix.Length == 0))
                manager.AddNamespace(prefix, uri);
        }

        _context = new XmlParserContext(_settings.NameTable, manager, xmlLang: null, XmlSpace.None);
        _declared = declared;
    }

    private string? Read(XmlReader reader)
    {
        _runStart = 0;
        while (reader.Read())
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    if (reader.Depth >= FeedLimits.Depth)
                        return $"its elements are nested deeper than {FeedLimits.Depth} (<{reader.Name}>)";
                    Open(reader);
                    if (_tree.Count > mostValues)
                        return $"the record has more than {mostValues:N0} elements and attributes, which is the limit; deliver less in one record, or raise `limits: values` in the definition";
                    break;
                case XmlNodeType.EndElement:
                    EndRun();
                    _open.Pop();
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace:
                    ReadText(reader);
                    break;
            }
        }

        return null;
    }

    private void Open(XmlReader reader)
    {
        EndRun();
        var node = _tree.Add(_open.TryPeek(out var parent) ? parent : -1, reader.Name);
        var isEmpty = reader.IsEmptyElement;
        while (reader.MoveToNextAttribute())
            ReadAttribute(reader, node);
        if (!isEmpty)
            _open.Push(node);
        _runStart = _tree.TextLength;
    }

    private void ReadAttribute(XmlReader reader, int element)
    {
        var name = reader.Name;
        if (name == "xmlns" || reader.Prefix == "xmlns")
            return;
        var value = reader.Value;
        if (reader.LocalName == "nil" && reader.NamespaceURI == SchemaInstance)
        {
            if (value.Trim() is "true" or "1")
                _tree.MarkNull(element);
            return;
        }

        if (!_attributeNames.TryGetValue(name, out var marked))
            _attributeNames.Add(name, marked = "@" + name);
        var node = _tree.Add(element, marked);
        var start = _tree.TextLength;
        value.CopyTo(_tree.Room(value.Length));
        _tree.Append(value.Length);
        _tree.AddRun(node, start);
    }

    private void ReadText(XmlReader reader)
    {
        int read;
        while ((read = reader.ReadValueChunk(_piece, 0, _piece.Length)) > 0)
        {
            _piece.AsSpan(0, read).CopyTo(_tree.Room(read));
            _tree.Append(read);
        }
    }

    private void EndRun()
    {
        if (_open.TryPeek(out var node) && _tree.TextLength > _runStart)
            _tree.AddRun(node, _runStart);
        _runStart = _tree.TextLength;
    }

    private static XmlReaderSettings NewSettings() => new()
    {
        NameTable = new NameTable(),
        ConformanceLevel = ConformanceLevel.Fragment,
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
    };
}
