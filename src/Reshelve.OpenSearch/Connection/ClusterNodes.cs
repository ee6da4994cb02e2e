namespace Reshelve.OpenSearch.Connection;

/// <summary>
/// Whose turn it is. A node that failed rests, each time longer, from a second to a minute, and is left out meanwhile; when all rest, the one whose rest ends first is asked
/// nevertheless: to be refused by it costs less than not to try. Thread-safe.
/// </summary>
internal sealed class ClusterNodes
{
    private readonly Lock _lock = new();
    private readonly List<ClusterNode> _nodes;
    private readonly TimeProvider _time;
    private readonly Jitter _jitter;
    private uint _next;

    public ClusterNodes(IEnumerable<Uri> addresses, TimeProvider time, Jitter jitter)
    {
        _nodes = [.. addresses.Select(address => new ClusterNode(address))];
        _time = time;
        _jitter = jitter;
    }

    public int Count => _nodes.Count;

    /// <summary>The node to ask next.</summary>
    /// <param name="tried">Those that this request was sent to already, which are asked again only when there is no other.</param>
    public ClusterNode Next(IReadOnlyCollection<ClusterNode> tried)
    {
        lock (_lock)
        {
            var now = _time.GetUtcNow();
            var first = (int)(_next++ % (uint)_nodes.Count);
            ClusterNode? soonest = null;
            for (var i = 0; i < _nodes.Count; i++)
            {
                var node = _nodes[(first + i) % _nodes.Count];
                if (tried.Contains(node))
                    continue;
                if (node.RestsUntil <= now)
                    return node;
                if (soonest is null || node.RestsUntil < soonest.RestsUntil)
                    soonest = node;
            }

            return soonest ?? _nodes[first];
        }
    }

    public void Answered(ClusterNode node)
    {
        lock (_lock)
        {
            node.Failures = 0;
            node.RestsUntil = default;
        }
    }

    public void Failed(ClusterNode node)
    {
        lock (_lock)
        {
            var now = _time.GetUtcNow();
            // Requests that were under way together fail together: that is one failure.
            if (node.RestsUntil > now)
                return;
            node.RestsUntil = now + _jitter.Around(GrowingWait.After(++node.Failures));
        }
    }
}
