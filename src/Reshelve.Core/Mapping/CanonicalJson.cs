using System.Text.Json;
using Reshelve.Feeds;

namespace Reshelve.Mapping;

/// <summary>
/// Writes JSON in one spelling: members sorted by name (as UTF-8 bytes), no white space, numbers and strings canonical, the last of equal
/// names. Members that a definition wants can be left out on the way.
/// </summary>
internal sealed class CanonicalJson
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = FeedLimits.Depth };

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
        var reader = new Utf8JsonReader(json, Options);
        reader.Read();
        var problem = AppendObject(ref reader, json, node, output);
        if (problem is null && output.Length == start + 2)
            output.Truncate(start);
        return problem;
    }

    /// <summary>Appends any value.</summary>
    public string? TryAppend(ReadOnlySpan<byte> json, ByteBuffer output)
    {
        _members.Clear();
        _names.Clear();
        var reader = new Utf8JsonReader(json, Options);
        reader.Read();
        return AppendValue(ref reader, json, null, output);
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

    private string? AppendValue(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, FieldNode? node, ByteBuffer output)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return AppendObject(ref reader, json, node, output);
            case JsonTokenType.StartArray:
                return AppendArray(ref reader, json, node, output);
            case JsonTokenType.String:
                return AppendString(Token(ref reader, json), reader.ValueIsEscaped, _names, output);
            case JsonTokenType.Number:
                return JsonNumber.TryAppend(reader.ValueSpan, output, out _)
                    ? null
                    : "a number has more than 1,100 digits or an exponent beyond 100,000; deliver it as text";
            default:
                output.Append(reader.ValueSpan);
                return null;
        }
    }

    /// <summary>
    /// Appends an object's members as they come, and sorts them where they lie: reading a value again for each object around it would
    /// multiply the cost of a record by its depth.
    /// </summary>
    private string? AppendObject(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, FieldNode? node, ByteBuffer output)
    {
        var first = _members.Count;
        var names = _names.Length;
        var next = 0;
        string? problem = null;
        output.Append((byte)'{');
        var start = output.Length;
        while (problem is null && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            problem = AppendMember(ref reader, json, node, ref next, output);
        if (problem is null && !IsInOrder(first))
            Sort(first, start, output);
        output.Append((byte)'}');
        _members.RemoveRange(first, _members.Count - first);
        _names.Truncate(names);
        return problem;
    }

    private string? AppendMember(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, FieldNode? node, ref int next, ByteBuffer output)
    {
        var child = node?.Find(ref reader, ref next);
        var nameStart = _names.Length;
        if (!reader.ValueIsEscaped)
            _names.Append(reader.ValueSpan);
        else if (!TryUnescapeName(ref reader, json))
            return "a name holds half of a surrogate pair (such as \\ud800 alone), which is no character";
        var nameLength = _names.Length - nameStart;
        reader.Read();
        // A wanted leaf is left out; of a wanted object or list the rest is kept; anything else there is nobody's.
        if (child is { IsLeaf: true } or { Targets.Count: > 0 })
        {
            reader.Skip();
            _names.Truncate(nameStart);
            return null;
        }

        var wanted = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray ? child : null;
        if (output.Written[^1] != '{')
            output.Append((byte)',');
        var start = output.Length;
        JsonText.AppendQuoted(_names.Slice(nameStart, nameLength), output);
        output.Append((byte)':');
        var valueStart = output.Length;
        var problem = AppendValue(ref reader, json, wanted, output);
        var isEmpty = wanted is not null && output.Length == valueStart + 2;
        _members.Add(new Member(nameStart, nameLength, start, output.Length - start, isEmpty, _members.Count));
        return problem;
    }

    private bool TryUnescapeName(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        // The token of a name takes the colon along.
        var quoted = Token(ref reader, json);
        return JsonText.TryUnescape(quoted[..(quoted.LastIndexOf((byte)'"') + 1)], _names);
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

    private string? AppendArray(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, FieldNode? node, ByteBuffer output)
    {
        output.Append((byte)'[');
        for (var first = true; reader.Read() && reader.TokenType != JsonTokenType.EndArray; first = false)
        {
            if (!first)
                output.Append((byte)',');
            if (AppendValue(ref reader, json, node, output) is { } problem)
                return problem;
        }

        output.Append((byte)']');
        return null;
    }

    private static ReadOnlySpan<byte> Token(ref Utf8JsonReader reader, ReadOnlySpan<byte> json) =>
        json[(int)reader.TokenStartIndex..(int)reader.BytesConsumed];

    private ReadOnlySpan<byte> NameOf(Member member) => _names.Slice(member.NameStart, member.NameLength);

    private int Compare(Member left, Member right)
    {
        var order = NameOf(left).SequenceCompareTo(NameOf(right));
        return order != 0 ? order : left.Order.CompareTo(right.Order);
    }

    /// <summary>A member as it was appended, with its name.</summary>
    private readonly record struct Member(int NameStart, int NameLength, int Start, int Length, bool IsEmpty, int Order);
}
