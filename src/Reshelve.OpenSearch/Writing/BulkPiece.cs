namespace Reshelve.OpenSearch.Writing;

/// <summary>The changes of one request, in order.</summary>
/// <param name="Places">Their places in the batch.</param>
/// <param name="IsGuarded">Whether <see cref="BulkLines.Guard"/> follows the last: the answer has one item more.</param>
internal readonly record struct BulkPiece(IReadOnlyList<int> Places, bool IsGuarded)
{
    public int Count => Places.Count;

    /// <summary>How many items the answer must have.</summary>
    public int Items => Count + (IsGuarded ? 1 : 0);
}
