using System.Buffers;
using System.Buffers.Binary;

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
            var taken = Math.Min(bytes.Length, _block.Length - _filled);
            bytes[..taken].CopyTo(_block.AsSpan(_filled));
            _filled += taken;
            bytes = bytes[taken..];
            if (_filled == _block.Length)
                CloseBlock();
        }
    }

    public ulong Finish()
    {
        if (_filled > 0)
            CloseBlock();
        return LedgerFormat.Checksum.Low64(_hashes.WrittenSpan);
    }

    /// <summary>The checksum of a section in memory, without copying it.</summary>
    public static unsafe ulong Of(byte* section, long length)
    {
        var hashes = new byte[16 * ((length + LedgerFormat.ChecksumBlock - 1) / LedgerFormat.ChecksumBlock)];
        var at = 0;
        for (long offset = 0; offset < length; offset += LedgerFormat.ChecksumBlock)
        {
            var block = new ReadOnlySpan<byte>(section + offset, (int)Math.Min(LedgerFormat.ChecksumBlock, length - offset));
            Write(hashes.AsSpan(at), LedgerFormat.Checksum.Of(block));
            at += 16;
        }

        return LedgerFormat.Checksum.Low64(hashes);
    }

    private void CloseBlock()
    {
        Span<byte> hash = stackalloc byte[16];
        Write(hash, LedgerFormat.Checksum.Of(_block.AsSpan(0, _filled)));
        _hashes.Write(hash);
        _filled = 0;
    }

    private static void Write(Span<byte> target, Hashing.Hash128 hash)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(target, hash.Low);
        BinaryPrimitives.WriteUInt64LittleEndian(target[8..], hash.High);
    }
}
