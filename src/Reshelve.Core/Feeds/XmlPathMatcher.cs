using System.Text;

namespace Reshelve.Feeds;

/// <summary>
/// Follows start and end tags from the root on and notices the elements at a path. A name of null stands for any.
/// </summary>
internal sealed class XmlPathMatcher
{
    /// <summary>As many names as fit in a message.</summary>
    private const int NamedAtMost = 12;

    private readonly byte[]?[] _names;
    private readonly string _text;
    private readonly List<string> _others = [];
    private readonly Stack<string> _open = new();
    private int _deepest;

    public XmlPathMatcher(IReadOnlyList<string?> names)
    {
        _names = [.. names.Select(name => name is null ? null : Encoding.UTF8.GetBytes(name))];
        _text = string.Join('.', names);
    }

    /// <summary>How many of the open elements are on the path.</summary>
    public int Matched { get; private set; }

    /// <summary>The innermost open element on the path.</summary>
    public string OpenName => _open.Peek();

    public bool IsComplete => Matched == _names.Length;

    /// <summary>Whether an element of this name (null: of any), inside of so many others, would be on the path.</summary>
    public bool Wants(byte[]? name, long depth) =>
        Cares(depth) && (name is null || _names[Matched] is not { } wanted || name.AsSpan().SequenceEqual(wanted));

    /// <summary>Whether tags at this depth (the number of open elements) can matter.</summary>
    public bool Cares(long depth) => Matched == depth && !IsComplete;

    /// <summary>The name of the last element on the path.</summary>
    public byte[]? LastName => _names[^1];

    public bool IsLast(ReadOnlySpan<byte> name) => LastName is null || name.SequenceEqual(LastName);

    /// <summary>Whether nothing but what the path ends at is open, and one such element was seen.</summary>
    public bool IsAtRecords(long depth) => depth > 0 && Matched == depth && Matched == _names.Length - 1 && _deepest == _names.Length;

    /// <summary>Enters all elements but the last; their number.</summary>
    public int EnterAllButLast()
    {
        for (; Matched < _names.Length - 1; Matched++)
            _open.Push("");
        _deepest = _names.Length;
        return Matched;
    }

    /// <summary>An element is opened inside of as many others. True: it is on the path.</summary>
    public bool Enter(ReadOnlySpan<byte> name, long depth)
    {
        if (!Cares(depth))
            return false;
        if (_names[Matched] is { } wanted && !name.SequenceEqual(wanted))
        {
            Note(name);
            return false;
        }

        Matched++;
        _open.Push(IsComplete ? "" : Encoding.UTF8.GetString(name));
        if (Matched > _deepest)
        {
            _deepest = Matched;
            _others.Clear();
        }

        return true;
    }

    /// <summary>An element is closed, and as many are left open.</summary>
    public void Leave(long depth)
    {
        for (; Matched > depth; Matched--)
            _open.Pop();
    }

    /// <summary>
    /// Why the path leads nowhere, or null if it does: if what the records would be in was there, then there were simply none.
    /// </summary>
    public string? DescribeMissing()
    {
        if (_deepest >= Math.Max(1, _names.Length - 1))
            return null;
        var names = _others.Count == 0 ? "no other elements" : string.Join(", ", _others.Select(name => $"<{name}>"));
        var where = _deepest == 0 ? "as its root" : $"in <{Encoding.UTF8.GetString(_names[_deepest - 1] ?? [])}>";
        return $"has no <{Encoding.UTF8.GetString(_names[_deepest] ?? [])}> {where}, where the catalog's definition looks for its records "
            + $"('{_text}'). There: {names}. Correct 'records' in the definition's format, or have the feed corrected.";
    }

    public override string ToString() => _text;

    private void Note(ReadOnlySpan<byte> name)
    {
        if (Matched != _deepest || _others.Count >= NamedAtMost)
            return;
        var text = Encoding.UTF8.GetString(name[..Math.Min(name.Length, 100)]);
        if (!_others.Contains(text))
            _others.Add(text);
    }
}
