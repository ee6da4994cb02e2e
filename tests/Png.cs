using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Reshelve.Tests;

/// <summary>Writes PNG files as the tests need them, broken ones among them.</summary>
internal static class Png
{
    public const byte Grey = 0;
    public const byte Rgb = 2;
    public const byte Palette = 3;
    public const byte Rgba = 6;

    /// <summary>A file of rows of samples, without filters.</summary>
    /// <param name="width">Pixels across.</param>
    /// <param name="height">Pixels down.</param>
    /// <param name="depth">Bits per sample.</param>
    /// <param name="colour">The type of colour.</param>
    /// <param name="row">Gives the bytes of a row.</param>
    /// <param name="level">How it is compressed.</param>
    /// <param name="before">Chunks before the data.</param>
    public static byte[] File(
        int width, int height, byte depth, byte colour, Func<int, byte[]> row, CompressionLevel level = CompressionLevel.Fastest,
        params (string Type, byte[] Data)[] before)
    {
        using var file = new MemoryStream();
        file.Write([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (depth, colour);
        Chunk(file, "IHDR", header);
        foreach (var (type, data) in before)
            Chunk(file, type, data);
        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, level, leaveOpen: true))
        {
            for (var y = 0; y < height; y++)
            {
                zlib.WriteByte(0);
                zlib.Write(row(y));
            }
        }

        Chunk(file, "IDAT", compressed.ToArray());
        Chunk(file, "IEND", []);
        return file.ToArray();
    }

    /// <summary>A file of red, green and blue.</summary>
    public static byte[] OfRgb(int width, int height, Func<int, int, (byte Red, byte Green, byte Blue)> pixel, params (string Type, byte[] Data)[] before) =>
        File(width, height, 8, Rgb, y => [.. Enumerable.Range(0, width).SelectMany(x => new[] { pixel(x, y).Red, pixel(x, y).Green, pixel(x, y).Blue })],
            before: before);

    /// <summary>A file of red, green, blue and alpha.</summary>
    public static byte[] OfRgba(int width, int height, Func<int, int, (byte Red, byte Green, byte Blue, byte Alpha)> pixel) =>
        File(width, height, 8, Rgba, y => [.. Enumerable.Range(0, width).SelectMany(x =>
        {
            var (red, green, blue, alpha) = pixel(x, y);
            return new[] { red, green, blue, alpha };
        })]);

    /// <summary>A chunk that says how the picture is to be turned (EXIF orientation).</summary>
    public static (string Type, byte[] Data) Orientation(byte orientation) =>
        ("eXIf", [0x4d, 0x4d, 0, 0x2a, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0]);

    private static void Chunk(Stream file, string type, byte[] data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        byte[] body = [.. Encoding.ASCII.GetBytes(type), .. data];
        file.Write(body);
        BinaryPrimitives.WriteUInt32BigEndian(number, Checksum(body));
        file.Write(number);
    }

    private static uint Checksum(byte[] bytes)
    {
        var sum = uint.MaxValue;
        foreach (var value in bytes)
        {
            sum ^= value;
            for (var bit = 0; bit < 8; bit++)
                sum = (sum & 1) != 0 ? (sum >> 1) ^ 0xedb88320 : sum >> 1;
        }

        return ~sum;
    }
}
