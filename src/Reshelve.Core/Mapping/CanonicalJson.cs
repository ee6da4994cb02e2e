using Reshelve.Feeds;

namespace Reshelve.Mapping;

/// <summary>
/// Writes JSON in one spelling: members sorted by name (as UTF-8 bytes), no white space, numbers and strings canonical, the last of equal
/// names. Members that a definition wants can be left out on the way.
/// </summary>
internal sealed class CanonicalJson
{
    private readonly List<Member> _members = [];
    private readonly ByteBuffer _names = new();
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
        var problem = AppendObject(json, node, output);
        if (problem is null && output.Length == start + 2)
            output.Truncate(start);
        return problem;
    }

    /// <summary>Appends any value.</summary>
    public string? TryAppend(ReadOnlySpan<byte> json, ByteBuffer output)
    {
        _members.Clear();
        _names.Clear();
        return AppendValue(json, null, output);
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

    private string? AppendValue(ReadOnlySpan<byte> json, FieldNode? node, ByteBuffer output)
    {
        switch (json[0])
        {
            case (byte)'{':
                return AppendObject(json, node, output);
            case (byte)'[':
                return AppendArray(json, node, output);
            case (byte)'"':
                return AppendString(json, json.Contains((byte)'\\'), _names, output);
            case (byte)'t' or (byte)'f' or (byte)'n':
                output.Append(json);
                return null;
            default:
                return JsonNumber.TryAppend(json, output, out _)
                    ? null
                    : "a number has more than 1,100 digits or an exponent beyond 100,000; deliver it as text";
        }
    }

    private string? AppendObject(ReadOnlySpan<byte> json, FieldNode? node, ByteBuffer output)
    {
        var first = _members.Count;
        var names = _names.Length;
        var problem = CollectMembers(json, node);
        _members.Sort(first, _members.Count - first, _byName);
        output.Append((byte)'{');
        var written = 0;
        for (var i = first; problem is null && i < _members.Count; i++)
        {
            if (i + 1 < _members.Count && NameOf(_members[i]).SequenceEqual(NameOf(_members[i + 1])))
                continue;
            problem = AppendMember(json, _members[i], output, ref written);
        }

        output.Append((byte)'}');
        _members.RemoveRange(first, _members.Count - first);
        _names.Truncate(names);
        return problem;
    }

    private string? AppendMember(ReadOnlySpan<byte> json, Member member, ByteBuffer output, ref int written)
    {
        var start = output.Length;
        if (written > 0)
            output.Append((byte)',');
        JsonText.AppendQuoted(NameOf(member), output);
        output.Append((byte)':');
        var valueStart = output.Length;
        var problem = AppendValue(json.Slice(member.Start, member.Length), member.Node, output);
        if (member.Node is not null && output.Length == valueStart + 2)
            output.Truncate(start);
        else
            written++;
        return problem;
    }

    private string? CollectMembers(ReadOnlySpan<byte> json, FieldNode? node)
    {
        var scanner = new JsonScanner(json);
        scanner.TryPass((byte)'{');
        scanner.SkipSpace();
        var next = 0;
        while (!scanner.TryPass((byte)'}'))
        {
            var nameStart = _names.Length;
            var quotedStart = scanner.At;
            scanner.TryPassString(out var escaped);
            if (!AppendName(json[quotedStart..scanner.At], escaped))
                return "a name holds half of a surrogate pair (such as \\ud800 alone), which is no character";
            var nameLength = _names.Length - nameStart;
            scanner.SkipSpace();
            scanner.TryPass((byte)':');
            scanner.SkipSpace();
            var start = scanner.At;
            if (!scanner.TryPassValue(FeedLimits.Depth))
                throw new InvalidOperationException("The JSON was not read before.");
            var child = node?.Find(_names.Slice(nameStart, nameLength), ref next);
            // A wanted leaf is left out; of a wanted object or list the rest is kept; anything else there is nobody's.
            if (child is not ({ IsLeaf: true } or { Targets.Count: > 0 }))
            {
                var container = json[start] is (byte)'{' or (byte)'[';
                _members.Add(new Member(nameStart, nameLength, start, scanner.At - start, container ? child : null, _members.Count));
            }

            scanner.SkipSpace();
            scanner.TryPass((byte)',');
            scanner.SkipSpace();
        }

        return null;
    }

    private bool AppendName(ReadOnlySpan<byte> quoted, bool escaped)
    {
        if (escaped)
            return JsonText.TryUnescape(quoted, _names);
        _names.Append(quoted[1..^1]);
        return true;
    }

    private string? AppendArray(ReadOnlySpan<byte> json, FieldNode? node, ByteBuffer output)
    {
        var scanner = new JsonScanner(json);
        scanner.TryPass((byte)'[');
        scanner.SkipSpace();
        output.Append((byte)'[');
        for (var first = true; !scanner.TryPass((byte)']'); first = false)
        {
            if (!first)
                output.Append((byte)',');
            var start = scanner.At;
            if (!scanner.TryPassValue(FeedLimits.Depth))
                throw new InvalidOperationException("The JSON was not read before.");
            if (AppendValue(json[start..scanner.At], node, output) is { } problem)
                return problem;
            scanner.SkipSpace();
            scanner.TryPass((byte)',');
            scanner.SkipSpace();
        }

        output.Append((byte)']');
        return null;
    }

    private ReadOnlySpan<byte> NameOf(Member member) => _names.Slice(member.NameStart, member.NameLength);

    private int Compare(Member left, Member right)
    {
        var order = NameOf(left).SequenceCompareTo(NameOf(right));
        return order != 0 ? order : left.Order.CompareTo(right.Order);
    }

    private readonly record struct Member(int NameStart, int NameLength, int Start, int Length, FieldNode? Node, int Order);
}
