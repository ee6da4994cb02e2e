using System.Text.Json;
using Reshelve.Feeds;

namespace Reshelve.Mapping;

/// <summary>
/// The quick way through a record: notes the wanted values and the top-level members that nobody wants, in one pass and without decoding.
/// Gives up (false) on whatever is unusual: anything that is not well-formed, escapes in names, nesting to the limit. The record is then
/// walked by <see cref="RecordWalker"/>, which gives the same values, or says what is wrong.
/// </summary>
internal sealed class RecordScanner(FieldNode root, RecordValues values, OtherMembers others)
{
    /// <summary>Whether what nobody wants lies at the top only; else it is spread over objects of which something is wanted.</summary>
    public bool OthersAreFlat { get; private set; }

    public bool TryScan(ReadOnlySpan<byte> json)
    {
        values.Clear();
        others.Clear();
        OthersAreFlat = true;
        var scanner = new JsonScanner(json);
        scanner.SkipSpace();
        if (!TryObject(json, ref scanner, root, false, FeedLimits.Depth))
            return false;
        scanner.SkipSpace();
        return scanner.IsEnd;
    }

    private bool TryObject(ReadOnlySpan<byte> json, scoped ref JsonScanner scanner, FieldNode node, bool inList, int depth)
    {
        if (depth == 0 || !scanner.TryPass((byte)'{'))
            return false;
        scanner.SkipSpace();
        if (scanner.TryPass((byte)'}'))
            return true;
        var firstValue = values.Count;
        var next = 0;
        ulong seen = 0;
        while (true)
        {
            var nameStart = scanner.At + 1;
            if (!scanner.TryPassString(out var escaped) || escaped)
                return false;
            var name = json[nameStart..(scanner.At - 1)];
            scanner.SkipSpace();
            if (!scanner.TryPass((byte)':'))
                return false;
            scanner.SkipSpace();
            var child = node.Find(name, ref next);
            if (child is null ? !TryOther(json, ref scanner, node, name, depth - 1) : !TryWanted(json, ref scanner, child, inList, depth - 1, firstValue, ref seen))
                return false;
            scanner.SkipSpace();
            if (scanner.TryPass((byte)'}'))
                return true;
            if (!scanner.TryPass((byte)','))
                return false;
            scanner.SkipSpace();
        }
    }

    private bool TryOther(ReadOnlySpan<byte> json, scoped ref JsonScanner scanner, FieldNode node, ReadOnlySpan<byte> name, int depth)
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

    private bool TryWanted(
        ReadOnlySpan<byte> json, scoped ref JsonScanner scanner, FieldNode child, bool inList, int depth, int firstValue, ref ulong seen)
    {
        var bit = 1UL << (child.Ordinal & 63);
        if ((seen & bit) != 0)
            values.Forget(child, firstValue);
        seen |= bit;
        return TryCapture(json, ref scanner, child, inList, depth);
    }

    private bool TryCapture(ReadOnlySpan<byte> json, scoped ref JsonScanner scanner, FieldNode node, bool inList, int depth)
    {
        var start = scanner.At;
        var type = TypeOf(scanner.Current);
        var escaped = false;
        switch (type)
        {
            case JsonTokenType.StartObject when !node.IsLeaf:
                // An object that is wanted whole and in parts is rare: the walker sorts it out.
                return node.Targets.Count == 0 && TryObject(json, ref scanner, node, inList, depth);
            case JsonTokenType.StartArray when !(inList && node.Targets.Count > 0):
                OthersAreFlat &= node.IsLeaf;
                return TryElements(json, ref scanner, node, depth);
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

    private bool TryElements(ReadOnlySpan<byte> json, scoped ref JsonScanner scanner, FieldNode node, int depth)
    {
        if (depth == 0)
            return false;
        scanner.TryPass((byte)'[');
        scanner.SkipSpace();
        if (scanner.TryPass((byte)']'))
            return true;
        while (true)
        {
            if (!TryCapture(json, ref scanner, node, true, depth - 1))
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
