using System.Text;

namespace Reshelve.Feeds;

/// <summary>
/// Cuts XML (1.0) into the elements at a path. It knows tags, comments, character data sections and processing instructions well
/// enough to find where elements end; whether a record is well-formed its converter finds out. A document type declaration, the
/// source of all entities, is refused wherever it stands.
/// </summary>
internal sealed class XmlSlicer : RecordSlicer
{
    /// <summary>As far as it is looked for; white space between records may be longer.</summary>
    private const int PatternBytes = 256;

    private readonly XmlMarkup _markup = new();
    private readonly XmlPathMatcher _records;
    private readonly XmlCount? _count;
    private readonly XmlNamespaces _namespaces;
    private readonly FeedFormat _format;
    private readonly bool _isFork;
    private long _depth;
    private long _recordDepth = -1;
    private bool _rootSeen;

    public XmlSlicer(string path, FeedFormat format, XmlNamespaces namespaces)
        : base(path)
    {
        _format = format;
        IReadOnlyList<string?> names = format.Records?.Segments ?? (IReadOnlyList<string?>)[null, null];
        _records = new XmlPathMatcher(names);
        _count = format.Count is { } count ? new XmlCount(count) : null;
        _namespaces = namespaces;
    }

    private XmlSlicer(XmlSlicer whole)
        : this(whole.Path, whole._format, whole._namespaces)
    {
        Context = whole.Context;
        _isFork = _rootSeen = true;
        _count = null;
        _depth = _records.EnterAllButLast();
    }

    public override bool IsBetweenRecords =>
        _recordDepth < 0 && !_markup.IsOpen && _records.IsAtRecords(_depth) && _count?.Ignores(_records.LastName, _depth) != false;

    public override RecordSlicer Fork() => new XmlSlicer(this);

    /// <summary>Its end tag; of an element without one, what stands there up to the next element's name.</summary>
    public override CutFinder? LearnCut(ReadOnlySpan<byte> text, RecordSlice last, int next)
    {
        var end = last.Start + last.Length;
        var tag = text[last.Start..end].LastIndexOf("</"u8);
        if (!text[..end].EndsWith("/>"u8) && tag >= 0)
            return new PatternCutFinder(text[(last.Start + tag)..end].ToArray(), last.Length - tag);
        var opening = text[end..].IndexOf((byte)'<');
        if (opening < 0 || text.Slice(end, opening).ContainsAnyExcept(" \t\n\r"u8))
            return null;
        var name = new XmlTag(text[(end + opening + 1)..]).Name;
        return opening > PatternBytes || name.Length > PatternBytes
            ? null
            : new PatternCutFinder(text[(end - 2)..(end + opening + 1 + name.Length)].ToArray(), 2);
    }

    public override void Scan(SliceWindow window)
    {
        while (!window.IsClosed)
        {
            if (_recordDepth >= 0 && !_markup.IsOpen)
            {
                _depth = XmlRecordPass.Pass(window, _depth, _recordDepth + 1);
                if (window.At == window.End)
                    return;
                if (_depth == _recordDepth + 1 && TryPassEnd(window))
                    continue;
            }

            if (!_markup.TryRead(window, IsOutside, out var kind))
                return;
            if (_isFork && !IsInRecords(window, kind))
            {
                Leave(window, _markup.Start);
                return;
            }

            switch (kind)
            {
                case XmlMarkupKind.Text:
                    TakeText(window);
                    break;
                case XmlMarkupKind.StartTag:
                    Open(window, isEmpty: false);
                    break;
                case XmlMarkupKind.EmptyTag:
                    Open(window, isEmpty: true);
                    break;
                case XmlMarkupKind.EndTag:
                    Close(window, isEmpty: false);
                    break;
                case XmlMarkupKind.Declaration:
                    throw Refused(
                        $"declares a document type or entities (<! at byte {window.Position(_markup.Start):N0}), which could expand "
                        + "without bounds or read other files. Have the feed delivered without <!DOCTYPE>.");
                case XmlMarkupKind.Section when _depth == 0:
                    throw Misplaced(window, _markup.Position);
                default:
                    break;
            }
        }
    }

    public override void Complete(SliceWindow window)
    {
        if (window.RecordStart >= 0 || window.IsSkipping)
        {
            var where = window.RecordStart >= 0 ? $" from byte {window.Position(window.RecordStart):N0}" : "";
            throw Incomplete($"after {window.Records:N0} records, the record{where} ends before it is closed");
        }

        if (!_rootSeen)
            throw Incomplete("it ends before its root element");
        if (_depth > 0)
            throw Incomplete($"after {window.Records:N0} records, {_depth:N0} elements around them are not closed");
        if (_markup.IsOpen || window.At < window.End)
            throw Incomplete("it ends in the middle of a comment, an instruction or a tag");
        if (_records.DescribeMissing() is { } problem)
            throw Refused(problem);
        if (_count is not null)
            EnsureCount(_count.ToString(), _count.Stated, window.Records);
    }

    /// <summary>Whether the tags here have to be known whole, with name and attributes.</summary>
    private bool IsOutside => _recordDepth < 0 && (_records.Cares(_depth) || _count?.Cares(_depth) == true);

    /// <summary>Whether what was read is in a record, begins one, or means nothing.</summary>
    private bool IsInRecords(SliceWindow window, XmlMarkupKind kind) => kind switch
    {
        XmlMarkupKind.Declaration => false,
        _ when _recordDepth >= 0 => true,
        XmlMarkupKind.StartTag or XmlMarkupKind.EmptyTag => _records.IsLast(TagAt(window).Name),
        XmlMarkupKind.EndTag => false,
        _ => true,
    };

