using Reshelve.OpenSearch.Indexing;

namespace Reshelve.OpenSearch.Searching;

/// <summary>What a searched name stood for when it was last looked up.</summary>
/// <param name="Index">The index.</param>
/// <param name="Meta">What it says of itself.</param>
/// <param name="Looked">When, as a timestamp of the clock.</param>
internal sealed record SearchedIndex(string Index, IndexMeta Meta, long Looked);
