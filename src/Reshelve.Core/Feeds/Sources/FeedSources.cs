using Reshelve.Catalogs;

namespace Reshelve.Feeds;

/// <summary>Makes the feed source that a definition asks for.</summary>
public static class FeedSources
{
    /// <summary>A feed from the network of more than 1 TiB is refused, so that no server can fill the disk for ever.</summary>
    internal const long MaxBytes = 1L << 40;

    /// <summary>How many received feeds a source keeps in its archive.</summary>
    internal static int KeptFeeds(SourceDefinition source) =>
        source.Url is null ? source.Archive ?? 0 : Math.Max(1, source.Archive ?? HttpFeedSource.DefaultArchive);

    /// <summary>Makes the feed source that a definition asks for. Nothing is read, asked or written yet.</summary>
    /// <param name="source">Where the feeds come from.</param>
    /// <param name="workspaceFolder">What a relative path is relative to.</param>
    /// <param name="spoolFolder">
    /// Where received feeds are kept; made when needed. It must be this catalog's alone, and only one run may use it at a time.
    /// </param>
    /// <param name="http">
    /// What to ask servers with; null: a client made for each feed. A given one must neither decompress nor follow redirects by
    /// itself.
    /// </param>
    /// <param name="time">The clock of timeouts and of waits between tries.</param>
    /// <param name="environment">Gives the value of an environment variable, or null.</param>
    /// <exception cref="FeedUnavailableException">
    /// The definition names neither a path nor a URL, or both, a URL that is not http or https, or what can be no pattern or
    /// timeout.
    /// </exception>
    public static IFeedSource Create(
        SourceDefinition source,
        string workspaceFolder,
        string spoolFolder,
        HttpClient? http,
        TimeProvider time,
        Func<string, string?> environment)
    {
        var spool = new FeedSpool(Path.GetFullPath(spoolFolder), time);
        return source switch
        {
            { Url: null, Path: { Length: > 0 } path } =>
                new FileFeedSource(FilePattern.Parse(path, workspaceFolder), source.Pick, source.Archive ?? 0, spool, time),
            { Url: { } url, Path: null } =>
                new HttpFeedSource(CheckedUrl(url), CheckedTimeout(source), spool, time, environment) { Http = http },
            _ => throw new FeedUnavailableException(
                "The source must name exactly one of source.path and source.url: set one and remove the other."),
        };
    }

    private static SourceDefinition CheckedTimeout(SourceDefinition source) =>
        source.Timeout > TimeSpan.Zero && source.Timeout <= TimeSpan.FromDays(1)
            ? source
            : throw new FeedUnavailableException(
                $"source.timeout is {source.Timeout}: set more than 0 and at most a day, for example 60s.");

    private static Uri CheckedUrl(Uri url)
    {
        if (!url.IsAbsoluteUri)
            throw new FeedUnavailableException("source.url is not a whole address: begin it with https:// (or http://).");
        if (!SafeAddress.IsHttp(url))
        {
            throw new FeedUnavailableException(
                $"source.url begins with '{url.Scheme}:', but feeds can be had over http and https only. "
                + "For a local file use source.path.");
        }

        return url;
    }
}
