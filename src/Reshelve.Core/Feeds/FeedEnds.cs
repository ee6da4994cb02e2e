namespace Reshelve.Feeds;

/// <summary>
/// Whether the last line of a feed's files has a line break. Nothing else tells a CSV or JSON Lines file that was cut off inside its last
/// line's last value from a whole one.
/// </summary>
internal sealed class FeedEnds
{
    /// <summary>Blanks may stand behind the last line break.</summary>
    private const int TailBytes = 64;

    private volatile bool _areOpen;

    /// <summary>Whether that of any file has none. Final when the feed was read to its end.</summary>
    public bool AreOpen => _areOpen;

    /// <summary>Looks at the end of a file that is plain UTF-8.</summary>
    public void Look(FeedFile file)
    {
        Span<byte> tail = stackalloc byte[TailBytes];
        var read = file.Read(Math.Max(0, file.Length - TailBytes), tail);
        Note(tail[..read]);
    }

    /// <summary>Notes a text's last bytes; where there are none it ended with a line break.</summary>
    public void Note(ReadOnlySpan<byte> tail)
    {
        tail = tail.TrimEnd(" \t\r"u8);
        if (tail.Length > 0 && tail[^1] != (byte)'\n')
            _areOpen = true;
    }
}
