using System.Text.Json;
using Reshelve.Feeds;

namespace Reshelve.Mapping;

/// <summary>
/// The quick way through a record: notes the wanted values and the top-level members that nobody wants, in one pass and without
/// decoding.
/// Gives up (false) on whatever is unusual: anything that is not well-formed, halves of surrogate pairs in names, nesting
/// beyond the limit. The record is then
/// walked by <see cref="RecordWalker"/>, which gives the same values, or says what is wrong.
/// </summary>
internal sealed class RecordScanner(FieldNode root, RecordValues values, OtherMembers others)
{
    private readonly ByteBuffer _name = new(64);

    /// <summary>
    /// Whether what nobody wants lies at the top only; else it is spread over objects of which something is wanted.
    /// </summary>
    public bool OthersAreFlat { get; private set; }

    public bool TryScan(ReadOnlySpan<byte> json)
    {
        values.Clear();
        others.Clear();
        OthersAreFlat = true;
        var scanner = new JsonScanner(json);
        scanner.SkipSpace();
        if (!TryObject(ref scanner, root, false, FeedLimits.Depth))
            return false;
        scanner.SkipSpace();
        return scanner.IsEnd;
    }

    private bool TryObject(scoped ref JsonScanner scanner, FieldNode node, bool inList, int depth)
    {
        if (depth == 0 || !scanner.TryPass((byte)'{'))
            return false;
        scanner.SkipSpace();
        if (scanner.TryPass((byte)'}'))
            return true;
        var number = values.NextObject();
        var next = 0;
        while (true)
        {
            var nameStart = scanner.At;
            if (!scanner.TryPassString(out var escaped) || !TryReadName(scanner.Slice(nameStart, scanner.At), escaped, out var name))
                return false;
            scanner.SkipSpace();
            if (!scanner.TryPass((byte)':'))
                return false;
            scanner.SkipSpace();
            var child = node.Find(name, ref next);
            var passed = child is null
                ? TryOther(ref scanner, node, name, depth - 1)
                : TryWanted(ref scanner, child, inList, depth - 1, number);
            if (!passed)
                return false;
            scanner.SkipSpace();
            if (scanner.TryPass((byte)'}'))
                return true;
            if (!scanner.TryPass((byte)','))
                return false;
            scanner.SkipSpace();
        }
    }

    private bool TryReadName(ReadOnlySpan<byte> quoted, bool escaped, out ReadOnlySpan<byte> name)
    {
        name = quoted[1..^1];
        if (!escaped)
            return true;
        _name.Clear();
        if (!JsonText.TryUnescape(quoted, _name))
            return false;
        name = _name.Written;
        return true;
    }

    private bool TryOther(scoped ref JsonScanner scanner, FieldNode node, ReadOnlySpan<byte> name, int depth)
    {
        if (node != root)
            OthersAreFlat = false;
        var start = scanner.At;
        var type = TypeOf(scanner.Current);
        var escaped = false;
        if (type == JsonTokenType.String ? !scanner.TryPassString(out escaped) : !scanner.TryPassValue(depth))
            return false;
        if (node == root)
            others.Add(name, start, scanner.At - start, type, escaped);
        return true;
    }

    private bool TryWanted(scoped ref JsonScanner scanner, FieldNode child, bool inList, int depth, long number)
    {
        if (child.Last.Object == number)
            values.Forget(child.Last);
        var first = values.Count;
        if (!TryCapture(ref scanner, child, inList, depth))
            return false;
        child.Last = new FieldNode.Occurrence(number, first, values.Count);
        return true;
    }

    private bool TryCapture(scoped ref JsonScanner scanner, FieldNode node, bool inList, int depth)
    {
        var start = scanner.At;
        var type = TypeOf(scanner.Current);
        var escaped = false;
        switch (type)
        {
            case JsonTokenType.StartObject when !node.IsLeaf:
                // An object that is wanted whole and in parts is rare: the walker sorts it out.
                return node.Targets.Count == 0 && TryObject(ref scanner, node, inList, depth);
            case JsonTokenType.StartArray when !(inList && node.Targets.Count > 0):
                OthersAreFlat &= node.IsLeaf;
                return TryElements(ref scanner, node, depth);
            case JsonTokenType.String:
                if (!scanner.TryPassString(out escaped))
                    return false;
                break;
            default:
                if (!scanner.TryPassValue(depth))
                    return false;
                break;
        }

        OthersAreFlat &= node.IsLeaf;
        if (type != JsonTokenType.Null)
            values.Add(node, start, scanner.At - start, type, escaped, inList);
        return true;
    }

    private bool TryElements(scoped ref JsonScanner scanner, FieldNode node, int depth)
    {
        if (depth == 0)
            return false;
        scanner.TryPass((byte)'[');
        scanner.SkipSpace();
        if (scanner.TryPass((byte)']'))
            return true;
        while (true)
        {
            if (!TryCapture(ref scanner, node, true, depth - 1))
                return false;
            scanner.SkipSpace();
            if (scanner.TryPass((byte)']'))
                return true;
            if (!scanner.TryPass((byte)','))
                return false;
            scanner.SkipSpace();
        }
    }

    private static JsonTokenType TypeOf(byte first) => first switch
    {
        (byte)'"' => JsonTokenType.String,
        (byte)'{' => JsonTokenType.StartObject,
        (byte)'[' => JsonTokenType.StartArray,
        (byte)'t' => JsonTokenType.True,
        (byte)'f' => JsonTokenType.False,
        (byte)'n' => JsonTokenType.Null,
        _ => JsonTokenType.Number,
    };
}
