using Reshelve.StandIn.Indexing;
using Reshelve.StandIn.Mapping;
using Reshelve.StandIn.Queries;

namespace Reshelve.StandIn.Searching;

/// <summary>Fields that cannot be sorted or counted by.</summary>
internal static class FieldData
{
    public static Refusal Refused(StandInIndex index, FieldMapping field) => ShardFailure.AllFailed(index, Refusal.BadArgument(field is TextField
        ? "Text fields are not optimised for operations that require per-document field data like aggregations and sorting, so these operations are disabled by default. "
            + $"Please use a keyword field instead. Alternatively, set fielddata=true on [{field.Path}] in order to load field data by uninverting the inverted index. "
            + "Note that this can use significant memory."
        : $"Can't load fielddata on [{field.Path}] because fielddata is unsupported on fields of type [{field.Type}]. Use doc values instead."));
}
