using Reshelve.Feeds;

namespace Reshelve.Mapping;

/// <summary>
/// Writes JSON in one spelling: members sorted by name (as UTF-8 bytes), no white space, numbers and strings canonical, the
/// last of equal
/// names. Members that a definition wants can be left out on the way.
/// </summary>
internal sealed class CanonicalJson
{
    private readonly List<Member> _members = [];
    private readonly ByteBuffer _names = new();
    private readonly ByteBuffer _unsorted = new();
    private readonly Comparer<Member> _byName;

    public CanonicalJson() => _byName = Comparer<Member>.Create(Compare);

    /// <summary>Appends the members of an object that nothing in the tree wants; nothing if there are none.</summary>
    /// <param name="json">The object; it was read before without error.</param>
    /// <param name="node">What is wanted of it, and so left out.</param>
    /// <param name="output">Where to append.</param>
    /// <returns>Why it cannot be written (half a surrogate pair, a number out of range), or null.</returns>
    public string? TryAppendOthers(ReadOnlySpan<byte> json, FieldNode? node, ByteBuffer output)
    {
        _members.Clear();
        _names.Clear();
        var start = output.Length;
        var scanner = new JsonScanner(json);
        scanner.SkipSpace();
        var problem = AppendObject(ref scanner, node, output);
        if (problem is null && output.Length == start + 2)
            output.Truncate(start);
        return problem;
    }

    /// <summary>Appends any value.</summary>
    public string? TryAppend(ReadOnlySpan<byte> json, ByteBuffer output)
    {
        _members.Clear();
        _names.Clear();
        var scanner = new JsonScanner(json);
        scanner.SkipSpace();
        return AppendValue(ref scanner, null, output);
    }

    /// <summary>Appends a string token, keeping its text as it is.</summary>
    public static string? AppendString(ReadOnlySpan<byte> quoted, bool escaped, ByteBuffer scratch, ByteBuffer output)
    {
        if (!escaped)
        {
            output.Append(quoted);
            return null;
        }

        var mark = scratch.Length;
        if (!JsonText.TryUnescape(quoted, scratch))
            return "a text holds half of a surrogate pair (such as \\ud800 alone), which is no character";
        JsonText.AppendQuoted(scratch.Slice(mark, scratch.Length - mark), output);
        scratch.Truncate(mark);
        return null;
    }

    private string? AppendValue(scoped ref JsonScanner scanner, FieldNode? node, ByteBuffer output)
    {
        var start = scanner.At;
        var escaped = false;
        switch (scanner.Current)
        {
            case (byte)'{':
                return AppendObject(ref scanner, node, output);
            case (byte)'[':
                return AppendArray(ref scanner, node, output);
            case (byte)'"' when scanner.TryPassString(out escaped):
                return AppendString(scanner.Slice(start, scanner.At), escaped, _names, output);
            case (byte)'t' or (byte)'f' or (byte)'n' when scanner.TryPassValue(0):
                output.Append(scanner.Slice(start, scanner.At));
                return null;
            default:
                if (!scanner.TryPassNumber())
                    throw NotReadBefore();
                return JsonNumber.TryAppend(scanner.Slice(start, scanner.At), output, out _)
                    ? null
                    : "a number has more than 1,100 digits or an exponent beyond 100,000; deliver it as text";
        }
    }

    /// <summary>
    /// Appends an object's members as they come, and sorts them where they lie: reading a value again for each object around it
    /// would
    /// multiply the cost of a record by its depth.
    /// </summary>
    private string? AppendObject(scoped ref JsonScanner scanner, FieldNode? node, ByteBuffer output)
    {
        var first = _members.Count;
        var names = _names.Length;
        var next = 0;
        string? problem = null;
        output.Append((byte)'{');
        var start = output.Length;
        Pass(ref scanner, (byte)'{');
        while (problem is null && !scanner.TryPass((byte)'}'))
        {
            problem = AppendMember(ref scanner, node, ref next, output);
            PassSeparator(ref scanner);
        }

        if (problem is null && !IsInOrder(first))
            Sort(first, start, output);
        output.Append((byte)'}');
        _members.RemoveRange(first, _members.Count - first);
        _names.Truncate(names);
        return problem;
    }

