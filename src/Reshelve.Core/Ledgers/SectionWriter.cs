using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Reshelve.Ledgers;

/// <summary>Writes one section of a file from its offset on, through a buffer of its own.</summary>
internal sealed class SectionWriter(SafeFileHandle file, long offset)
{
    private readonly byte[] _buffer = new byte[LedgerFormat.ChecksumBlock];
    private readonly BlockChecksum _checksum = new();
    private long _written;
    private int _filled;

    /// <summary>Bytes so far.</summary>
    public long Length => _written + _filled;

    public void Write<T>(T value)
        where T : unmanaged
    {
        if (_buffer.Length - _filled < Unsafe.SizeOf<T>())
            Flush();
        MemoryMarshal.Write(_buffer.AsSpan(_filled), in value);
        _filled += Unsafe.SizeOf<T>();
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_filled == _buffer.Length)
                Flush();
            if (_filled == 0 && bytes.Length >= _buffer.Length)
            {
                var whole = bytes.Length - (bytes.Length % _buffer.Length);
                WriteOut(bytes[..whole]);
                bytes = bytes[whole..];
                continue;
            }

            var taken = Math.Min(bytes.Length, _buffer.Length - _filled);
            bytes[..taken].CopyTo(_buffer.AsSpan(_filled));
            _filled += taken;
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
        var filled = _filled;
        _filled = 0;
        WriteOut(_buffer.AsSpan(0, filled));
    }

    private void WriteOut(ReadOnlySpan<byte> bytes)
    {
        RandomAccess.Write(file, bytes, offset + _written);
        _checksum.Append(bytes);
        _written += bytes.Length;
    }
}
