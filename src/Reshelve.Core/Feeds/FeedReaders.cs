namespace Reshelve.Feeds;

/// <summary>Opens feeds: recognises compression and encoding by content and cuts the text into records by format.</summary>
public static class FeedReaders
{
    /// <summary>
    /// How much text a chunk holds, unless a record is longer: large enough that claiming and handing over cost nothing beside
    /// hashing, small enough to stay in a core's second-level cache.
    /// </summary>
    internal const int ChunkBytes = 256 << 10;

    /// <summary>Opens a feed that lies in one or several files; several are the parts of one feed, in this order.</summary>
    /// <param name="files">The files; each is complete in itself (has its own header row, its own closing bracket).</param>
    /// <param name="format">How records lie in the files. Compression is recognised by content.</param>
    /// <param name="limits">What the feed may make the program do.</param>
    /// <exception cref="FeedUnavailableException">A file does not exist or may not be read.</exception>
    /// <exception cref="FeedRefusedException">The files are larger than the limit, or the format cannot be read.</exception>
    public static IFeedReader Open(IReadOnlyList<string> files, FeedFormat format, FeedLimits limits) =>
        Open(files, format, limits, ChunkBytes);

    /// <summary>As above, with a chunk size: tests use tiny ones to meet every boundary.</summary>
    internal static IFeedReader Open(IReadOnlyList<string> files, FeedFormat format, FeedLimits limits, int chunkBytes)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(format);
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limits.RecordBytes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limits.ExpansionRatio);
        if (files.Count == 0)
            throw new FeedUnavailableException("The feed has no files. Check the path or pattern of the catalog's source.");
        if (format.Kind == FeedFormatKind.Csv && format.Delimiter is not (',' or ';' or '\t' or '|'))
        {
            throw new FeedRefusedException(
                $"'{format.Delimiter}' cannot delimit CSV fields: use a comma, a semicolon, a tab or a bar.");
        }

        return new FeedReader(files, format, limits, chunkBytes);
    }
}
