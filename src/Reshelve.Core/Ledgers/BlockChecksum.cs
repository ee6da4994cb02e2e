using System.Buffers;
using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Reshelve.Ledgers;

/// <summary>The checksum of a section, computed as it is written or over what was read.</summary>
internal sealed class BlockChecksum
{
    private readonly byte[] _block = new byte[LedgerFormat.ChecksumBlock];
    private readonly ArrayBufferWriter<byte> _hashes = new();
    private int _filled;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_filled == 0 && bytes.Length >= _block.Length)
            {
                CloseBlock(bytes[.._block.Length]);
                bytes = bytes[_block.Length..];
                continue;
            }

            var taken = Math.Min(bytes.Length, _block.Length - _filled);
            bytes[..taken].CopyTo(_block.AsSpan(_filled));
            bytes = bytes[taken..];
            Fill(taken);
        }
    }

    public ulong Finish()
    {
        if (_filled > 0)
            CloseBlock(_block.AsSpan(0, _filled));
        return LedgerFormat.Checksum.Low64(_hashes.WrittenSpan);
    }

    /// <summary>
    /// The checksum of a section of a file. It is read, not mapped: pages that were looked at for this alone would count as the program's
    /// memory to its end, and mapping them a few at a time is what keeps a cold disk waiting.
    /// </summary>
    public static ulong Of(SafeFileHandle file, long offset, long length)
    {
        var checksum = new BlockChecksum();
        for (var end = offset + length; offset < end;)
        {
            var read = RandomAccess.Read(file, checksum.Room(end - offset), offset);
            // Cut off since it was opened: the checksum will not be the right one.
            if (read == 0)
                break;
            offset += read;
            checksum.Fill(read);
        }

        return checksum.Finish();
    }

    private Span<byte> Room(long most) => _block.AsSpan(_filled, (int)Math.Min(_block.Length - _filled, most));

    private void Fill(int bytes)
    {
        _filled += bytes;
        if (_filled < _block.Length)
            return;
        CloseBlock(_block);
        _filled = 0;
    }

    private void CloseBlock(ReadOnlySpan<byte> block)
    {
        Span<byte> hash = stackalloc byte[16];
        Write(hash, LedgerFormat.Checksum.Of(block));
        _hashes.Write(hash);
    }

    private static void Write(Span<byte> target, Hashing.Hash128 hash)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(target, hash.Low);
        BinaryPrimitives.WriteUInt64LittleEndian(target[8..], hash.High);
    }
}
