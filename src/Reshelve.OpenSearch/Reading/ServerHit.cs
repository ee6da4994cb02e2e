namespace Reshelve.OpenSearch.Reading;

/// <summary>One document in an answer.</summary>
/// <param name="Index">The index that it lies in, as the server names it.</param>
/// <param name="Id">Its id.</param>
/// <param name="Score">Its rank; 0 when nothing was ranked.</param>
/// <param name="Version">The version that it was last written under; 0 where it was not asked for.</param>
/// <param name="IsFound">Whether there is such a document; true for what a search found.</param>
/// <param name="Source">The document with its id in front, as a slice of the answer's bytes; empty where it was not asked for.</param>
/// <param name="Highlights">By field, the first marked excerpt.</param>
/// <param name="Error">Why it could not be looked up, as JSON; null when it could.</param>
internal sealed record ServerHit(
    string Index, string Id, double Score, long Version, bool IsFound, ReadOnlyMemory<byte> Source, IReadOnlyDictionary<string, string> Highlights, string? Error);
