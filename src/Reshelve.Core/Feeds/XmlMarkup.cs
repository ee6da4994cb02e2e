namespace Reshelve.Feeds;

/// <summary>What stands between two places of an XML text.</summary>
internal enum XmlMarkupKind
{
    /// <summary>Characters between tags, or a part of them.</summary>
    Text,
    StartTag,

    /// <summary>A start tag that is its own end tag.</summary>
    EmptyTag,
    EndTag,

    /// <summary>A section of character data.</summary>
    Section,

    /// <summary>A comment or a processing instruction.</summary>
    Other,

    /// <summary>Any other markup that begins with an exclamation mark.</summary>
    Declaration,
}

/// <summary>
/// Divides XML into markup and text. Everything but the few tags that must be seen whole may be longer than the window: it
/// remembers what is open.
/// </summary>
internal sealed class XmlMarkup
{
    private enum OpenMarkup
    {
        None,
        Comment,
        Section,
        Instruction,
        StartTag,
        EndTag,
    }

    private OpenMarkup _open;
    private byte _quote;
    private byte _lastByte;

    /// <summary>Where what was read begins; valid if it lies in one window, as text and whole tags do.</summary>
    public int Start { get; private set; }

    /// <summary>The same as a place in the text, which stays valid.</summary>
    public long Position { get; private set; }

    public bool IsOpen => _open != OpenMarkup.None;

    /// <summary>Reads the next piece and moves the window behind it. False: more text is needed.</summary>
    /// <param name="window">The text.</param>
    /// <param name="whole">A tag has to be in the window from its beginning to its end.</param>
    /// <param name="kind">What was read.</param>
    public bool TryRead(SliceWindow window, bool whole, out XmlMarkupKind kind)
    {
        kind = XmlMarkupKind.Text;
        if (_open != OpenMarkup.None)
            return TryClose(window, out kind);
        if (window.At == window.End)
            return false;
        Start = window.At;
        Position = window.Position(Start);
        var left = window.Buffer.AsSpan(Start, window.End - Start);
        var text = left.IndexOf((byte)'<');
        if (text != 0)
        {
            window.At = text < 0 ? window.End : Start + text;
            return true;
        }

        if (!TryOpen(window, left, out kind))
            return kind == XmlMarkupKind.Declaration;
        if (TryClose(window, out kind))
            return true;
        if (whole && _open is OpenMarkup.StartTag or OpenMarkup.EndTag)
        {
            _open = OpenMarkup.None;
            window.At = Start;
        }

        return false;
    }

    private bool TryOpen(SliceWindow window, ReadOnlySpan<byte> left, out XmlMarkupKind kind)
    {
        kind = XmlMarkupKind.Other;
        if (left.Length < 2)
            return false;
        (_open, var length) = left[1] switch
        {
            (byte)'/' => (OpenMarkup.EndTag, 2),
            (byte)'?' => (OpenMarkup.Instruction, 2),
            (byte)'!' when left.StartsWith("<!--"u8) => (OpenMarkup.Comment, 4),
            (byte)'!' when left.StartsWith("<![CDATA["u8) => (OpenMarkup.Section, 9),
            (byte)'!' => (OpenMarkup.None, 0),
            _ => (OpenMarkup.StartTag, 1),
        };
        if (_open == OpenMarkup.None && !"<!--"u8.StartsWith(left) && !"<![CDATA["u8.StartsWith(left))
            kind = XmlMarkupKind.Declaration;
        window.At += length;
        _quote = 0;
        _lastByte = 0;
        return _open != OpenMarkup.None;
    }

    private bool TryClose(SliceWindow window, out XmlMarkupKind kind)
    {
        kind = XmlMarkupKind.Other;
        switch (_open)
        {
            case OpenMarkup.StartTag:
                return TryCloseStartTag(window, out kind);
            case OpenMarkup.EndTag:
                kind = XmlMarkupKind.EndTag;
                return TrySkipPast(window, ">"u8);
            case OpenMarkup.Section:
                kind = XmlMarkupKind.Section;
                return TrySkipPast(window, "]]>"u8);
            case OpenMarkup.Comment:
                return TrySkipPast(window, "-->"u8);
            default:
                return TrySkipPast(window, "?>"u8);
        }
    }

    private bool TrySkipPast(SliceWindow window, ReadOnlySpan<byte> terminator)
    {
        var length = window.Buffer.AsSpan(window.At, window.End - window.At).IndexOf(terminator);
        if (length < 0)
        {
            // The terminator's own beginning may be here already.
            window.At = Math.Max(window.At, window.End - terminator.Length + 1);
            return false;
        }

        window.At += length + terminator.Length;
        _open = OpenMarkup.None;
        return true;
    }

    /// <summary>A bracket inside of an attribute's value ends no tag.</summary>
    private bool TryCloseStartTag(SliceWindow window, out XmlMarkupKind kind)
    {
        kind = XmlMarkupKind.StartTag;
        while (true)
        {
            var left = window.Buffer.AsSpan(window.At, window.End - window.At);
            var length = _quote == 0 ? left.IndexOfAny((byte)'>', (byte)'"', (byte)'\'') : left.IndexOf(_quote);
            if (length < 0)
            {
                if (left.Length > 0)
                    _lastByte = left[^1];
                window.At = window.End;
                return false;
            }

            window.At += length + 1;
            if (_quote != 0)
            {
                _quote = 0;
            }
            else if (left[length] != (byte)'>')
            {
                _quote = left[length];
            }
            else
            {
                kind = (length > 0 ? left[length - 1] : _lastByte) == (byte)'/' ? XmlMarkupKind.EmptyTag : XmlMarkupKind.StartTag;
                _open = OpenMarkup.None;
                return true;
            }

            _lastByte = 0;
        }
    }
}
