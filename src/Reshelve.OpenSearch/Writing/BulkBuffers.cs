using Reshelve.Catalogs;

namespace Reshelve.OpenSearch.Writing;

/// <summary>
/// Buffers between requests. There are never more than requests under way; one that a giant document made large is not kept. (A shared pool would round four megabytes and a bit up to eight.)
/// </summary>
internal sealed class BulkBuffers(WriteLimits limits)
{
    private readonly Lock _lock = new();
    private readonly Stack<BulkBuffer> _free = new();

    public BulkBuffer Take()
    {
        lock (_lock)
        {
            if (_free.TryPop(out var buffer))
                return buffer;
        }

        return new BulkBuffer();
    }

    public void Return(BulkBuffer buffer)
    {
        buffer.Clear();
        if (buffer.Capacity > 2 * limits.RequestBytes)
            return;
        lock (_lock)
            _free.Push(buffer);
    }
}
