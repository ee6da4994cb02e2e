using Reshelve.Feeds;
using Reshelve.OpenSearch.Connection;

namespace Reshelve.OpenSearch.Writing;

internal enum ItemFate
{
    /// <summary>It is as it should be.</summary>
    Acknowledged,

    /// <summary>A newer run was there before.</summary>
    Outrun,

    /// <summary>The cluster has too much to do, or its disk is full.</summary>
    Rejected,

    /// <summary>It failed, and may not the next time.</summary>
    Failed,

    /// <summary>The index does not take this document.</summary>
    Refused,
}

/// <summary>What follows from the answer for one item.</summary>
/// <param name="Fate">What becomes of it.</param>
/// <param name="Message">Why; empty when it is acknowledged.</param>
internal readonly record struct ItemVerdict(ItemFate Fate, string Message)
{
    private const string NotFound = "index_not_found_exception";
    private const string Blocked = "cluster_block_exception";

    /// <summary>Judges an item.</summary>
    /// <param name="failure">The item.</param>
    /// <param name="target">What was written to.</param>
    /// <exception cref="ReshelveException">Nothing can be written: what stands in the way concerns the index, not the document.</exception>
    public static ItemVerdict Of(BulkFailure failure, string target)
    {
        var error = failure.Error ?? new ServerError("", $"it answers {failure.Status} and does not say why");
        return failure.Status switch
        {
            404 when failure.Error is null => new ItemVerdict(ItemFate.Acknowledged, ""),
            404 when error.Type == "document_missing_exception" => new ItemVerdict(ItemFate.Acknowledged, ""),
            409 when error.Type.Contains("version_conflict", StringComparison.Ordinal) => new ItemVerdict(ItemFate.Outrun, ""),
            429 when error.Type == Blocked => new ItemVerdict(ItemFate.Rejected, DiskFull(error)),
            429 => new ItemVerdict(ItemFate.Rejected, error.Reason),
            >= 500 => new ItemVerdict(ItemFate.Failed, error.Reason),
            404 => throw Gone(error, target),
            _ when error.Type == Blocked => throw WriteBlocked(error, target),
            403 => throw Forbidden(error, target),
            _ when error.Type == NotFound || IsIndexInTheWay(error) => throw Gone(error, target),
            _ => new ItemVerdict(ItemFate.Refused, Refused(error)),
        };
    }

    /// <summary>What a refused document's rejection says. The reasons name the field.</summary>
    public static string Refused(ServerError error) =>
        error.IsMalformedJson ? $"the document is no valid JSON: {error.Reason}" : $"the index refuses the document: {error.Reason}";

    private static bool IsIndexInTheWay(ServerError error) =>
        error.Type == "index_closed_exception" || error.Reason.Contains("no write index is defined", StringComparison.Ordinal);

    private static string DiskFull(ServerError error) =>
        $"the cluster's disk is full, so that it takes no writes ({error.Reason}). Free space on its nodes or add some; it lifts the block by itself then "
        + "(Elasticsearch from 7.4; otherwise set index.blocks.read_only_allow_delete to null)";

    private static ReshelveException Gone(ServerError error, string target) => new(
        $"The index behind {target} was deleted, closed or replaced by someone else: {error.Reason}. Nothing was written in its place. Run the sync with --rebuild to make a new one from the feed.");

    private static ReshelveException WriteBlocked(ServerError error, string target) => new(
        $"The index behind {target} takes no writes: {error.Reason} Somebody, or a policy of the cluster (snapshots, shrinking, life cycle), has set that block: lift it by setting "
        + "index.blocks.write (or the block that is named) to null, and sync again.");

    private static ReshelveException Forbidden(ServerError error, string target) => new(
        $"We may not write to {target}: {error.Reason}. Give the user or API key the privilege that is named, or use one that has it.");
}
