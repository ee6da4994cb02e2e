using System.Buffers;

namespace Reshelve.OpenSearch.Writing;

/// <summary>The body of a bulk request while it is made; reused from request to request.</summary>
internal sealed class BulkBuffer : IBufferWriter<byte>
{
    private byte[] _bytes = [];

    public int Length { get; private set; }

    public int Capacity => _bytes.Length;

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    public void Clear() => Length = 0;

    public void Truncate(int length) => Length = length;

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsSpan(Length);
    }

    /// <summary>Makes room for so many more bytes.</summary>
    public void Reserve(int bytes)
    {
        var needed = (long)Length + Math.Max(bytes, 1);
        if (needed > _bytes.Length)
            Array.Resize(ref _bytes, checked((int)Math.Max(needed, Math.Min(Array.MaxLength, 2L * _bytes.Length))));
    }
}
