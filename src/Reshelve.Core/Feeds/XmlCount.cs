using System.Text;
using Reshelve.Catalogs;

namespace Reshelve.Feeds;

/// <summary>
/// Reads the number of records that an XML feed states of itself, in an element or an attribute around the records.
/// </summary>
internal sealed class XmlCount
{
    private const int MostCharacters = 100;

    private readonly FieldPath _path;
    private readonly XmlPathMatcher _element;
    private readonly string? _attribute;
    private readonly int _elements;
    private readonly StringBuilder _text = new();

    public XmlCount(FieldPath path)
    {
        _path = path;
        var segments = path.Segments;
        _attribute = segments[^1].StartsWith('@') ? segments[^1][1..] : null;
        _elements = segments.Count - (_attribute is not null || segments[^1] == "#text" ? 1 : 0);
        _element = new XmlPathMatcher([.. segments.Take(_elements)]);
    }

    /// <summary>What it says; null if it was not there.</summary>
    public string? Stated { get; private set; }

    public bool Cares(long depth) => _element.Cares(depth);

    /// <summary>
    /// Whether text inside of so many open elements, and an element of this name (null: of any) there, have nothing to do with it.
    /// </summary>
    public bool Ignores(byte[]? name, long depth) =>
        _element.Matched <= depth && !_element.Wants(name, depth) && (_attribute is not null || !_element.IsComplete);

    public void Enter(XmlTag tag, long depth)
    {
        if (!_element.Enter(tag.Name, depth) || !_element.IsComplete)
            return;
        if (_attribute is null)
        {
            Stated = "";
            _text.Clear();
            return;
        }

        var at = 0;
        while (tag.TryReadAttribute(ref at, out var name, out var value))
        {
            if (name == _attribute)
                Stated = value.Trim();
        }
    }

    /// <summary>Text inside of so many open elements.</summary>
    public void Take(ReadOnlySpan<byte> text, long depth)
    {
        if (_attribute is not null || !_element.IsComplete || depth != _elements || _text.Length >= MostCharacters)
            return;
        _text.Append(Encoding.UTF8.GetString(text[..Math.Min(text.Length, MostCharacters)]));
        Stated = _text.ToString().Trim();
    }

    public void Leave(long depth) => _element.Leave(depth);

    public override string ToString() => _path.ToString();
}