    private string? AppendMember(scoped ref JsonScanner scanner, FieldNode? node, ref int next, ByteBuffer output)
    {
        var nameStart = _names.Length;
        if (!TryAppendName(ref scanner))
            return "a name holds half of a surrogate pair (such as \\ud800 alone), which is no character";
        var nameLength = _names.Length - nameStart;
        scanner.SkipSpace();
        Pass(ref scanner, (byte)':');
        var child = node?.Find(_names.Slice(nameStart, nameLength), ref next);
        // A wanted leaf is left out; of a wanted object or list the rest is kept; anything else there is nobody's.
        if (child is { IsLeaf: true } or { Targets.Length: > 0 })
        {
            _names.Truncate(nameStart);
            return scanner.TryPassValue(FeedLimits.Depth) ? null : throw NotReadBefore();
        }

        var wanted = scanner.Current is (byte)'{' or (byte)'[' ? child : null;
        if (output.Written[^1] != '{')
            output.Append((byte)',');
        var start = output.Length;
        JsonText.AppendQuoted(_names.Slice(nameStart, nameLength), output);
        output.Append((byte)':');
        var valueStart = output.Length;
        var problem = AppendValue(ref scanner, wanted, output);
        var isEmpty = wanted is not null && output.Length == valueStart + 2;
        _members.Add(new Member(nameStart, nameLength, start, output.Length - start, isEmpty, _members.Count));
        return problem;
    }

    private bool TryAppendName(scoped ref JsonScanner scanner)
    {
        var start = scanner.At;
        if (!scanner.TryPassString(out var escaped))
            throw NotReadBefore();
        if (escaped)
            return JsonText.TryUnescape(scanner.Slice(start, scanner.At), _names);
        _names.Append(scanner.Slice(start + 1, scanner.At - 1));
        return true;
    }

    /// <summary>Whether the members from this one on have ascending names and none is to be left out.</summary>
    private bool IsInOrder(int first)
    {
        for (var i = first; i < _members.Count; i++)
        {
            if (_members[i].IsEmpty || (i > first && NameOf(_members[i - 1]).SequenceCompareTo(NameOf(_members[i])) >= 0))
                return false;
        }

        return true;
    }

    /// <summary>Puts members in order; of equal names the last one stays, unless nothing is left of it.</summary>
    private void Sort(int first, int start, ByteBuffer output)
    {
        _members.Sort(first, _members.Count - first, _byName);
        _unsorted.Clear();
        _unsorted.Append(output.Written[start..]);
        output.Truncate(start);
        for (var i = first; i < _members.Count; i++)
        {
            var member = _members[i];
            if (member.IsEmpty || (i + 1 < _members.Count && NameOf(member).SequenceEqual(NameOf(_members[i + 1]))))
                continue;
            if (output.Length > start)
                output.Append((byte)',');
            output.Append(_unsorted.Slice(member.Start - start, member.Length));
        }
    }

    private string? AppendArray(scoped ref JsonScanner scanner, FieldNode? node, ByteBuffer output)
    {
        Pass(ref scanner, (byte)'[');
        output.Append((byte)'[');
        for (var first = true; !scanner.TryPass((byte)']'); first = false)
        {
            if (!first)
                output.Append((byte)',');
            if (AppendValue(ref scanner, node, output) is { } problem)
                return problem;
            PassSeparator(ref scanner);
        }

        output.Append((byte)']');
        return null;
    }

    private static void Pass(scoped ref JsonScanner scanner, byte expected)
    {
        if (!scanner.TryPass(expected))
            throw NotReadBefore();
        scanner.SkipSpace();
    }

    private static void PassSeparator(scoped ref JsonScanner scanner)
    {
        scanner.SkipSpace();
        if (scanner.TryPass((byte)','))
            scanner.SkipSpace();
    }

    private static InvalidOperationException NotReadBefore() => new("What is spelled canonically must have been read without error before.");

    private ReadOnlySpan<byte> NameOf(Member member) => _names.Slice(member.NameStart, member.NameLength);

    private int Compare(Member left, Member right)
    {
        var order = NameOf(left).SequenceCompareTo(NameOf(right));
        return order != 0 ? order : left.Order.CompareTo(right.Order);
    }

    /// <summary>A member as it was appended, with its name.</summary>
    private readonly record struct Member(int NameStart, int NameLength, int Start, int Length, bool IsEmpty, int Order);
}
