using System.Buffers.Binary;

namespace Reshelve.Ledgers;

/// <summary>
/// An append-only file of frames: length of the payload (4 bytes, little-endian), checksum (8), payload. Each frame is on the
/// disk before <see cref="Append"/> returns. A last frame that a crash cut off is removed when the file is opened.
/// </summary>
internal sealed class FrameFile : IDisposable
{
    /// <summary>Bytes before each payload.</summary>
    public const int HeaderBytes = 12;

    private readonly FileStream _file;

    private FrameFile(FileStream file) => _file = file;

    /// <summary>The file.</summary>
    public string Path => _file.Name;

    /// <summary>Opens a file, creating it if there is none, and reads what it holds.</summary>
    /// <param name="path">The file.</param>
    /// <param name="read">Called with each payload and where it begins.</param>
    /// <exception cref="Feeds.ReshelveException">A frame before the last is damaged.</exception>
    public static FrameFile Open(string path, Action<byte[], long> read)
    {
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, 0);
        try
        {
            var end = ReadAll(file, path, read);
            if (end < file.Length)
                file.SetLength(end);
            file.Position = end;
            return new FrameFile(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Opens a file to add to it, without reading what it holds: only where frames begin, and whether the last one is whole. Where that
    /// is in doubt, all is read as by <see cref="Open"/>.
    /// </summary>
    /// <exception cref="Feeds.ReshelveException">As for <see cref="Open"/>, where all was read.</exception>
    public static FrameFile OpenToAppend(string path)
    {
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, 0);
        try
        {
            if (EndsWhole(file))
            {
                file.Position = file.Length;
                return new FrameFile(file);
            }
        }
        catch
        {
            file.Dispose();
            throw;
        }

        file.Dispose();
        return Open(path, (_, _) => { });
    }

    /// <summary>Adds a frame; on the disk when this returns.</summary>
    public void Append(ReadOnlySpan<byte> payload)
    {
        // One write, so that a torn frame can only be the last.
        var frame = new byte[HeaderBytes + payload.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, payload.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(frame.AsSpan(4), LedgerFormat.Checksum.Low64(payload));
        payload.CopyTo(frame.AsSpan(HeaderBytes));
        _file.Write(frame);
        _file.Flush(flushToDisk: true);
    }

    /// <summary>Reads a payload again.</summary>
    public byte[] Read(long start, int length)
    {
        var payload = new byte[length];
        for (var filled = 0; filled < payload.Length;)
        {
            var read = RandomAccess.Read(_file.SafeFileHandle, payload.AsSpan(filled), start + filled);
            if (read == 0)
                throw LedgerFormat.Damaged(_file.Name, "it was cut off while it was read");
            filled += read;
        }

        return payload;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    /// <summary>Whether the frames' lengths lead to the file's end, and the last one is as it was written.</summary>
    private static bool EndsWhole(FileStream file)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        for (long at = 0; at < file.Length;)
        {
            if (file.Length - at < HeaderBytes)
                return false;
            file.Position = at;
            file.ReadExactly(header);
            var length = BinaryPrimitives.ReadInt32LittleEndian(header);
            if (length < 0 || length > file.Length - at - HeaderBytes)
                return false;
            at += HeaderBytes + length;
            if (at < file.Length)
                continue;
            var payload = new byte[length];
            file.ReadExactly(payload);
            return LedgerFormat.Checksum.Low64(payload) == BinaryPrimitives.ReadUInt64LittleEndian(header[4..]);
        }

        return true;
    }

    /// <summary>Reads the frames; returns where the last whole one ends.</summary>
    private static long ReadAll(FileStream file, string path, Action<byte[], long> read)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        long end = 0;
        while (file.Length - end >= HeaderBytes)
        {
            file.Position = end;
            file.ReadExactly(header);
            var length = BinaryPrimitives.ReadInt32LittleEndian(header);
            if (length < 0 || length > file.Length - end - HeaderBytes)
                break;
            var payload = new byte[length];
            file.ReadExactly(payload);
            var next = end + HeaderBytes + length;
            if (LedgerFormat.Checksum.Low64(payload) != BinaryPrimitives.ReadUInt64LittleEndian(header[4..]))
            {
                if (next == file.Length)
                    break;
                throw LedgerFormat.Damaged(path, $"the entry at byte {end} has a wrong checksum");
            }

            read(payload, end + HeaderBytes);
            end = next;
        }

        return end;
    }
}
