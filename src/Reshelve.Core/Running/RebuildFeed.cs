using Reshelve.Catalogs;
using Reshelve.Feeds;

namespace Reshelve.Running;

/// <summary>Finds the feed that an index is rebuilt from when none is given: the last applied one, in the archive.</summary>
internal static class RebuildFeed
{
    /// <summary>Downloads are kept in any case, local files only if the definition says so.</summary>
    public static bool IsArchived(SourceDefinition source) => source.Url is not null || source.Archive > 0;

    /// <summary>The archived feed; null when there is none.</summary>
    /// <param name="spool">The archive.</param>
    /// <param name="applied">What was applied last, as far as is known; otherwise the newest feed counts.</param>
    public static ReceivedFeed? Find(FeedSpool spool, AppliedFeed? applied)
    {
        var feed = (applied is not null ? spool.Find(applied.Identity) : null) ?? spool.Newest();
        if (feed is null)
            return null;
        var name = Path.GetRelativePath(spool.Folder, feed.Files[0]).Split(Path.DirectorySeparatorChar)[0];
        return new ReceivedFeed(feed.Files, feed.Identity, Unchanged: false, $"{Path.Combine(spool.Folder, name)} (from the archive)");
    }
}
