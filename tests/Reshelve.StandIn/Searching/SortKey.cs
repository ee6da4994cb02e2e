using System.Text.Json.Nodes;
using Reshelve.StandIn.Indexing;
using Reshelve.StandIn.Mapping;
using Reshelve.StandIn.Queries;

namespace Reshelve.StandIn.Searching;

/// <summary>One key of an order.</summary>
/// <param name="Name">A field's full name, <c>_score</c>, <c>_doc</c> or <c>_id</c>.</param>
/// <param name="IsDescending">Largest first.</param>
/// <param name="MissingFirst">Whether documents without a value come first.</param>
/// <param name="IsOptional">Whether the field may be unmapped.</param>
internal sealed record SortKey(string Name, bool IsDescending, bool MissingFirst, bool IsOptional)
{
    public static SortKey Of(JsonNode given)
    {
        if (given is not JsonObject named)
            return new(given.ToString(), given.ToString() == "_score", false, false);
        var (name, value) = named.First();
        if (value is not JsonObject options)
            return new(name, value!.ToString() == "desc", false, false);
        var missing = options["missing"]?.ToString() ?? "_last";
        if (missing is not ("_first" or "_last"))
            throw Refusal.Unsupported($"missing: {missing} in an order");
        var order = options["order"]?.ToString() ?? (name == "_score" ? "desc" : "asc");
        return new(name, order == "desc", missing == "_first", options.ContainsKey("unmapped_type"));
    }

    /// <exception cref="Refusal">The index cannot be sorted so.</exception>
    public void Check(StandInIndex index, ServerFlavor flavor)
    {
        if (Name is "_score" or "_doc" or "_shard_doc")
            return;
        if (Name == "_id")
        {
            if (!flavor.HasTypes && !flavor.IsOpenSearch)
            {
                throw ShardFailure.AllFailed(index, Refusal.BadArgument(
                    "Fielddata access on the _id field is disallowed, you can re-enable it by updating the dynamic cluster setting: indices.id_field_data.enabled"));
            }

            return;
        }

        var field = index.Mapping.Find(Name);
        if (field is null && !IsOptional)
            throw ShardFailure.NoSuchSort(index, Name);
        if (field is { IsSortable: false })
            throw FieldData.Refused(index, field);
    }

    /// <summary>What a document is sorted by; null: it has no value.</summary>
    public object? Value(StoredDocument document, double score) => Name switch
    {
        "_score" => score,
        "_doc" or "_shard_doc" => document.Sequence,
        "_id" => document.Id,
        _ => document.Content(Name)?.Sorted is { Count: > 0 } sorted ? sorted[IsDescending ? ^1 : 0] : null,
    };

    /// <summary>The value as it is given back.</summary>
    public JsonNode? Shown(StoredDocument document, object? value)
    {
        if (Name == "_score")
            return (float)(double)value!;
        var field = document.Index.Mapping.Find(Name);
        return value is null ? field?.Absent(IsDescending ^ MissingFirst) : field?.Shown(value) ?? JsonValue.Create(value);
    }

    /// <summary>A value that was given back, as documents are compared with it.</summary>
    public object? Read(JsonNode? shown, StandInIndex index)
    {
        if (shown is null || index.Mapping.Find(Name) is not { } field)
            return Name is "_doc" or "_shard_doc" ? shown!.GetValue<long>() : Name == "_score" ? shown!.GetValue<double>() : shown?.ToString();
        if (JsonNode.DeepEquals(shown, field.Absent(IsDescending ^ MissingFirst)))
            return null;
        return field is BooleanField ? shown.ToString() is "1" or "true" : field.Literal(shown);
    }

    public int Compare(object? one, object? other)
    {
        if (one is null || other is null)
            return one is null && other is null ? 0 : (one is null) == MissingFirst ? -1 : 1;
        var order = ValueOrder.Instance.Compare(one, other);
        return IsDescending ? -order : order;
    }
}
