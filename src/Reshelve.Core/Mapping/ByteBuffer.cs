using System.Runtime.CompilerServices;

namespace Reshelve.Mapping;

/// <summary>Bytes that grow as they are appended to and are reused from record to record.</summary>
internal sealed class ByteBuffer(int capacity = 4096)
{
    private byte[] _bytes = new byte[capacity];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public ReadOnlySpan<byte> Slice(int start, int length) => _bytes.AsSpan(start, length);

    /// <summary>The byte appended last; there must be one.</summary>
    public byte Last => _bytes[Length - 1];

    public void Clear() => Length = 0;

    public void Truncate(int length) => Length = length;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Append(byte value)
    {
        if (Length == _bytes.Length)
            Grow(1);
        _bytes[Length++] = value;
    }

    public void Append(ReadOnlySpan<byte> values)
    {
        values.CopyTo(Room(values.Length));
        Length += values.Length;
    }

    /// <summary>Space for at least so many more bytes; <see cref="Commit"/> says how many were used.</summary>
    public Span<byte> Room(int atLeast)
    {
        if (_bytes.Length - Length < atLeast)
            Grow(atLeast);
        return _bytes.AsSpan(Length);
    }

    public void Commit(int used) => Length += used;

    private void Grow(int atLeast) =>
        Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max((long)Length + atLeast, 2L * _bytes.Length)));
}
