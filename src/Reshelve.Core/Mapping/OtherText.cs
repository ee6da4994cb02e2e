using System.Numerics;

namespace Reshelve.Mapping;

/// <summary>
/// The canonical text of what nobody wants of a record, made while the record is read: members are appended as they come, and
/// put in order where an object ends. The order of names is known beforehand (<see cref="KnownName.Rank"/>), so nothing is
/// compared. Reused.
/// </summary>
internal sealed class OtherText
{
    private readonly ByteBuffer _text = new();
    private readonly ByteBuffer _unsorted = new();
    private Member[] _members = new Member[64];
    private int[] _memberOfRank = new int[64];
    private ulong[] _ranks = new ulong[1];
    private int _count;

    /// <summary>The text so far; values are appended to it.</summary>
    public ByteBuffer Output => _text;

    public void Clear()
    {
        _text.Clear();
        _count = 0;
    }

    /// <summary>Begins an object.</summary>
    public OpenObject Begin()
    {
        _text.Append((byte)'{');
        return new OpenObject(_text.Length, _count);
    }

    /// <summary>Begins a member; its value comes next.</summary>
    /// <returns>Where it begins.</returns>
    public int BeginMember(KnownName name)
    {
        if (_text.Last != '{')
            _text.Append((byte)',');
        var start = _text.Length;
        _text.Append(name.Label);
        return start;
    }

    /// <summary>Ends a member.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="start">Where it begins.</param>
    /// <param name="canBeEmpty">
    /// Whether something was taken out of its value; it is left out when nothing else was in there.
    /// </param>
    public void EndMember(KnownName name, int start, bool canBeEmpty)
    {
        if (canBeEmpty && _text.Length == start + name.Label.Length + 2)
        {
            _text.Truncate(_text.Slice(start - 1, 1)[0] == ',' ? start - 1 : start);
            return;
        }

        if (_count == _members.Length)
            Array.Resize(ref _members, 2 * _count);
        _members[_count++] = new Member(name, start, _text.Length - start);
    }

    /// <summary>Ends an object: its members by name, and of equal names the last.</summary>
    public void End(OpenObject open, NameTable names)
    {
        if (!IsInOrder(open.FirstMember))
            Sort(open, names.Ranks);
        _count = open.FirstMember;
        _text.Append((byte)'}');
    }

    private bool IsInOrder(int first)
    {
        var last = -1;
        foreach (ref readonly var member in _members.AsSpan(first, _count - first))
        {
            var rank = member.Name.Rank;
            if (rank <= last)
                return false;
            last = rank;
        }

        return true;
    }

    private void Sort(OpenObject open, int ranks)
    {
        if (_memberOfRank.Length < ranks)
        {
            _memberOfRank = new int[2 * ranks];
            _ranks = new ulong[((2 * ranks) / 64) + 1];
        }

        for (var i = open.FirstMember; i < _count; i++)
        {
            var rank = _members[i].Name.Rank;
            _memberOfRank[rank] = i;
            _ranks[rank >> 6] |= 1UL << rank;
        }

        _unsorted.Clear();
        _unsorted.Append(_text.Written[open.Start..]);
        _text.Truncate(open.Start);
        for (var word = 0; word <= (ranks - 1) >> 6; word++)
        {
            for (; _ranks[word] != 0; _ranks[word] &= _ranks[word] - 1)
            {
                ref readonly var member = ref _members[_memberOfRank[(word << 6) + BitOperations.TrailingZeroCount(_ranks[word])]];
                if (_text.Length > open.Start)
                    _text.Append((byte)',');
                _text.Append(_unsorted.Slice(member.Start - open.Start, member.Length));
            }
        }
    }

    /// <summary>An object that is being written.</summary>
    /// <param name="Start">Where its members begin.</param>
    /// <param name="FirstMember">The number of the first of them.</param>
    internal readonly record struct OpenObject(int Start, int FirstMember);

    private readonly record struct Member(KnownName Name, int Start, int Length);
}
