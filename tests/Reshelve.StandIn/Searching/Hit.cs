using Reshelve.StandIn.Indexing;
using Reshelve.StandIn.Queries;

namespace Reshelve.StandIn.Searching;

/// <summary>One document that matches.</summary>
/// <param name="Document">It.</param>
/// <param name="Score">Its rank.</param>
/// <param name="Keys">What it is sorted by.</param>
/// <param name="Query">The query of its index, which knows what to highlight.</param>
internal sealed record Hit(StoredDocument Document, double Score, object?[] Keys, Query Query);
