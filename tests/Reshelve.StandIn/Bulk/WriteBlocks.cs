using Reshelve.StandIn.Indexing;

namespace Reshelve.StandIn.Bulk;

/// <summary>What keeps an index from being written, although it is there.</summary>
internal static class WriteBlocks
{
    /// <exception cref="Refusal">It is blocked.</exception>
    public static void Check(StandInIndex index)
    {
        if (index.Settings.Flag("blocks.read_only_allow_delete"))
            throw Blocked(index, 429, "TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark, index has read-only-allow-delete block");
        if (index.Settings.Flag("blocks.write"))
            throw Blocked(index, 403, "FORBIDDEN/8/index write (api)");
        if (index.Settings.Flag("blocks.read_only"))
            throw Blocked(index, 403, "FORBIDDEN/5/index read-only (api)");
    }

    private static Refusal Blocked(StandInIndex index, int status, string block) =>
        new(status, "cluster_block_exception", $"index [{index.Name}] blocked by: [{block}];");
}
