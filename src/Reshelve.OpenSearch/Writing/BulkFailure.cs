using Reshelve.OpenSearch.Connection;

namespace Reshelve.OpenSearch.Writing;

/// <summary>An item of a bulk answer that is no plain success.</summary>
/// <param name="Position">Its place in the request, from 0.</param>
/// <param name="Status">Its HTTP status.</param>
/// <param name="Error">What is wrong; null where nothing is said, as for a removal of what is not there.</param>
internal readonly record struct BulkFailure(int Position, int Status, ServerError? Error);
