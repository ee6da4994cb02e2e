namespace Reshelve.Feeds;

/// <summary>Bytes in order. Reading has no more than one thread at a time.</summary>
internal abstract class ByteSource : IDisposable
{
    /// <summary>Some of the next bytes; 0 only at the end, and only if the end is where it should be.</summary>
    public abstract int Read(Span<byte> destination, CancellationToken cancellationToken);

    public abstract void Dispose();
}

/// <summary>A file from a place, its beginning by default, to its end, as stored.</summary>
internal sealed class FileSource(FeedFile file, long start = 0) : ByteSource
{
    private long _offset = start;

    public override int Read(Span<byte> destination, CancellationToken cancellationToken)
    {
        var read = file.Read(_offset, destination);
        _offset += read;
        file.CountRead(read);
        return read;
    }

    /// <summary>The file is its opener's.</summary>
    public override void Dispose()
    {
    }
}

/// <summary>Bytes that were already taken to look at, and then the rest of where they came from.</summary>
internal sealed class HeadedSource(ReadOnlyMemory<byte> head, ByteSource rest) : ByteSource
{
    private ReadOnlyMemory<byte> _head = head;

    public override int Read(Span<byte> destination, CancellationToken cancellationToken)
    {
        if (_head.IsEmpty)
            return rest.Read(destination, cancellationToken);
        var length = Math.Min(_head.Length, destination.Length);
        _head.Span[..length].CopyTo(destination);
        _head = _head[length..];
        return length;
    }

    public override void Dispose() => rest.Dispose();
}
