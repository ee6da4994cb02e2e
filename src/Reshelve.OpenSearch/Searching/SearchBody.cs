using System.Globalization;
using System.Text.Json;
using Reshelve.OpenSearch.Indexing;
using Reshelve.OpenSearch.Writing;
using Reshelve.Searching;

namespace Reshelve.OpenSearch.Searching;

/// <summary>A request in the query language of Elasticsearch and OpenSearch.</summary>
internal static class SearchBody
{
    // search.max_buckets, less what other facets may need.
    private const int MaxFacetSize = 10_000;

    // Each shard gives more values than are asked for, since its most frequent ones need not be those of all.
    private const int MoreFacetValues = 1000;

    private const int ExcerptLength = 200;

    /// <summary>The name that a facet's counts come under: fields may have names that the server takes for no name here.</summary>
    public static string FacetName(int number) => "f" + number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Writes the body.</summary>
    public static byte[] Write(PreparedSearch search)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            WriteQuery(json, search);

            // A hit says which index answered, so one is asked for even when none is wanted.
            json.WriteNumber("from", search.Request.Limit == 0 ? 0 : search.Request.Offset);
            json.WriteNumber("size", Math.Max(search.Request.Limit, 1));
            json.WriteBoolean("_source", search.Request.Limit > 0);
            json.WriteBoolean("track_total_hits", true);
            WriteOrder(json, search.Order);
            WriteFacets(json, search);
            if (search.Marks)
                WriteHighlight(json, search.TextFields);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static void WriteQuery(Utf8JsonWriter json, PreparedSearch search)
    {
        json.WriteStartObject("query");
        if (search.Text.MatchesNothing)
        {
            json.WriteStartObject("match_none");
            json.WriteEndObject();
        }
        else if (search.Filters.Count == 0)
        {
            WriteWords(json, search);
        }
        else
        {
            json.WriteStartObject("bool");
            if (search.Text.Ranks || search.Text.Excluded.Count > 0)
            {
                var isRanked = search.Order.NeedsScore;
                json.WriteStartArray(isRanked ? "must" : "filter");
                json.WriteStartObject();
                WriteWords(json, search);
                json.WriteEndObject();
                if (isRanked)
                {
                    json.WriteEndArray();
                    json.WriteStartArray("filter");
                }
            }
            else
            {
                json.WriteStartArray("filter");
            }

            foreach (var filter in search.Filters)
                filter.Write(json);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteWords(Utf8JsonWriter json, PreparedSearch search)
    {
        if (!search.Text.Ranks && search.Text.Excluded.Count == 0)
        {
            json.WriteStartObject("match_all");
            json.WriteEndObject();
            return;
        }

        json.WriteStartObject("bool");
        new QueryClauses(json, search.TextFields, search.Request.Boosts).WriteMembers(search.Text, search.Request.Match, search.Order.NeedsScore);
        json.WriteEndObject();
    }

    private static void WriteOrder(Utf8JsonWriter json, SearchOrder order)
    {
        json.WriteStartArray("sort");
        foreach (var key in order.Keys)
            WriteKey(json, key.Field?.Name ?? "_score", key.Descending, canBeMissing: key.Field is not null);
        WriteKey(json, SplicedDocument.IdField, order.IdDescending, canBeMissing: false);
        json.WriteEndArray();
    }

    private static void WriteKey(Utf8JsonWriter json, string field, bool descending, bool canBeMissing)
    {
        json.WriteStartObject();
        json.WriteStartObject(field);
        json.WriteString("order", descending ? "desc" : "asc");
        if (canBeMissing)
            json.WriteString("missing", "_last");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteFacets(Utf8JsonWriter json, PreparedSearch search)
    {
        if (search.Request.FacetSize == 0 || search.Facets.Count == 0)
            return;
        var size = Math.Min(search.Request.FacetSize, MaxFacetSize);
        json.WriteStartObject("aggs");
        for (var i = 0; i < search.Facets.Count; i++)
        {
            json.WriteStartObject(FacetName(i));
            json.WriteStartObject("terms");
            json.WriteString("field", FieldNames.OfFacet(search.Facets[i]));
            json.WriteNumber("size", size);
            json.WriteNumber("shard_size", size + MoreFacetValues);
            json.WriteStartArray("order");
            WriteBucketOrder(json, "_count", "desc");
            WriteBucketOrder(json, "_key", "asc");
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteBucketOrder(Utf8JsonWriter json, string by, string direction)
    {
        json.WriteStartObject();
        json.WriteString(by, direction);
        json.WriteEndObject();
    }

    private static void WriteHighlight(Utf8JsonWriter json, IReadOnlyList<string> textFields)
    {
        json.WriteStartObject("highlight");
        json.WriteString("type", "unified");
        json.WriteStartArray("pre_tags");
        json.WriteStringValue(Excerpt.Begin.ToString());
        json.WriteEndArray();
        json.WriteStartArray("post_tags");
        json.WriteStringValue(Excerpt.End.ToString());
        json.WriteEndArray();
        json.WriteNumber("number_of_fragments", 1);
        json.WriteNumber("fragment_size", ExcerptLength);
        json.WriteString("order", "score");
        json.WriteStartObject("fields");
        foreach (var field in textFields)
        {
            json.WriteStartObject(field);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
