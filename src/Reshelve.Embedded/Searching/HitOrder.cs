using Reshelve.Embedded.Indexing;
using Reshelve.Searching;

namespace Reshelve.Embedded.Searching;

/// <summary>One thing that hits are ordered by: a field's value, or (no field) the score.</summary>
internal readonly record struct OrderKey(IndexField? Field, bool Descending);

/// <summary>The order of hits: some keys, then always the id, so that no two hits are equal.</summary>
/// <param name="Keys">What decides first.</param>
/// <param name="IdDescending">Whether the largest id comes first among equals.</param>
internal sealed record HitOrder(IReadOnlyList<OrderKey> Keys, bool IdDescending)
{
    public bool NeedsScore => Keys.Any(k => k.Field is null);

    /// <summary>The order that a request asks for.</summary>
    /// <exception cref="SearchRequestException">It names a field that cannot order.</exception>
    public static HitOrder Of(IReadOnlyList<SortKey> sort, IndexLayout layout, bool ranked)
    {
        var order = SearchOrder.Of(sort, layout.SearchFields, ranked);
        return new HitOrder([.. order.Keys.Select(key => new OrderKey(layout.Of(key.Field), key.Descending))], order.IdDescending);
    }

    /// <summary>Compares by the keys alone: negative when <paramref name="left"/> comes first.</summary>
    public int Compare(ReadOnlySpan<FieldValue> left, ReadOnlySpan<FieldValue> right)
    {
        for (var i = 0; i < Keys.Count; i++)
        {
            if (left[i].IsMissing || right[i].IsMissing)
            {
                if (left[i].IsMissing != right[i].IsMissing)
                    return left[i].IsMissing ? 1 : -1;
                continue;
            }

            var order = FieldValue.Compare(left[i], right[i]);
            if (order != 0)
                return Keys[i].Descending ? -order : order;
        }

        return 0;
    }
}
