using System.Buffers.Binary;
using System.IO.Compression;

namespace Reshelve.SystemTests.Images;

/// <summary>Writes PNG files (RFC 2083) of a few pixels, or of many that take no room.</summary>
internal static class TinyPng
{
    private static readonly uint[] Crcs = [.. Enumerable.Range(0, 256).Select(Crc)];

    /// <summary>A picture of coloured squares that depend on the seed alone; the level is how hard it is compressed.</summary>
    public static byte[] Of(int seed, CompressionLevel level = CompressionLevel.Fastest, int size = 24, string? comment = null)
    {
        var random = new Random(seed);
        var squares = new byte[16 * 3];
        random.NextBytes(squares);
        var rows = new byte[size * ((size * 3) + 1)];
        for (var y = 0; y < size; y++)
        {
            for (var x = 0; x < size; x++)
            {
                var square = ((y * 4 / size) * 4) + (x * 4 / size);
                squares.AsSpan(square * 3, 3).CopyTo(rows.AsSpan((y * ((size * 3) + 1)) + 1 + (x * 3)));
            }
        }

        return File(size, size, Compress(rows, level), comment);
    }

    /// <summary>A picture of one colour, as large as one likes: it compresses to a thousandth.</summary>
    public static byte[] Plain(int width, int height)
    {
        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            var row = new byte[(width * 3) + 1];
            for (var y = 0; y < height; y++)
                zlib.Write(row);
        }

        return File(width, height, compressed.ToArray(), null);
    }

    private static byte[] Compress(byte[] rows, CompressionLevel level)
    {
        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, level, leaveOpen: true))
            zlib.Write(rows);
        return compressed.ToArray();
    }

    private static byte[] File(int width, int height, byte[] data, string? comment)
    {
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 2);
        Write(file, "IHDR", header);
        if (comment is not null)
            Write(file, "tEXt", System.Text.Encoding.Latin1.GetBytes("Comment\0" + comment));
        Write(file, "IDAT", data);
        Write(file, "IEND", []);
        return file.ToArray();
    }

    private static void Write(MemoryStream file, string type, byte[] data)
    {
        var chunk = new byte[data.Length + 12];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        System.Text.Encoding.ASCII.GetBytes(type, chunk.AsSpan(4));
        data.CopyTo(chunk, 8);
        var crc = 0xffffffffu;
        foreach (var value in chunk.AsSpan(4, data.Length + 4))
            crc = Crcs[(crc ^ value) & 0xff] ^ (crc >> 8);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(data.Length + 8), ~crc);
        file.Write(chunk);
    }

    private static uint Crc(int value)
    {
        var crc = (uint)value;
        for (var bit = 0; bit < 8; bit++)
            crc = (crc & 1) == 0 ? crc >> 1 : 0xedb88320 ^ (crc >> 1);
        return crc;
    }
}
