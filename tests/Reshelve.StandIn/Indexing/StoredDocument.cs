using Reshelve.StandIn.Mapping;

namespace Reshelve.StandIn.Indexing;

/// <summary>One document as it was last written; it does not change.</summary>
/// <param name="Index">The index that it is in.</param>
/// <param name="Id">Its id.</param>
/// <param name="Version">The version of its last write.</param>
/// <param name="Sequence">The number of its last write among all of the index.</param>
/// <param name="Source">It, byte for byte as it was sent.</param>
/// <param name="Fields">By full name, what is compared.</param>
internal sealed record StoredDocument(
    StandInIndex Index, string Id, long Version, long Sequence, ReadOnlyMemory<byte> Source, IReadOnlyDictionary<string, FieldContent> Fields)
{
    public FieldContent? Content(string field) => Fields.TryGetValue(field, out var content) && !content.IsEmpty ? content : null;
}
