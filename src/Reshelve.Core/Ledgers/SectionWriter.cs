using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Reshelve.Ledgers;

/// <summary>Writes one section of a file from its offset on, through a buffer of its own.</summary>
internal sealed class SectionWriter(SafeFileHandle file, long offset)
{
    private readonly byte[] _buffer = new byte[64 << 10];
    private readonly BlockChecksum _checksum = new();
    private int _filled;

    /// <summary>Bytes written so far.</summary>
    public long Length { get; private set; }

    public void Write<T>(T value)
        where T : unmanaged
    {
        if (_buffer.Length - _filled < Unsafe.SizeOf<T>())
            Flush();
        MemoryMarshal.Write(_buffer.AsSpan(_filled), in value);
        _filled += Unsafe.SizeOf<T>();
        Length += Unsafe.SizeOf<T>();
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_filled == _buffer.Length)
                Flush();
            var taken = Math.Min(bytes.Length, _buffer.Length - _filled);
            bytes[..taken].CopyTo(_buffer.AsSpan(_filled));
            _filled += taken;
            Length += taken;
            bytes = bytes[taken..];
        }
    }

    public SectionEntry Finish()
    {
        Flush();
        return new SectionEntry(offset, Length, _checksum.Finish());
    }

    private void Flush()
    {
        var bytes = _buffer.AsSpan(0, _filled);
        RandomAccess.Write(file, bytes, offset + Length - _filled);
        _checksum.Append(bytes);
        _filled = 0;
    }
}
