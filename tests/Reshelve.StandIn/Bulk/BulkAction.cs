using Reshelve.StandIn.Indexing;

namespace Reshelve.StandIn.Bulk;

/// <summary>One action of a bulk request.</summary>
/// <param name="Kind"><c>index</c>, <c>create</c>, <c>update</c> or <c>delete</c>.</param>
/// <param name="Index">The name that it is written to.</param>
/// <param name="Id">The document's id; null: the server makes one.</param>
/// <param name="Version">How versions are compared.</param>
/// <param name="RequiresAlias">Whether the name must be an alias.</param>
/// <param name="Source">The line behind it; none with removals.</param>
internal sealed record BulkAction(string Kind, string Index, string? Id, WriteVersion Version, bool RequiresAlias, ReadOnlyMemory<byte> Source);
