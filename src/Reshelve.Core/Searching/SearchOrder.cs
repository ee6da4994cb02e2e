using Reshelve.Catalogs;

namespace Reshelve.Searching;

/// <summary>One thing that hits are ordered by: a field's value, or (no field) the score.</summary>
internal readonly record struct SearchOrderKey(FieldDefinition? Field, bool Descending);

/// <summary>The order of hits: some keys, then always the id, so that no two hits are equal.</summary>
/// <param name="Keys">What decides first.</param>
/// <param name="IdDescending">Whether the largest id comes first among equals.</param>
internal sealed record SearchOrder(IReadOnlyList<SearchOrderKey> Keys, bool IdDescending)
{
    private const string Score = "_score";
    private const string Id = "_id";

    /// <summary>Whether hits must be ranked to be ordered.</summary>
    public bool NeedsScore => Keys.Any(k => k.Field is null);

    /// <summary>The order that a request asks for.</summary>
    /// <param name="sort">The request's keys; best score first when there are none.</param>
    /// <param name="fields">The fields of the index.</param>
    /// <param name="ranked">Whether the query ranks: it has words, not only exclusions.</param>
    /// <exception cref="SearchRequestException">It names a field that cannot order.</exception>
    public static SearchOrder Of(IReadOnlyList<SortKey> sort, SearchFields fields, bool ranked)
    {
        var keys = new List<SearchOrderKey>();
        bool? idDescending = null;
        foreach (var key in sort.Count > 0 ? sort : [new SortKey(Score, Descending: true)])
        {
            var field = key.Field is Score or Id ? null : fields.ToSort(key.Field);

            // What follows the id never decides; neither does a score that all share.
            if (key.Field == Id)
                idDescending ??= key.Descending;
            else if (idDescending is null && (field is not null || ranked))
                keys.Add(new SearchOrderKey(field, key.Descending));
        }

        return new SearchOrder(keys, idDescending ?? false);
    }
}
