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
        var blocks = new XmlBlockPass(depth, innermost);
        var at = blocks.Pass(text, window.At);
        depth = blocks.Depth;
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

    /// <summary>Behind the bracket that closes the end tag; -1 if it is not there yet.</summary>
    public static int EndOfEndTag(ReadOnlySpan<byte> text, int at)
    {
        var length = text[at..].IndexOf((byte)'>');
        return length < 0 ? -1 : at + length + 1;
    }

    /// <summary>
    /// Behind the bracket that closes the tag: the first one that is in no attribute's value; -1 if it is not there yet.
    /// </summary>
    public static int EndOfStartTag(ReadOnlySpan<byte> text, int at)
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
