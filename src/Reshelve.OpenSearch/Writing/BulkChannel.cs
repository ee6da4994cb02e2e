using Reshelve.OpenSearch.Connection;

namespace Reshelve.OpenSearch.Writing;

/// <summary>What all batches that are written to a cluster share.</summary>
internal sealed record BulkChannel(ClusterClient Client, BulkPace Pace, SearchGovernor Governor, WriteCounters Counters, BulkBuffers Buffers, TimeProvider Time);
