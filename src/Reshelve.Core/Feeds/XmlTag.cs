using System.Buffers;
using System.Net;
using System.Text;

namespace Reshelve.Feeds;

/// <summary>
/// A whole start tag, from its name to before its closing bracket. Only for the few elements around the records.
/// </summary>
internal readonly ref struct XmlTag(ReadOnlySpan<byte> inside)
{
    private static readonly SearchValues<byte> NameEnds = SearchValues.Create(" \t\r\n/>"u8);

    private readonly ReadOnlySpan<byte> _attributes = inside[NameLength(inside)..];

    public ReadOnlySpan<byte> Name { get; } = inside[..NameLength(inside)];

    /// <summary>The next attribute after a place, which begins at 0; false if there is none. The value is decoded.</summary>
    public bool TryReadAttribute(ref int at, out string name, out string value)
    {
        name = value = "";
        at = BlankEnd(at);
        var equals = _attributes[at..].IndexOf((byte)'=');
        if (equals < 0)
            return false;
        name = Encoding.UTF8.GetString(_attributes.Slice(at, equals)).Trim();
        at = BlankEnd(at + equals + 1);
        if (at >= _attributes.Length || _attributes[at] is not ((byte)'"' or (byte)'\''))
            return false;
        var length = _attributes[(at + 1)..].IndexOf(_attributes[at]);
        if (length < 0)
            return false;
        value = WebUtility.HtmlDecode(Encoding.UTF8.GetString(_attributes.Slice(at + 1, length)));
        at += length + 2;
        return true;
    }

    private int BlankEnd(int at)
    {
        while (at < _attributes.Length && BlankTrimming.IsBlank(_attributes[at]))
            at++;
        return at;
    }

    private static int NameLength(ReadOnlySpan<byte> inside)
    {
        var length = inside.IndexOfAny(NameEnds);
        return length < 0 ? inside.Length : length;
    }
}
