using System.Text.Json;

namespace Reshelve.Mapping;

/// <summary>
/// The top-level members of one record that nobody wants, to be written sorted by name. Records of a feed mostly have the same
/// members in the
/// same order, so the order of the record before is tried first. Reused.
/// </summary>
internal sealed class OtherMembers
{
    private Member[] _members = new Member[64];
    private int[] _order = new int[64];
    private readonly ByteBuffer _lastNames = new(256);
    private readonly ByteBuffer _names = new(256);
    private readonly Comparison<int> _byName;
    private int _lastCount = -1;
    private int _distinct;

    public OtherMembers() => _byName = Compare;

    public int Count { get; private set; }

    public void Clear()
    {
        Count = 0;
        _names.Clear();
    }

    public void Add(ReadOnlySpan<byte> name, int start, int length, JsonTokenType type, bool escaped)
    {
        if (Count == _members.Length)
        {
            Array.Resize(ref _members, Count * 2);
            Array.Resize(ref _order, Count * 2);
        }

        _members[Count++] = new Member(_names.Length, name.Length, start, length, type, escaped);
        _names.Append(name);
        _names.Append(0);
    }

    public ReadOnlySpan<byte> Name(int index) => _names.Slice(_members[index].NameStart, _members[index].NameLength);

    public ref readonly Member this[int index] => ref _members[index];

    /// <summary>The members' indexes sorted by name as UTF-8 bytes, of equal names only the last.</summary>
    public ReadOnlySpan<int> Sorted()
    {
        if (Count != _lastCount || !_names.Written.SequenceEqual(_lastNames.Written))
            Sort();
        return _order.AsSpan(0, _distinct);
    }

    private void Sort()
    {
        for (var i = 0; i < Count; i++)
            _order[i] = i;
        _order.AsSpan(0, Count).Sort(_byName);
        _distinct = 0;
        for (var i = 0; i < Count; i++)
        {
            if (i + 1 == Count || !Name(_order[i]).SequenceEqual(Name(_order[i + 1])))
                _order[_distinct++] = _order[i];
        }

        _lastCount = Count;
        _lastNames.Clear();
        _lastNames.Append(_names.Written);
    }

    private int Compare(int left, int right)
    {
        var order = Name(left).SequenceCompareTo(Name(right));
        return order != 0 ? order : left.CompareTo(right);
    }

    /// <summary>One member.</summary>
    internal readonly record struct Member(int NameStart, int NameLength, int Start, int Length, JsonTokenType Type, bool Escaped);
}
