namespace Reshelve.Feeds;

/// <summary>
/// Finds the records of one text, piece by piece. It keeps what it must know between two pieces, may leave the last bytes of a
/// piece unlooked at, and sees them again at the beginning of the next.
/// </summary>
internal abstract class RecordSlicer(string path)
{
    /// <summary>The file, for messages.</summary>
    protected string Path { get; } = path;

    /// <summary>What gives the records their meaning; final before the first record is found.</summary>
    public virtual RecordContext Context { get; protected set; } = new(path, []);

    /// <summary>Goes on from <see cref="SliceWindow.At"/> as far as it can, or until the window is closed.</summary>
    public abstract void Scan(SliceWindow window);

    /// <summary>The text is at its end, and was scanned: throws unless it may end here.</summary>
    public abstract void Complete(SliceWindow window);

    protected FeedIncompleteException Incomplete(string what) => new($"{Path} is incomplete: {what}. Get the feed again.");

    protected FeedRefusedException Refused(string what) => new($"{Path} {what}");

    /// <summary>The feed's own count of records, where its format says that there is one.</summary>
    protected void EnsureCount(string where, string? stated, long records)
    {
        if (stated is null)
            throw Incomplete($"it states no number of records at '{where}', where the catalog's definition says that it does");
        if (!long.TryParse(stated, System.Globalization.NumberStyles.AllowLeadingSign, null, out var count))
            throw Incomplete($"the number of records at '{where}' is '{stated}', which is not a whole number");
        if (count != records)
            throw Incomplete($"it says at '{where}' that it has {count:N0} records, and has {records:N0}");
    }
}
