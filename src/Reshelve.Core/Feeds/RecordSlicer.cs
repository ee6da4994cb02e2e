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
    public RecordContext Context { get; protected set; } = new(path, []);

    /// <summary>
    /// Whether it stands between two records, or two CSV rows, and what it would find from here on does not depend on what came before.
    /// </summary>
    public abstract bool IsBetweenRecords { get; }

    /// <summary>
    /// Whether a fork has come to something that is no record: it has found no more, and the window stands before that.
    /// </summary>
    public bool HasLeft { get; private set; }

    /// <summary>The slicer of a whole text.</summary>
    public static RecordSlicer Create(string path, FeedPartOptions options) => options.Format.Kind switch
    {
        FeedFormatKind.Jsonl => new LineSlicer(path),
        FeedFormatKind.Json => new JsonSlicer(path, options.Format),
        FeedFormatKind.Csv => new CsvSlicer(path, options.Format),
        FeedFormatKind.Xml => new XmlSlicer(path, options.Format, options.Namespaces),
        var kind => throw new ArgumentOutOfRangeException(nameof(options), kind, "There is no such feed format."),
    };

    /// <summary>
    /// A slicer that begins between two records and knows records alone. To be asked for once the first record was found; several
    /// threads may ask, also while this one goes on.
    /// </summary>
    public abstract RecordSlicer Fork();

    /// <summary>Notes what record ends look like in this text; null if one cannot say.</summary>
    /// <param name="text">The window's text.</param>
    /// <param name="last">A record.</param>
    /// <param name="next">Where the slicer stood between that record and the next.</param>
    public abstract CutFinder? LearnCut(ReadOnlySpan<byte> text, RecordSlice last, int next);

    /// <summary>Goes on from <see cref="SliceWindow.At"/> as far as it can, or until the window is closed.</summary>
    public abstract void Scan(SliceWindow window);

    /// <summary>The text is at its end, and was scanned: throws unless it may end here.</summary>
    public abstract void Complete(SliceWindow window);

    protected void Leave(SliceWindow window, int at)
    {
        window.At = at;
        HasLeft = true;
    }

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
