namespace Reshelve.OpenSearch.Indexing;

/// <summary>One index on the server, whoever made it.</summary>
/// <param name="Name">The server's name.</param>
/// <param name="Aliases">All aliases that point at it, as the server names them; also those with a filter.</param>
/// <param name="Meta">What it says of itself; null when we did not make it.</param>
/// <param name="IsLoading">Whether it is still being filled: it is not refreshed by itself.</param>
internal sealed record ServerIndex(string Name, IReadOnlyList<string> Aliases, IndexMeta? Meta, bool IsLoading);

/// <summary>How much an index holds.</summary>
/// <param name="Documents">Documents, of primary shards.</param>
/// <param name="Bytes">What its primary shards take on disk.</param>
internal readonly record struct IndexSize(long Documents, long Bytes);
