using System.Text.Json.Nodes;
using Reshelve.StandIn.Indexing;
using Reshelve.StandIn.Mapping;
using Reshelve.StandIn.Searching;

namespace Reshelve.StandIn.Aggregations;

/// <summary><c>terms</c>: how many documents hold each value, the most frequent first unless another order is asked for. Exact, as with one shard.</summary>
internal static class TermsAggregation
{
    private const int UsualSize = 10;

    public static JsonObject Count(string name, JsonObject options, IReadOnlyList<StandInIndex> indexes, IReadOnlyList<StoredDocument> documents)
    {
        var (path, size) = Read(name, options);
        foreach (var index in indexes)
        {
            if (index.Mapping.Find(path) is { IsSortable: false } field)
                throw FieldData.Refused(index, field);
        }

        var counts = new Dictionary<object, long>();
        foreach (var document in documents)
        {
            foreach (var value in document.Content(path)?.Values.Distinct() ?? [])
                counts[value] = counts.GetValueOrDefault(value) + 1;
        }

        var least = (long?)options["min_doc_count"] ?? 1;
        var ordered = Ordered(counts.Where(count => count.Value >= least), options["order"]).ToList();
        var shown = indexes.Select(index => index.Mapping.Find(path)).FirstOrDefault(field => field is not null);
        return new()
        {
            ["doc_count_error_upper_bound"] = 0,
            ["sum_other_doc_count"] = ordered.Skip(size).Sum(count => count.Value),
            ["buckets"] = new JsonArray([.. ordered.Take(size).Select(count => (JsonNode)Bucket(shown!, count.Key, count.Value))]),
        };
    }

    private static (string Path, int Size) Read(string name, JsonObject options)
    {
        foreach (var (option, _) in options)
        {
            if (option is not ("field" or "size" or "order" or "min_doc_count" or "shard_size" or "execution_hint" or "collect_mode" or "show_term_doc_count_error"))
                throw Refusal.Unsupported($"{option} of the terms aggregation");
        }

        var size = (int?)options["size"] ?? UsualSize;
        if (size > 0)
            return (options["field"]!.ToString(), size);
        throw new Refusal(400, "x_content_parse_exception", "[1:1] [terms] failed to parse field [size]")
        {
            Cause = Refusal.BadArgument($"[size] must be greater than 0. Found [{size}] in [{name}]"),
        };
    }

    private static IEnumerable<KeyValuePair<object, long>> Ordered(IEnumerable<KeyValuePair<object, long>> counts, JsonNode? order)
    {
        var keys = order switch
        {
            null => [("_count", true)],
            JsonArray several => several.SelectMany(entry => entry!.AsObject()).Select(Key).ToList(),
            _ => order.AsObject().Select(Key).ToList(),
        };
        if (!keys.Exists(key => key.Item1 == "_key"))
            keys.Add(("_key", false));
        var sorted = counts.OrderBy(_ => 0);
        foreach (var (name, isDescending) in keys)
        {
            sorted = (name, isDescending) switch
            {
                ("_count", true) => sorted.ThenByDescending(count => count.Value),
                ("_count", false) => sorted.ThenBy(count => count.Value),
                ("_key", true) => sorted.ThenByDescending(count => count.Key, ValueOrder.Instance),
                ("_key", false) => sorted.ThenBy(count => count.Key, ValueOrder.Instance),
                _ => throw Refusal.Unsupported($"the order {name} of the terms aggregation"),
            };
        }

        return sorted;

        static (string, bool) Key(KeyValuePair<string, JsonNode?> entry) => (entry.Key, entry.Value!.ToString() == "desc");
    }

    private static JsonObject Bucket(FieldMapping field, object value, long count)
    {
        var bucket = new JsonObject { ["key"] = field.Shown(value) };
        if (field.ShownAsText(value) is { } text)
            bucket["key_as_string"] = text;
        bucket["doc_count"] = count;
        return bucket;
    }
}
