using System.Numerics;

namespace Reshelve.Feeds;

/// <summary>
/// The fast way through the inside of a record: plain tags and text, of which only the number of open elements matters.
/// Everything else, and what is cut by the window's end, it leaves to <see cref="XmlMarkup"/>.
/// </summary>
internal static class XmlRecordPass
{
    /// <summary>Moves the window on to the record's end tag or to the first markup that is not plain.</summary>
    /// <param name="window">The text.</param>
    /// <param name="depth">How many elements are open.</param>
    /// <param name="innermost">How many are open where only the record's own end tag can close one.</param>
    /// <returns>How many elements are open there.</returns>
    public static long Pass(SliceWindow window, long depth, long innermost)
    {
        var text = window.Buffer.AsSpan(0, window.End);
        var at = PassBlocks(text, window.At, ref depth, innermost);
        while (true)
        {
            var open = text[at..].IndexOf((byte)'<');
            at = open < 0 ? text.Length : at + open;
            if (at + 1 >= text.Length)
                break;
            int end;
            var next = text[at + 1];
            if (next == (byte)'/')
            {
                end = depth == innermost ? -1 : EndOfEndTag(text, at + 2);
                if (end < 0)
                    break;
                depth--;
            }
            else
            {
                end = next is (byte)'!' or (byte)'?' ? -1 : EndOfStartTag(text, at + 1);
                if (end < 0)
                    break;
                if (text[end - 2] != (byte)'/')
                    depth++;
            }

            at = end;
        }

        window.At = at;
        return depth;
    }

    /// <summary>
    /// Goes on by whole blocks, which is twice as fast as searching from tag to tag: there are few bytes between them.
    /// </summary>
    /// <returns>The beginning of the tag that stops it, or of what is left for the slow way.</returns>
    private static int PassBlocks(ReadOnlySpan<byte> text, int from, ref long depth, long innermost)
    {
        var tag = -1;
        var isEndTag = false;
        byte quote = 0;
        for (; from + Block64.Size < text.Length; from += Block64.Size)
        {
            var block = new Block64(text[from..]);
            var opens = block.Equal((byte)'<');
            var closes = block.Equal((byte)'>');
            var quotes = block.Equal((byte)'"') | block.Equal((byte)'\'');
            var todo = ulong.MaxValue;
            while (true)
            {
                var wanted = tag < 0 ? opens : quote != 0 ? quotes : isEndTag ? closes : closes | quotes;
                if ((wanted & todo) == 0)
                    break;
                var bit = BitOperations.TrailingZeroCount(wanted & todo);
                todo = Block64.Above(bit);
                var at = from + bit;
                if (tag < 0)
                {
                    var next = text[at + 1];
                    isEndTag = next == (byte)'/';
                    if (next is (byte)'!' or (byte)'?' || (isEndTag && depth == innermost))
                        return at;
                    tag = at;
                }
                else if (text[at] != (byte)'>')
                {
                    quote = quote == 0 ? text[at] : quote == text[at] ? (byte)0 : quote;
                }
                else
                {
                    depth += isEndTag ? -1 : text[at - 1] == (byte)'/' ? 0 : 1;
                    tag = -1;
                }
            }
        }

        return tag >= 0 ? tag : from;
    }

    private static int EndOfEndTag(ReadOnlySpan<byte> text, int at)
    {
        var length = text[at..].IndexOf((byte)'>');
        return length < 0 ? -1 : at + length + 1;
    }

    /// <summary>
    /// Behind the bracket that closes the tag: the first one that is in no attribute's value; -1 if it is not there yet.
    /// </summary>
    private static int EndOfStartTag(ReadOnlySpan<byte> text, int at)
    {
        while (true)
        {
            var length = text[at..].IndexOfAny((byte)'>', (byte)'"', (byte)'\'');
            if (length < 0)
                return -1;
            at += length + 1;
            var found = text[at - 1];
            if (found == (byte)'>')
                return at;
            length = text[at..].IndexOf(found);
            if (length < 0)
                return -1;
            at += length + 1;
        }
    }
}