    private XmlTag TagAt(SliceWindow window) => new(window.Buffer.AsSpan((_markup.Start + 1)..(window.At - 1)));

    /// <summary>
    /// From a record's end tag into the next record, if that comes at once: what <see cref="Close"/> and <see cref="Open"/> would do, by
    /// a shorter way. False: the window stands where it stood.
    /// </summary>
    private bool TryPassEnd(SliceWindow window)
    {
        var text = window.Buffer.AsSpan(0, window.End);
        if (window.At + 1 >= text.Length || text[window.At + 1] != (byte)'/')
            return false;
        var end = XmlRecordPass.EndOfEndTag(text, window.At + 2);
        if (end < 0 || _recordDepth == 0 || _count?.Ignores(_records.LastName, _recordDepth) == false)
            return false;
        window.At = end;
        if (window.EndRecord(new RecordSlice(window.RecordStart, end - window.RecordStart)) && TryPassStart(window, text))
            return true;
        _depth--;
        _recordDepth = -1;
        _records.Leave(_depth);
        _count?.Leave(_depth);
        return true;
    }

    /// <summary>From behind a record into the next. False: it is not simply the next that comes.</summary>
    private bool TryPassStart(SliceWindow window, ReadOnlySpan<byte> text)
    {
        var at = BlankTrimming.Skip(window.Buffer, window.At, window.End);
        if (at + 1 >= text.Length || text[at] != (byte)'<' || text[at + 1] is (byte)'/' or (byte)'!' or (byte)'?')
            return false;
        var end = XmlRecordPass.EndOfStartTag(text, at + 1);
        if (end < 0 || text[end - 2] == (byte)'/' || !_records.IsLast(new XmlTag(text[(at + 1)..(end - 1)]).Name))
            return false;
        window.Begin(at);
        window.At = end;
        return true;
    }

    private void Open(SliceWindow window, bool isEmpty)
    {
        if (IsOutside)
        {
            if (_depth == 0 && _rootSeen)
                throw Misplaced(window, _markup.Position);
            _rootSeen = true;
            OpenOutside(window);
        }

        _depth++;
        if (isEmpty)
            Close(window, isEmpty: true);
    }

    private void OpenOutside(SliceWindow window)
    {
        var tag = TagAt(window);
        var isOnPath = _records.Enter(tag.Name, _depth);
        _count?.Enter(tag, _depth);
        if (isOnPath && _records.IsComplete)
        {
            _recordDepth = _depth;
            window.Begin(_markup.Start);
        }
        else if (isOnPath)
        {
            DeclareNamespaces(tag);
        }
    }

    private void DeclareNamespaces(XmlTag tag)
    {
        var at = 0;
        while (tag.TryReadAttribute(ref at, out var name, out var value))
        {
            if (name == "xmlns")
                _namespaces.Declare(Context, "", value);
            else if (name.StartsWith("xmlns:", StringComparison.Ordinal))
                _namespaces.Declare(Context, name["xmlns:".Length..], value);
        }
    }

    private void Close(SliceWindow window, bool isEmpty)
    {
        _depth--;
        if (_depth < 0)
            throw Misplaced(window, _markup.Position);
        if (!isEmpty && IsAroundRecords)
            EnsureName(window);
        if (_recordDepth >= 0 && _depth > _recordDepth)
            return;
        if (_recordDepth == _depth)
        {
            _recordDepth = -1;
            window.EndRecord(new RecordSlice(window.RecordStart, window.At - window.RecordStart));
        }

        _records.Leave(_depth);
        _count?.Leave(_depth);
    }

    /// <summary>Whether the element that was just closed is one that the path to the records leads through.</summary>
    private bool IsAroundRecords => _recordDepth < 0 && _records.Matched == _depth + 1;

    private void EnsureName(SliceWindow window)
    {
        var name = Encoding.UTF8.GetString(window.Buffer.AsSpan((_markup.Start + 2)..(window.At - 1))).TrimEnd();
        var opened = _records.OpenName;
        if (name != opened)
        {
            throw Incomplete(
                $"after {window.Records:N0} records, <{opened}> is closed by </{name}> (byte {window.Position(_markup.Start):N0})");
        }
    }

    private void TakeText(SliceWindow window)
    {
        if (_recordDepth >= 0)
            return;
        var text = window.Buffer.AsSpan(_markup.Start..window.At);
        _count?.Take(text, _depth);
        if (_depth == 0 && text.ContainsAnyExcept(" \t\n\r"u8))
            throw Misplaced(window, window.Position(BlankTrimming.Skip(window.Buffer, _markup.Start, window.At)));
    }

    private ReshelveException Misplaced(SliceWindow window, long position)
    {
        // A section may be so long that its beginning is gone.
        var at = position - window.Position(0);
        var text = at < 0 ? "<![CDATA["u8 : window.Buffer.AsSpan((int)at, Math.Min(20, window.End - (int)at));
        var found = Encoding.UTF8.GetString(text).ReplaceLineEndings(" ");
        return _rootSeen
            ? Incomplete($"its root element is closed, and then comes '{found}' (byte {position:N0})")
            : Refused($"is not XML: it begins with '{found}' (byte {position:N0}). Check the definition's format.");
    }
}
