namespace Reshelve.Feeds;

/// <summary>A feed's file followed by given bytes, as the stream that the framework's decompressor wants.</summary>
internal sealed class FeedFileStream(FileSource file, ReadOnlyMemory<byte> suffix) : Stream
{
    private readonly byte[] _buffer = new byte[128 << 10];
    private ReadOnlyMemory<byte> _suffix = suffix;
    private int _at;
    private int _end;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (_at == _end)
            Refill();
        var length = Math.Min(buffer.Length, _end - _at);
        _buffer.AsSpan(_at, length).CopyTo(buffer);
        _at += length;
        return length;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private void Refill()
    {
        _at = 0;
        _end = file.Read(_buffer, CancellationToken.None);
        if (_end > 0)
            return;
        _suffix.CopyTo(_buffer);
        _end = _suffix.Length;
        _suffix = default;
    }
}
